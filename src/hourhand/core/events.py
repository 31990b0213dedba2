"""The event log: one event for each changed thing, in the transaction that changed it.

Events have a position in their bucket, in commit order and without gaps. `at` never goes back
within a bucket, whatever the clock does.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from hourhand.core import texts
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.db import Retry, Tx

Action = Literal["created", "updated", "deleted"]

# The counter row is every writer's bottleneck in a bucket, so it is taken last and for one statement.
_ADVANCE = """
insert into bucket_heads (bucket, position, at) values (:bucket, :count, :at)
on conflict (bucket) do update set position = bucket_heads.position + :count,
    at = case when bucket_heads.at > :at then bucket_heads.at else :at end
returning position, at
"""
_INSERT = """
insert into events
    (bucket, position, workspace_id, noun, thing_id, action, account_id, caller, at, before, after, request)
values (:bucket, :position, :workspace_id, :noun, :thing_id, :action, :account_id, :caller, :at, :before, :after,
    :request)
"""


class _Pending(Struct):
    """An event that waits for the end of its transaction to get its position."""

    noun: str
    thing_id: int
    workspace_id: int | None
    action: Action
    account_id: int | None
    caller: str | None
    before: str | None
    after: str | None
    request: str | None


def stamp(tx: Tx, bucket: int) -> int:
    """The time to write into `at` of what this transaction changes in a bucket, in unix seconds.

    It is the same throughout a try, and never less than that of an earlier commit in the bucket:
    when that turns out wrong at the end, the work runs again.
    """
    stamps: dict[int, int] = tx.notes.setdefault("stamps", {})
    if bucket not in stamps:
        stamps[bucket] = max(tx.now, _latest(tx).get(bucket, 0))
    return stamps[bucket]


def record(
    tx: Tx,
    actor: Actor | None,
    noun: str,
    thing_id: int,
    *,
    workspace_id: int | None,
    before: Struct | None = None,
    after: Struct | None = None,
    bucket: int | None = None,
) -> None:
    """Note that a thing was created (no `before`), updated, or deleted (no `after`).

    The log lives with the workspace, or with the thing where it has none.
    """
    action: Action = "created" if before is None else "deleted" if after is None else "updated"
    place = bucket_of(workspace_id or thing_id) if bucket is None else bucket
    waiting = _pending(tx).setdefault(place, [])
    waiting.append(
        _Pending(
            noun,
            thing_id,
            workspace_id,
            action,
            (actor.account_id or None) if actor else None,
            actor.caller[: texts.LONGEST_SOFTWARE] if actor and actor.caller else None,
            _text(before),
            _text(after),
            actor.request if actor else None,
        )
    )
    # A part of the transaction that is undone takes back its own events, which are the last ones.
    tx.on_rollback(waiting.pop)


def _text(record: Struct | None) -> str | None:
    return None if record is None else msgspec.json.encode(record).decode()


def _pending(tx: Tx) -> dict[int, list[_Pending]]:
    pending: dict[int, list[_Pending]] | None = tx.notes.get("events")
    if pending is None:
        pending = tx.notes["events"] = {}
        tx.at_end(lambda: _flush(tx, pending))
    return pending


def _flush(tx: Tx, pending: dict[int, list[_Pending]]) -> None:
    # In the order of buckets, so that two transactions over the same two cannot wait for each other.
    for bucket, events in sorted(pending.items()):
        if not events:
            continue
        at = stamp(tx, bucket)
        row = tx.row(_ADVANCE, bucket=bucket, count=len(events), at=at)
        assert row is not None
        last, head = row
        if head > at:
            # Another transaction or process, or this one before the clock went back, wrote a later time.
            _latest(tx)[bucket] = head
            raise Retry
        _latest(tx)[bucket] = at
        tx.publish(bucket, last)
        tx.run_many(
            _INSERT,
            [
                {
                    "bucket": bucket,
                    "position": last - len(events) + i + 1,
                    "workspace_id": event.workspace_id,
                    "noun": event.noun,
                    "thing_id": event.thing_id,
                    "action": event.action,
                    "account_id": event.account_id,
                    "caller": event.caller,
                    "at": at,
                    "before": event.before,
                    "after": event.after,
                    "request": event.request,
                }
                for i, event in enumerate(events)
            ],
        )


def _latest(tx: Tx) -> dict[int, int]:
    """The last `at` of each bucket that this process has seen."""
    latest: dict[int, int] = tx.memory.setdefault("latest_at", {})
    return latest
