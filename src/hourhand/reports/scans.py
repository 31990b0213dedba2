"""Entries one by one, as far as a report needs them to find, sort and count them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from hourhand.db import Row, Tx, slices
from hourhand.reports.conditions import narrowing
from hourhand.reports.prices import Price
from hourhand.reports.scopes import Scope

# The first look is for a page; who goes on wants many.
_FIRST_ROWS = 64
_MOST_ROWS = 4096
_MOST_PEOPLE = 256
_COLUMNS = "e.id, e.account_id, e.project_id, e.task_id, e.description, e.start, e.stop, e.at, e.duration, e.billable"
# Not by the workspace's indexes, which hold all that it ever did, but by that of what runs.
_RUNNING = f"""
select {_COLUMNS} from time_entries e
where e.bucket = :bucket and e.workspace_id + 0 = :workspace_id and e.duration < 0 and e.deleted_at is null
"""


_NAMED = f"select {_COLUMNS} from time_entries e where e.bucket = :bucket and e.id in (:ids)"


class Entry(NamedTuple):
    """An entry of a scope. `seconds` is as it counts, None while it runs; project and task are None if hidden."""

    id: int
    account_id: int
    project_id: int | None
    task_id: int | None
    description: str
    start: int
    stop: int | None
    at: int
    seconds: int | None
    billable: bool
    price: Price | None


# What entries have, column by column, each of them as long as there are entries.
Columns = tuple[Sequence[Any], ...]


def entries(tx: Tx, scope: Scope, *, running: bool = False, descending: bool = True) -> Iterator[Entry]:
    """The entries of a scope by their start, the latest first unless said otherwise; with those that run, if wanted."""
    for some in columns(tx, scope, running=running, descending=descending):
        yield from map(Entry._make, zip(*some, strict=True))


def columns(tx: Tx, scope: Scope, *, running: bool = False, descending: bool = True) -> Iterator[Columns]:
    """The same, many at a time: the columns that an `Entry` has, for whoever wants very many and makes none."""
    if scope.is_empty:
        return
    making = _Making(scope)
    for rows in _rows(tx, scope, running, descending):
        if wanted := making.wanted(rows):
            yield making.columns(wanted)


def running(tx: Tx, scope: Scope) -> list[Entry]:
    """The entries of a scope that run."""
    if scope.is_empty:
        return []
    making = _Making(scope)
    rows = tx.rows(_RUNNING, bucket=scope.bucket, workspace_id=scope.workspace_id)
    # However few zones there are: this statement has not asked for the days.
    return making.entries(making.wanted([row for row in rows if scope.has_time(row[1], row[5])]))


def named(tx: Tx, scope: Scope, entry_ids: list[int]) -> list[Entry]:
    """These entries, which are of the scope, in this order."""
    rows = [row for some in slices(entry_ids) for row in tx.rows(_NAMED, bucket=scope.bucket, ids=some)]
    found = {entry.id: entry for entry in _Making(scope).entries(rows)}
    return [found[entry_id] for entry_id in entry_ids]


class _Making:
    """Makes entries of rows. There are very many entries, and few places and prices: those are asked for once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._price_of = Pricing(scope).of
        self._has_place = cache(scope.has_place)
        # Of one zone, the statement has asked for the days already.
        self._asks_time = len(scope.zones) > 1

    def wanted(self, rows: list[Row]) -> list[Row]:
        """Those that the scope is about, as far as no statement has asked."""
        scope, has_place = self._scope, self._has_place
        rows = [row for row in rows if has_place(row[1], row[2])]
        if self._asks_time:
            rows = [row for row in rows if scope.has_time(row[1], row[5])]
        if scope.asked.task_ids is not None:
            rows = [row for row in rows if scope.has_task(row[2], row[3])]
        if scope.asks_description:
            rows = [row for row in rows if scope.has_description(row[4])]
        return rows

    def entries(self, rows: list[Row]) -> list[Entry]:
        """The entries of rows."""
        return list(map(Entry._make, zip(*self.columns(rows), strict=True))) if rows else []

    def columns(self, rows: list[Row]) -> Columns:
        """Of some rows, the columns that their entries have."""
        rule, price_of, shown = self._scope.rule, self._price_of, self._scope.book.projects.keys()
        ids, account_ids, project_ids, task_ids, descriptions, starts, stops, ats, durations, billable = zip(
            *rows, strict=True
        )
        # A project that is hidden still makes its hours cost what they cost.
        prices = [
            price_of(account_id, project_id, start) if billed else None
            for account_id, project_id, start, billed in zip(account_ids, project_ids, starts, billable, strict=True)
        ]
        if any(task_ids):
            task_ids = tuple(it if of in shown else None for it, of in zip(task_ids, project_ids, strict=True))
        if not shown >= {it for it in project_ids if it is not None}:
            project_ids = tuple(it if it in shown else None for it in project_ids)
        seconds = [None if it < 0 else rule.apply(it) for it in durations]
        billed = list(map(bool, billable))
        return ids, account_ids, project_ids, task_ids, descriptions, starts, stops, ats, seconds, billed, prices


class Pricing:
    """What an hour of an entry costs, as far as the reader may see it. `moments` are when any price changes."""

    def __init__(self, scope: Scope) -> None:
        self._book = scope.book
        prices = scope.prices
        self.moments = prices.moments(scope.begin, scope.end)
        self._tariffs = [prices.at(moment) for moment in (scope.begin, *self.moments)]
        self._between = cache(self.between)

    def of(self, account_id: int, project_id: int | None, start: int) -> Price | None:
        """The price of an hour of a billable entry."""
        return self._between(bisect_right(self.moments, start), account_id, project_id)

    def between(self, at: int, account_id: int, project_id: int | None) -> Price | None:
        """The same, after so many of the moments."""
        seen = self._book.sees_worth(project_id)
        return self._tariffs[at].of(account_id, project_id) if seen else None


def _rows(tx: Tx, scope: Scope, running: bool, descending: bool) -> Iterator[list[Row]]:
    """Rows, many at a time, by start, and by id where that is the same."""
    direction, beyond = ("desc", "<") if descending else ("asc", ">")
    condition = narrowing(scope)
    few = not scope.is_everybody and len(scope.account_ids) <= _MOST_PEOPLE
    text = (
        f"select {_COLUMNS} from time_entries e"
        " where e.bucket = :bucket and e.workspace_id = :workspace_id and e.deleted_at is null"
        f" and e.start >= :begin and e.start < :end and (e.start, e.id) {beyond} (:start, :id)"
        f" {'' if running else 'and e.duration >= 0'} {'and e.account_id in (:account_ids)' if few else ''}"
        f" {condition.text} order by e.start {direction}, e.id {direction} limit :limit"
    )
    named: dict[str, Any] = {"bucket": scope.bucket, "workspace_id": scope.workspace_id, **condition.named}
    if few:
        named["account_ids"] = sorted(scope.account_ids)
    begin, end, limit = scope.begin, scope.end, _FIRST_ROWS
    # No id is 0.
    start, entry_id = (end if descending else begin), 0
    while True:
        rows = tx.rows(text, begin=begin, end=end, start=start, id=entry_id, limit=limit, **named)
        yield rows
        if len(rows) < limit:
            return
        entry_id, start = rows[-1][0], rows[-1][5]
        # Where it goes on, for the index; the pair alone would not tell it.
        begin, end = (begin, start + 1) if descending else (start, end)
        limit = min(limit * 4, _MOST_ROWS)
