"""Outcomes: what came of telling subscriptions of events, for a week."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hourhand.core import happenings
from hourhand.core.actor import Actor
from hourhand.core.happenings import Happening
from hourhand.core.ids import BITS, bucket_of
from hourhand.core.subscriptions import Subscription
from hourhand.db import Tx, columns, reader

KEEP_SECONDS = 7 * 24 * 3600
MOST_LISTED = 500


class Outcome(Struct, frozen=True):
    """What came of telling a subscription of the event at a position of its bucket's log; times are unix seconds."""

    bucket: int
    position: int
    noun: str
    thing_id: int
    created_at: int
    attempts: int
    tried_at: int | None
    error: str | None
    finished_at: int | None

    @property
    def event_id(self) -> int:
        return self.position << BITS | self.bucket

    @property
    def state(self) -> Literal["waiting", "failing", "given up", "delivered"]:
        """How far it is."""
        if self.finished_at is None:
            return "failing" if self.error else "waiting"
        return "given up" if self.error else "delivered"

    @property
    def failures(self) -> int:
        """How many tries have failed."""
        return self.attempts - (self.state == "delivered")


class Told(Struct, frozen=True):
    """An event as its reader may know it, and what came of telling a subscription of it."""

    happening: Happening
    outcome: Outcome


_SELECT = f"""
select {columns(Outcome)} from deliveries
where bucket = :bucket and subscription_id = :id and created_at >= :since order by position desc limit :limit
"""
_read = reader(Outcome)


def listing(tx: Tx, actor: Actor, subscription: Subscription) -> list[Told]:
    """What a subscription was told, or is to be, the latest first, 500 at most: as the actor may know it."""
    found = (
        (happenings.told(tx, actor.account_id, subscription.workspace_id, it.position), it)
        for it in every(tx, subscription)
    )
    return [Told(happening, it) for happening, it in found if happening is not None]


def every(tx: Tx, subscription: Subscription) -> list[Outcome]:
    """What came of telling a subscription, the latest first, 500 at most; for the operator's eyes."""
    rows = tx.rows(
        _SELECT,
        bucket=bucket_of(subscription.id),
        id=subscription.id,
        since=tx.now - KEEP_SECONDS,
        limit=MOST_LISTED,
    )
    return [_read(row) for row in rows]


def forget_old(tx: Tx, bucket: int) -> int:
    """Remove what is older than a week from a bucket, delivered or not; how many events that were.

    A lane in which nothing is left ends when it is due.
    """
    return tx.run(
        "delete from deliveries where bucket = :bucket and created_at < :before",
        bucket=bucket,
        before=tx.now - KEEP_SECONDS,
    )


def with_old(tx: Tx) -> list[int]:
    """The buckets that have deliveries older than a week. Asks everywhere."""
    rows = tx.rows("select distinct bucket from deliveries where created_at < :before", before=tx.now - KEEP_SECONDS)
    return [bucket for (bucket,) in rows]
