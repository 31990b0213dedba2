"""The timeline: which windows a person had before them, as their own programs report it, if they want that.

A diary of its own: it is kept only while the person's profile says so, nobody else ever sees it, and the
event log does not tell of it.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts, dates, ids
from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.core.ids import bucket_of
from hourhand.db import Tx, columns, insert_into, parameters, reader

NOUN = "timeline_event"
MOST_SENT = 1000
MOST_LISTED = 5000
LONGEST_TEXT = 1000
LONGEST_GUID = 255
RECENT_SECONDS = 9 * 24 * 3600


class TimelineEvent(Struct, frozen=True):
    """A window that was in front, or nobody there (`idle`), from `start` to `stop` (unix seconds)."""

    id: int
    account_id: int
    guid: str
    filename: str
    title: str
    start: int
    stop: int
    idle: bool
    created_at: int


class Draft(Struct, frozen=True):
    """What a program reports. Without a `guid` a repetition cannot be told from another event."""

    start: int | None
    stop: int | None
    filename: str = ""
    title: str = ""
    idle: bool = False
    guid: str | None = None


_read = reader(TimelineEvent)
_INSERT = insert_into("timeline_events", TimelineEvent) + " on conflict (bucket, account_id, guid) do nothing"


def record(tx: Tx, actor: Actor, drafts: list[Draft]) -> int:
    """Keep what is reported, all or none, if the person wants it kept; returns how many were new. Raises `Invalid`."""
    problems = Problems(NOUN)
    if len(drafts) > MOST_SENT:
        problems.add("timeline", "too_many", limit=MOST_SENT)
    for draft in drafts:
        _check(problems, draft)
    problems.refuse()
    if not accounts.find(tx, actor.account_id).record_timeline:
        return 0
    return sum(_insert(tx, actor, draft) for draft in drafts)


def listing(tx: Tx, actor: Actor, since: int | None = None, until: int | None = None) -> list[TimelineEvent]:
    """One's own events that began from `since` to `until` (unix seconds, both included), ascending; 5,000 at most.

    Without bounds, from nine days ago to now.
    """
    rows = tx.rows(
        f"select {columns(TimelineEvent)} from timeline_events where bucket = :bucket and account_id = :account_id"
        " and start >= :since and start <= :until order by start, id limit :limit",
        bucket=bucket_of(actor.account_id),
        account_id=actor.account_id,
        since=actor.now - RECENT_SECONDS if since is None else since,
        until=actor.now if until is None else until,
        limit=MOST_LISTED,
    )
    return [_read(row) for row in rows]


def _check(problems: Problems, draft: Draft) -> None:
    for field, moment in (("start_time", draft.start), ("end_time", draft.stop)):
        if moment is None:
            problems.add(field, "blank")
        elif not dates.FIRST_SECOND <= moment <= dates.LAST_SECOND:
            problems.add(field, "invalid")
    if draft.start is not None and draft.stop is not None and draft.stop < draft.start:
        problems.add("end_time", "invalid")
    if draft.guid and len(draft.guid) > LONGEST_GUID:
        problems.add("guid", "too_long", limit=LONGEST_GUID)


def _insert(tx: Tx, actor: Actor, draft: Draft) -> int:
    assert draft.start is not None
    assert draft.stop is not None
    bucket = bucket_of(actor.account_id)
    event = TimelineEvent(
        id=ids.new(tx, NOUN, bucket),
        account_id=actor.account_id,
        guid=draft.guid or ids.new_guid(tx.now),
        # A title is as long as a web page likes it to be; nothing is lost by its end.
        filename=draft.filename[:LONGEST_TEXT],
        title=draft.title[:LONGEST_TEXT],
        start=draft.start,
        stop=draft.stop,
        idle=draft.idle,
        created_at=tx.now,
    )
    return tx.run(_INSERT, bucket=bucket, **parameters(event))
