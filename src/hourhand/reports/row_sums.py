"""Sums reckoned by the database, over the rows of entries: the reference, and the fallback for everything.

The database sums what is alike in owner, project and what else is asked for, apart for each zone and for each time
in which no rate changes. What it cannot judge alike on both engines is judged here, on its sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hourhand.db import Row, Tx, slices
from hourhand.reports.cells import By, Cell, Key, together
from hourhand.reports.conditions import Condition, narrowing
from hourhand.reports.prices import Tariff
from hourhand.reports.scopes import Scope, Stretch

_DAY = "cast(:day + (e.start - :origin) / :length as bigint)"


def cells(tx: Tx, scope: Scope, by: By) -> list[Cell]:
    """The cells of what is asked for, in no order."""
    return together(_sums(tx, scope, by))


def _sums(tx: Tx, scope: Scope, by: By) -> Iterator[tuple[Key, int, int]]:
    for tariff, row in _rows(tx, scope, by):
        account_id, project_id, task_id, description, day, billable, seconds, entries = row
        if not (
            scope.has_place(account_id, project_id)
            and scope.has_task(project_id, task_id)
            and (not scope.asks_description or scope.has_description(description))
        ):
            continue
        shown = scope.book.shown(project_id)
        key = (
            account_id if by.account else None,
            shown if by.project else None,
            bool(billable),
            tariff.of(account_id, project_id) if billable and scope.book.sees_worth(project_id) else None,
            task_id if by.task and shown else None,
            description if by.description else None,
            day,
        )
        yield key, seconds, entries


def _rows(tx: Tx, scope: Scope, by: By) -> Iterator[tuple[Tariff, Row]]:
    if scope.is_empty:
        return
    prices = scope.prices
    moments = prices.moments(scope.begin, scope.end)
    condition = narrowing(scope)
    for zone, account_ids in scope.zones.items():
        for stretch in scope.stretches(zone, moments, by_day=by.day):
            tariff = prices.at(stretch.begin)
            for some in _people(scope, account_ids):
                for row in _alike(tx, scope, by, condition, stretch, some):
                    yield tariff, row


def _people(scope: Scope, account_ids: list[int]) -> Iterator[list[int] | None]:
    """The people of a zone, few at a time; None once where that is simply everybody."""
    if scope.is_everybody and len(scope.zones) == 1:
        yield None
    else:
        yield from slices(account_ids)


def _alike(
    tx: Tx, scope: Scope, by: By, condition: Condition, stretch: Stretch, account_ids: list[int] | None
) -> list[Row]:
    task = "e.task_id" if by.task or scope.asked.task_ids is not None else "null"
    description = "e.description" if by.description or scope.asks_description else "null"
    day = _DAY if by.day else "null"
    keys = ["e.account_id", "e.project_id", *(key for key in (task, description) if key != "null")]
    named: dict[str, Any] = {"begin": stretch.begin, "end": stretch.end, **condition.named}
    if by.day:
        keys.append("5")
        named |= {"day": stretch.day, "origin": stretch.origin, "length": stretch.length}
    if account_ids is not None:
        named["account_ids"] = account_ids
    return tx.rows(
        f"select e.account_id, e.project_id, {task}, {description}, {day}, e.billable,"
        " cast(sum((e.duration + :shift) / :step * :step) as bigint), count(*) from time_entries e"
        " where e.bucket = :bucket and e.workspace_id = :workspace_id and e.deleted_at is null and e.duration >= 0"
        f" and e.start >= :begin and e.start < :end {'and e.account_id in (:account_ids)' if account_ids else ''}"
        f" {condition.text} group by {', '.join(keys)}, e.billable",
        bucket=scope.bucket,
        workspace_id=scope.workspace_id,
        shift=scope.rule.shift,
        step=scope.rule.step,
        **named,
    )
