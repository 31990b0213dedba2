"""Reading the event log, bucket by bucket, from a position on."""

from __future__ import annotations

from msgspec import Struct

from hourhand.db import Tx, slices


class Event(Struct, frozen=True):
    """What happened to a thing. `before` and `after` are its record as JSON, where the reader of a log needs it."""

    position: int
    workspace_id: int | None
    noun: str
    thing_id: int
    action: str
    before: str | None
    after: str | None


_FOREVER = (1 << 63) - 1
# Most events are about time entries, whose records say nothing that their rows do not.
_FOLLOWING = """
select position, workspace_id, noun, thing_id, action,
    case when noun <> 'time_entry' then before end, case when noun <> 'time_entry' then after end
from events where bucket = :bucket and position > :position and position <= :until order by position limit :limit
"""


def following(tx: Tx, bucket: int, position: int, limit: int, until: int | None = None) -> list[Event]:
    """The events of a bucket after a position and, where that is said, up to another, in order, at most `limit`."""
    last = _FOREVER if until is None else until
    return [Event(*row) for row in tx.rows(_FOLLOWING, bucket=bucket, position=position, limit=limit, until=last)]


def touched(tx: Tx, bucket: int, position: int, until: int, limit: int) -> dict[str, set[int]] | None:
    """By noun, the things that events after a position and up to another are about, whatever workspace they are in.

    None where there are more events than `limit`, or where some of them are forgotten.
    """
    if until - position > limit:
        return None
    rows = tx.rows(
        "select noun, thing_id from events where bucket = :bucket and position > :position and position <= :until",
        bucket=bucket,
        position=position,
        until=until,
    )
    if len(rows) < until - position:
        return None
    found: dict[str, set[int]] = {}
    for noun, thing_id in rows:
        found.setdefault(noun, set()).add(thing_id)
    return found


def heads(tx: Tx, buckets: list[int]) -> dict[int, int]:
    """The last position of each of these buckets; 0 where nothing has happened yet."""
    found = dict.fromkeys(buckets, 0)
    for some in slices(buckets):
        found.update(tx.rows("select bucket, position from bucket_heads where bucket in (:buckets)", buckets=some))
    return found


def position_before(tx: Tx, bucket: int, since: int, head: int) -> int:
    """The last position up to `head` that is older than a time (unix seconds); 0 where there is none."""
    # Positions have no gaps and times never go back, so a few looks find it without an index.
    older, newer = 0, head + 1
    while newer - older > 1:
        middle = (older + newer) // 2
        row = tx.row(
            "select at from events where bucket = :bucket and position = :position", bucket=bucket, position=middle
        )
        if row is not None and row[0] < since:
            older = middle
        else:
            newer = middle
    return older
