"""What happened to things, for the operator's eyes: who made what of them, when, and with which software.

It is read from the event log, and reaches back as far as that does: `forget` lets its old end go.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, structs

from hourhand.core import accounts, ids
from hourhand.core.accounts import Account
from hourhand.core.ids import bucket_of
from hourhand.db import Row, Tx

Values = dict[str, Any]

_COLUMNS = "position, noun, thing_id, action, account_id, caller, at, before, after"
_OF_THING = "from events where bucket = :bucket and thing_id = :thing_id and noun = :noun"
# The oldest event in each bucket, the end of its log, and what of it is still to be delivered or to be looked at.
# `at` never goes back, so one look tells.
_OLD = """
select h.bucket, e.position, h.position, f.position + 1, (
    select min(d.position) from deliveries d where d.bucket = h.bucket and d.finished_at is null)
from bucket_heads h join events e on e.bucket = h.bucket
    and e.position = (select min(o.position) from events o where o.bucket = h.bucket)
left join fan_outs f on f.bucket = h.bucket
where e.at < :before order by h.bucket
"""
_OLDEST = """
select position, at from events where bucket = :bucket and position < :end order by position limit :limit
"""
_SLICE = 1000


class Event(Struct, frozen=True):
    """What was done to a thing at a moment (unix seconds), by an account through some software.

    `before` and `after` are the thing's values by field. `person` is known after `of`; it is None where
    the operator acted.
    """

    position: int
    noun: str
    thing_id: int
    action: str
    account_id: int | None
    caller: str | None
    at: int
    before: Values | None
    after: Values | None
    person: Account | None = None

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Each field that changed, with its value before and after; None where there was none."""
        before, after = self.before or {}, self.after or {}
        fields = dict.fromkeys((*before, *after))
        # `at` is the event's own.
        pairs = {field: (before.get(field), after.get(field)) for field in fields if field != "at"}
        return {field: (old, new) for field, (old, new) in pairs.items() if old != new}


def of(tx: Tx, noun: str, thing_id: int) -> list[Event]:
    """All that is remembered of a thing, newest last; nothing for one that never was."""
    if not ids.possible(thing_id):
        return []
    rows = tx.rows(
        f"select {_COLUMNS} {_OF_THING} order by position",
        bucket=bucket_of(thing_id),
        thing_id=thing_id,
        noun=noun,
    )
    return _with_people(tx, [_read(row) for row in rows])


def deletion(tx: Tx, noun: str, thing_id: int) -> Event | None:
    """How a thing was last deleted, or None where that is forgotten."""
    row = tx.row(
        f"select {_COLUMNS} {_OF_THING} and action = 'deleted' order by position desc limit 1",
        bucket=bucket_of(thing_id),
        thing_id=thing_id,
        noun=noun,
    )
    return _read(row) if row else None


def taken_along(tx: Tx, deleted: Event) -> list[Event]:
    """What the deletion of a thing did to others that hung on it, in its order.

    The log has that right before the deletion itself, by the same hand and with the same time: so what the same
    hand did to them on its own within that very second counts too.
    """
    found: list[Event] = []
    below = deleted.position
    while True:
        rows = tx.rows(
            f"select {_COLUMNS} from events where bucket = :bucket and position < :below"
            " order by position desc limit :limit",
            bucket=bucket_of(deleted.thing_id),
            below=below,
            limit=_SLICE,
        )
        for event in map(_read, rows):
            if not _went_with(event, deleted):
                return found[::-1]
            found.append(event)
        if len(rows) < _SLICE:
            return found[::-1]
        below -= _SLICE


def named_at(tx: Tx, noun: str, thing_id: int, position: int) -> str | None:
    """The name that a thing had at a position of its bucket's log, or None where that is forgotten."""
    row = tx.row(
        f"select {_COLUMNS} {_OF_THING} and position < :position order by position desc limit 1",
        bucket=bucket_of(thing_id),
        thing_id=thing_id,
        noun=noun,
        position=position,
    )
    after = _read(row).after if row else None
    return after["name"] if after else None


def forget(tx: Tx, before: int, limit: int) -> int:
    """Forget at most `limit` events from before a time (unix seconds), of one bucket; how many they were.

    Call it again until there are none. The last event of each bucket stays, and so does what its log counts
    with: positions go on where they were, without gaps after the oldest that is left. What is still to be delivered
    stays too, with all that came after it.
    """
    for bucket, oldest, *needed in tx.rows(_OLD, before=before):
        end = min(position for position in needed if position is not None)
        if oldest < end:
            return _forget_until(tx, bucket, end, before, limit)
    return 0


def _forget_until(tx: Tx, bucket: int, end: int, before: int, limit: int) -> int:
    oldest = tx.rows(_OLDEST, bucket=bucket, end=end, limit=limit)
    last = max(position for position, at in oldest if at < before)
    return tx.run("delete from events where bucket = :bucket and position <= :last", bucket=bucket, last=last)


def _went_with(event: Event, deleted: Event) -> bool:
    """Whether a thing hung on what was deleted, and was let go or went with it. Entries never go with anything."""
    if (event.at, event.account_id, event.caller) != (deleted.at, deleted.account_id, deleted.caller):
        return False
    field = f"{deleted.noun}_id"
    if event.before is None or event.before.get(field) != deleted.thing_id:
        return False
    return event.noun != "time_entry" if event.after is None else event.after[field] is None


def _with_people(tx: Tx, events: list[Event]) -> list[Event]:
    account_ids = sorted({event.account_id for event in events if event.account_id is not None})
    people: dict[int, Account] = {}
    for i in range(0, len(account_ids), _SLICE):
        people |= accounts.named(tx, account_ids[i : i + _SLICE])
    return [
        event if event.account_id is None else structs.replace(event, person=people.get(event.account_id))
        for event in events
    ]


def _read(row: Row) -> Event:
    position, noun, thing_id, action, account_id, caller, at, before, after = row
    return Event(position, noun, thing_id, action, account_id, caller, at, _values(before), _values(after))


def _values(text: str | None) -> Values | None:
    return None if text is None else msgspec.json.decode(text, type=Values)
