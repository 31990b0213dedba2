"""Long lists made of packed columns: the database is asked for nothing but what few entries have.

By and by, from one moment to the next: what is kept in memory beside the columns is little, however long the list is.
What entries are alike in is told once, and then only looked up by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hourhand.core.durations import SECONDS_OF_HOUR
from hourhand.db import Tx
from hourhand.reports.arrays import Flags, Ints
from hourhand.reports.batches import Batch, Worth, merged
from hourhand.reports.column_lists import Listing
from hourhand.reports.columns import Columns, Dimension
from hourhand.reports.packs import Pack
from hourhand.reports.scans import Pricing
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import tag_names, task_names

AT_ONCE = 1 << 12
# A clock that was paused: it stopped later than it had started and lasted.
_PAUSED = """
select id, stop from time_entries where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null
    and start >= :begin and start < :end and duration >= 0 and stop <> start + duration
"""
_NO_RATE = -1
Objects = NDArray[np.object_]


def of(tx: Tx, scope: Scope, pack: Pack, running: Batch, *, descending: bool) -> Iterator[Batch]:
    """All entries of a scope by start and id, those among them that run."""
    telling = _Telling(tx, scope)
    parts = [
        _Part(telling, columns, dead, descending)
        for columns, dead in ((pack.base, pack.dead), (pack.beside, pack.dead[:0]))
        if len(columns)
    ]
    spans = list(pairwise(_moments(scope, pack.base)))
    for begin, end in reversed(spans) if descending else spans:
        some = [part.between(begin, end) for part in parts]
        batch = merged([*some, running.between(begin, end)], descending=descending)
        if paused := _paused(tx, scope, begin, end):
            batch.stops[:] = [paused.get(its, stop) for its, stop in zip(batch.ids, batch.stops, strict=True)]
        yield batch


def _paused(tx: Tx, scope: Scope, begin: int, end: int) -> dict[int, int]:
    """When clocks that were paused in this time stopped."""
    return dict(tx.rows(_PAUSED, bucket=scope.bucket, workspace_id=scope.workspace_id, begin=begin, end=end))


def _moments(scope: Scope, columns: Columns) -> list[int]:
    """From the beginning of a scope to its end: between two, there are about as many entries as are told at once."""
    first, last = np.searchsorted(columns.start, (scope.begin, scope.end)).tolist()
    return sorted({scope.begin, *columns.start[first:last:AT_ONCE].tolist(), scope.end})


class _Telling:
    """Tells what numbers stand for."""

    def __init__(self, tx: Tx, scope: Scope) -> None:
        self.scope = scope
        self.pricing = Pricing(scope)
        self._tx = tx
        self._tags = tag_names(tx, scope)

    def tasks(self, dimension: Dimension) -> Objects:
        """The names of tasks."""
        names = task_names(self._tx, self.scope, dimension.values)
        return _told(dimension, names.get)

    def tags(self, dimension: Dimension) -> Objects:
        """The names of tags, of those that there are."""
        names = self._tags
        told = [tuple(sorted(names[it] for it in its if it in names)) for its in dimension.values]
        return np.fromiter(told, np.object_, len(told))


class _Part:
    """Some columns, told of as far as a scope asks for them."""

    def __init__(self, telling: _Telling, columns: Columns, dead: Ints, descending: bool) -> None:
        scope = telling.scope
        people, projects = scope.book.people, scope.book.projects
        places = columns.places
        self._listing = Listing(scope, columns, dead)
        self._columns = columns
        self._descending = descending
        self._rule = scope.rule
        self._pricing = telling.pricing
        self._users = _told(places.account, lambda it: people[it].name if it in people else None)
        self._emails = _told(places.account, lambda it: people[it].email if it in people else None)
        self._clients = _told(places.project, lambda it: projects[it].client if it in projects else None)
        self._projects = _told(places.project, lambda it: projects[it].name if it in projects else None)
        self._billable = _told(places.billable, bool)
        self._is_shown = places.project.judged(projects.__contains__)
        self._tasks = telling.tasks(columns.matters.task)
        self._descriptions = _told(columns.matters.description, str)
        self._tags = telling.tags(columns.tags)
        self._prices = cache(self._priced)

    def between(self, begin: int, end: int) -> Batch:
        """The entries from a moment to before another, in order."""
        columns = self._columns
        rows = self._listing.wanted(begin, end)
        rows = rows[np.lexsort((columns.ids[rows], columns.start[rows]))]
        if self._descending:
            rows = rows[::-1]
        place, matter = columns.place[rows], columns.matter[rows]
        start, seconds = columns.start[rows], columns.rounded(self._rule, rows).astype(np.int64)
        stop = start + columns.seconds[rows].astype(np.int64)
        return Batch(
            columns.ids[rows].tolist(),
            self._users[place].tolist(),
            self._emails[place].tolist(),
            self._clients[place].tolist(),
            self._projects[place].tolist(),
            _where(self._is_shown[place], self._tasks[matter]).tolist(),
            self._descriptions[matter].tolist(),
            self._billable[place].tolist(),
            start.tolist(),
            stop.tolist(),
            seconds.tolist(),
            self._tags[columns.tags.codes[rows]].tolist(),
            self._worths(place, start, seconds),
        )

    def _worths(self, place: Ints, start: Ints, seconds: Ints) -> list[Worth]:
        """What they are worth, by what an hour cost when they began."""
        periods = np.searchsorted(np.array(self._pricing.moments, np.int64), start, side="right")
        rates, currencies = np.full(len(place), _NO_RATE), np.full(len(place), None)
        for period in np.unique(periods).tolist():
            there = periods == period
            its_rates, its_currencies = self._prices(period)
            rates[there], currencies[there] = its_rates[place[there]], its_currencies[place[there]]
        # Rounded up.
        amounts = _where(rates != _NO_RATE, -(-rates * seconds // SECONDS_OF_HOUR))
        return list(zip(currencies.tolist(), amounts.tolist(), strict=True))

    def _priced(self, period: int) -> tuple[Ints, Objects]:
        """What an hour costs in each place, in a period between two changes: how much, and in which currency."""
        places = self._columns.places
        prices = [
            self._pricing.between(period, account_id, project_id) if billable else None
            for account_id, project_id, billable in zip(
                *(it.values_of_all() for it in (places.account, places.project, places.billable)), strict=True
            )
        ]
        rates = np.array([_NO_RATE if it is None else it.rate for it in prices], np.int64)
        return rates, np.array([it and it.currency for it in prices], np.object_)


def _where(flags: Flags, values: NDArray[Any]) -> Objects:
    """Those values that are flagged, and None for the others."""
    found = values.astype(np.object_)
    found[~flags] = None
    return found


def _told(dimension: Dimension, tell: Callable[[Any], Any]) -> Objects:
    """What is told of each thing's value."""
    return np.array([tell(value) for value in dimension.values], np.object_)[dimension.codes]
