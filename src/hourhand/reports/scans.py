"""Entries one by one, as far as a report needs them to find, sort and count them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
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


def entries(tx: Tx, scope: Scope, *, running: bool = False, descending: bool = True) -> Iterator[Entry]:
    """The entries of a scope by their start, the latest first unless said otherwise; with those that run, if wanted."""
    if scope.is_empty:
        return
    making = _Making(scope)
    for row in _rows(tx, scope, running, descending):
        if making.wants(row):
            yield making.entry(row)


def running(tx: Tx, scope: Scope) -> list[Entry]:
    """The entries of a scope that run."""
    if scope.is_empty:
        return []
    making = _Making(scope)
    rows = tx.rows(_RUNNING, bucket=scope.bucket, workspace_id=scope.workspace_id)
    # However few zones there are: this statement has not asked for the days.
    return [making.entry(row) for row in rows if scope.has_time(row[1], row[5]) and making.wants(row)]


def named(tx: Tx, scope: Scope, entry_ids: list[int]) -> list[Entry]:
    """These entries, which are of the scope, in this order."""
    making = _Making(scope)
    rows = [row for some in slices(entry_ids) for row in tx.rows(_NAMED, bucket=scope.bucket, ids=some)]
    found = {row[0]: making.entry(row) for row in rows}
    return [found[entry_id] for entry_id in entry_ids]


class _Making:
    """Makes entries of rows."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._pricing = Pricing(scope)
        # Of one zone, the statement has asked for the days already.
        self._asks_time = len(scope.zones) > 1
        self._asks_task = scope.asked.task_ids is not None
        # There are very many entries, and few places.
        self._places: dict[tuple[int, int | None], bool] = {}

    def wants(self, row: Row) -> bool:
        """Whether the scope is about this entry, as far as no statement has asked."""
        scope, (_, account_id, project_id, task_id, description, start, *_) = self._scope, row
        place = (account_id, project_id)
        wanted = self._places.get(place)
        if wanted is None:
            wanted = self._places[place] = scope.has_place(account_id, project_id)
        return (
            wanted
            and (not self._asks_time or scope.has_time(account_id, start))
            and (not self._asks_task or scope.has_task(project_id, task_id))
            and (not scope.asks_description or scope.has_description(description))
        )

    def entry(self, row: Row) -> Entry:
        """The entry of a row."""
        entry_id, account_id, project_id, task_id, description, start, stop, at, duration, billable = row
        shown = self._scope.book.shown(project_id)
        return Entry(
            entry_id,
            account_id,
            shown,
            task_id if shown else None,
            description,
            start,
            stop,
            at,
            None if duration < 0 else self._scope.rule.apply(duration),
            bool(billable),
            self._pricing.of(account_id, project_id, start) if billable else None,
        )


class Pricing:
    """What an hour of an entry costs, as far as the reader may see it."""

    def __init__(self, scope: Scope) -> None:
        self._book = scope.book
        prices = scope.prices
        self._moments = prices.moments(scope.begin, scope.end)
        self._tariffs = [prices.at(moment) for moment in (scope.begin, *self._moments)]
        self._known: dict[tuple[int, int, int | None], Price | None] = {}

    def of(self, account_id: int, project_id: int | None, start: int) -> Price | None:
        """The price of an hour of a billable entry."""
        at = bisect_right(self._moments, start) if self._moments else 0
        key = (at, account_id, project_id)
        if key not in self._known:
            seen = self._book.sees_worth(project_id)
            self._known[key] = self._tariffs[at].of(account_id, project_id) if seen else None
        return self._known[key]


def _rows(tx: Tx, scope: Scope, running: bool, descending: bool) -> Iterator[Row]:
    """Rows by start, and by id where that is the same."""
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
        yield from rows
        if len(rows) < limit:
            return
        entry_id, start = rows[-1][0], rows[-1][5]
        # Where it goes on, for the index; the pair alone would not tell it.
        begin, end = (begin, start + 1) if descending else (start, end)
        limit = min(limit * 4, _MOST_ROWS)
