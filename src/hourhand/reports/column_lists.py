"""The first entries of a long list, found in packed columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hourhand.reports import orders
from hourhand.reports.arrays import Codes, Ints
from hourhand.reports.columns import Columns, Dimension
from hourhand.reports.judging import Judge
from hourhand.reports.orders import Order, Sorted
from hourhand.reports.packs import Pack
from hourhand.reports.scopes import Scope

# How many rows are looked at in one go, by date: a page is often among the first of them.
_AT_ONCE = 1 << 16


def first(scope: Scope, pack: Pack, order: Order, *, descending: bool, count: int) -> list[Sorted]:
    """The first so many entries in this order."""
    found: list[Sorted] = []
    for columns, dead in ((pack.base, pack.dead), (pack.beside, pack.dead[:0])):
        if len(columns):
            found += Listing(scope, columns, dead).first(order, descending, count)
    return orders.in_order(found, order, descending=descending)[:count]


class Listing:
    """Lists what is asked for of these columns, but for the rows that are dead."""

    def __init__(self, scope: Scope, columns: Columns, dead: Ints) -> None:
        self._scope = scope
        self._columns = columns
        self._dead = dead
        self._judge = Judge(scope, columns)

    def first(self, order: Order, descending: bool, count: int) -> list[Sorted]:
        """At least the first so many, in no order."""
        if order == "date":
            return self._by_date(descending, count)
        rows = self.wanted(self._scope.begin, self._scope.end)
        keys, values = self._keys(order)
        ranks = keys[rows]
        if descending:
            ranks = -ranks
        if len(rows) > count:
            # Among those with the last key that has a place, the latest ones have it.
            last = np.partition(ranks, count - 1)[count - 1]
            before, tied = rows[ranks < last], rows[ranks == last]
            rows = np.concatenate((before, self._latest(tied, count)))
        return self._sorted(rows, values)

    def _by_date(self, descending: bool, count: int) -> list[Sorted]:
        found: list[Sorted] = []
        begin, end = np.searchsorted(self._columns.start, (self._scope.begin, self._scope.end)).tolist()
        start = self._columns.start
        while begin < end and len(found) < count:
            # Those that start together stay together.
            if descending:
                cut = max(begin, end - _AT_ONCE)
                cut = max(begin, int(np.searchsorted(start, start[cut])))
                times, end = (int(start[cut]), int(start[end - 1]) + 1), cut
            else:
                cut = min(end, begin + _AT_ONCE)
                cut = min(end, int(np.searchsorted(start, start[cut - 1], side="right")))
                times, begin = (int(start[begin]), int(start[cut - 1]) + 1), cut
            rows = self.wanted(*times)
            left = count - len(found)
            found += self._sorted(
                self._latest(rows, left) if descending else self._earliest(rows, left), lambda row: None
            )
        return found

    def wanted(self, begin: int, end: int) -> Ints:
        """The rows of this time that are asked for, in order."""
        columns, judge = self._columns, self._judge
        parts = [np.empty(0, np.int64)]
        for rows, flags in judge.within(begin, end):
            wanted = judge.places[columns.place[rows]]
            if judge.judges_matters:
                wanted &= judge.matters[columns.matter[rows]]
            if flags is not None:
                wanted &= flags
            parts.append(np.flatnonzero(wanted) + rows.start)
        found = np.concatenate(parts)
        return np.setdiff1d(found, self._dead, assume_unique=True) if len(self._dead) else found

    def _latest(self, rows: Ints, count: int) -> Ints:
        """Of rows by start, at least the last so many, and whatever starts with the first of those."""
        if len(rows) <= count:
            return rows
        start = self._columns.start[rows]
        return rows[np.searchsorted(start, start[-count]) :]

    def _earliest(self, rows: Ints, count: int) -> Ints:
        if len(rows) <= count:
            return rows
        start = self._columns.start[rows]
        return rows[: np.searchsorted(start, start[count - 1], side="right")]

    def _keys(self, order: Order) -> tuple[NDArray[Any], Callable[[int], Any]]:
        """Numbers that sort rows, and what an entry in a row is sorted by."""
        columns = self._columns
        if order == "duration":
            seconds = columns.rounded(self._scope.rule, slice(None))
            return seconds, lambda row: int(seconds[row])
        if order == "user":
            return _ranked(columns.places.account, columns.place, orders.user_key(self._scope.book))
        return _ranked(columns.matters.description, columns.matter, str.casefold)

    def _sorted(self, rows: Ints, key: Callable[[int], Any]) -> list[Sorted]:
        starts, ids = self._columns.start[rows].tolist(), self._columns.ids[rows].tolist()
        return [Sorted(key(row), start, id_) for row, start, id_ in zip(rows.tolist(), starts, ids, strict=True)]


def _ranked(
    dimension: Dimension, things: Codes, key: Callable[[Any], str]
) -> tuple[NDArray[Any], Callable[[int], Any]]:
    """The rank of each row's key, and the key of a row; rows are of these things, which have values."""
    keys = [key(value) for value in dimension.values]
    ranks = {it: rank for rank, it in enumerate(sorted(set(keys)))}
    rank_of = np.array([ranks[it] for it in keys], np.int64)[dimension.codes]
    return rank_of[things], lambda row: keys[dimension.codes[things[row]]]
