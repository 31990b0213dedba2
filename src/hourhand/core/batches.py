"""Batches: several things done in one transaction, each of which stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.db import Tx, Work

T = TypeVar("T")


def run(tx: Tx, actor: Actor, works: Sequence[Work[T]], refusals: tuple[type[Exception], ...]) -> list[T | Exception]:
    """Do works in this order, each on what those before it left. What each gave, or the refusal it ended with.

    One that raises one of `refusals` leaves nothing behind and keeps none of the others from going on.
    """
    # Two batches of one person, sent twice perhaps, would else lock each other out in the middle.
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    return [_outcome(tx, work, refusals) for work in works]


def _outcome(tx: Tx, work: Work[T], refusals: tuple[type[Exception], ...]) -> T | Exception:
    try:
        return tx.part(work, refusals)
    except refusals as refusal:
        return refusal
