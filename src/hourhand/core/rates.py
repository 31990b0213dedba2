"""What an hour costs, and since when. A new rate holds from its moment on and never rewrites the past.

Workspaces, members, projects and project members each keep their present rate. What it was before is
here, from the first change on, so that what never changes costs nothing.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import events
from hourhand.core.ids import bucket_of
from hourhand.db import Tx


class Rate(Struct, frozen=True):
    """What an hour costs, in hundredths of a currency's unit; None where a thing has no price of its own."""

    amount: int | None
    currency: str | None = None


def change(tx: Tx, noun: str, thing_id: int, workspace_id: int, before: Rate, after: Rate) -> None:
    """Note that a thing has another rate from now on."""
    if before == after:
        return
    if not has_changed(tx, noun, thing_id):
        _put(tx, noun, thing_id, workspace_id, 0, before)
    # Not the clock's time, which may have gone back since the last change.
    _put(tx, noun, thing_id, workspace_id, events.stamp(tx, bucket_of(thing_id)), after)


def at(tx: Tx, noun: str, thing_id: int, moment: int, present: Rate) -> Rate:
    """The rate that a thing had at a moment (unix seconds). `present` is what it has now."""
    row = tx.row(
        "select amount, currency from rates where bucket = :bucket and noun = :noun and thing_id = :thing_id"
        " and start <= :moment order by start desc limit 1",
        bucket=bucket_of(thing_id),
        noun=noun,
        thing_id=thing_id,
        moment=moment,
    )
    return Rate(*row) if row else present


def histories(tx: Tx, workspace_id: int) -> dict[tuple[str, int], list[tuple[int, Rate]]]:
    """By noun and id, what the things of a workspace have cost: from when on (unix seconds), and how much, in order.

    A thing whose rate never changed is not among them.
    """
    rows = tx.rows(
        "select noun, thing_id, start, amount, currency from rates where bucket = :bucket"
        " and workspace_id = :workspace_id order by noun, thing_id, start",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    found: dict[tuple[str, int], list[tuple[int, Rate]]] = {}
    for noun, thing_id, start, amount, currency in rows:
        found.setdefault((noun, thing_id), []).append((start, Rate(amount, currency)))
    return found


def has_changed(tx: Tx, noun: str, thing_id: int) -> bool:
    """Whether a thing has ever had another rate."""
    row = tx.row(
        "select 1 from rates where bucket = :bucket and noun = :noun and thing_id = :thing_id limit 1",
        bucket=bucket_of(thing_id),
        noun=noun,
        thing_id=thing_id,
    )
    return row is not None


def _put(tx: Tx, noun: str, thing_id: int, workspace_id: int, start: int, rate: Rate) -> None:
    # Of two changes within a second, the later one holds.
    tx.run(
        "insert into rates (bucket, workspace_id, noun, thing_id, start, amount, currency)"
        " values (:bucket, :workspace_id, :noun, :thing_id, :start, :amount, :currency)"
        " on conflict (bucket, noun, thing_id, start) do update set amount = :amount, currency = :currency",
        bucket=bucket_of(thing_id),
        workspace_id=workspace_id,
        noun=noun,
        thing_id=thing_id,
        start=start,
        amount=rate.amount,
        currency=rate.currency,
    )
