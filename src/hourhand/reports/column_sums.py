"""Sums reckoned over packed columns: the same cells as `row_sums` finds, in a fraction of the time.

What is asked of owners, projects, tasks and so on is judged once for each place and each matter; these are numbered
anew, as far as they are to be told apart. Rows are then only counted and summed by their two numbers, those between
two changes of a rate at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from hourhand.core.rates import Rate
from hourhand.reports.arrays import Flags, Ints, Seconds
from hourhand.reports.cells import By, Cell, Key, together
from hourhand.reports.columns import Columns, Dimension, Places
from hourhand.reports.judging import Judge
from hourhand.reports.packs import Pack
from hourhand.reports.prices import NO_RATE, Price, Tariff
from hourhand.reports.scopes import Scope

# Up to so many sums are made in one go, each in its place; of more, only those that there are. Likewise for numbers.
_MOST_SUMS = 1 << 21
_MOST_NUMBERS = 1 << 20
_ANY_MATTER = (None, None)
# Codes, and for each the seconds and the number of entries.
_Sums = tuple[Ints, Ints, Ints]


def cells(scope: Scope, by: By, pack: Pack) -> list[Cell]:
    """The cells of what is asked for, in no order."""
    prices = scope.prices
    bounds = [scope.begin, *prices.moments(scope.begin, scope.end), scope.end]
    tariffs = [(begin, end, prices.at(begin)) for begin, end in pairwise(bounds)]
    return together(_sums(scope, by, pack, tariffs))


def _sums(scope: Scope, by: By, pack: Pack, tariffs: list[tuple[int, int, Tariff]]) -> Iterator[tuple[Key, int, int]]:
    # What is no longer so is summed too, and taken away again.
    for columns, sign in ((pack.base, 1), (pack.base.taken(pack.dead), -1), (pack.beside, 1)):
        if len(columns):
            summing = _Summing(scope, by, columns, sign)
            for begin, end, tariff in tariffs:
                yield from summing.sums(begin, end, tariff)


class _Groups:
    """Things numbered anew: the number of each, and what each number stands for, told by a thing that has it.

    The number after the last is of all that is not asked for.
    """

    def __init__(self, codes: Ints, examples: list[int], key: Callable[[int], Any]) -> None:
        self.codes = codes
        self.size = len(examples) + 1
        self._examples = examples
        self._key = key

    def keys(self, numbers: list[int]) -> dict[int, Any]:
        """What these numbers stand for."""
        return {number: self._key(self._examples[number]) for number in set(numbers)}


class _Summing:
    """Sums these columns as a scope asks it, or takes them away, where the sign is -1."""

    def __init__(self, scope: Scope, by: By, columns: Columns, sign: int) -> None:
        self._sign = sign
        self._scope = scope
        self._by = by
        self._columns = columns
        self._judge = Judge(scope, columns)
        self._matters = self._matter_groups()
        self._worth = columns.places.billable.judged(bool) & columns.places.project.judged(scope.book.sees_worth)
        self._days = self._judge.days() if by.day else None

    def sums(self, begin: int, end: int, tariff: Tariff) -> Iterator[tuple[Key, int, int]]:
        """Key, seconds and number of the entries that began in a time in which this tariff holds."""
        places, matters = self._place_groups(tariff), self._matters
        # Without groups, all matters are alike.
        sizes = (places.size, matters.size if matters else 1, self._scope.day_count if self._by.day else 1)
        for rows, flags in self._judge.within(begin, end):
            if matters or self._days is not None:
                there, summed, counted = self._by_codes(places, matters, sizes, rows, flags)
            else:
                there, summed, counted = self._by_places(places, rows, flags)
            place, matter, day = np.unravel_index(there, sizes)
            asked = place < sizes[0] - 1
            if matters:
                asked &= matter < sizes[1] - 1
            numbers = [it[asked].tolist() for it in (place, matter, day, summed * self._sign, counted * self._sign)]
            place_keys = places.keys(numbers[0])
            matter_keys = matters.keys(numbers[1]) if matters else {0: _ANY_MATTER}
            for i, j, k, its_seconds, its_entries in zip(*numbers, strict=True):
                yield (*place_keys[i], *matter_keys[j], k if self._by.day else None), its_seconds, its_entries

    def _by_places(self, places: _Groups, rows: slice, flags: Flags | None) -> _Sums:
        # Place by place first: to add to very few sums by turns takes several times as long as to many.
        seconds, entries = self._columns.sums(self._scope.rule, rows, flags)
        return _summed(places.codes, seconds, places.size, entries)

    def _by_codes(
        self, places: _Groups, matters: _Groups | None, sizes: tuple[int, int, int], rows: slice, flags: Flags | None
    ) -> _Sums:
        codes = places.codes[self._columns.place[rows]]
        if matters:
            codes *= sizes[1]
            codes += matters.codes[self._columns.matter[rows]]
        if self._days is not None:
            codes *= sizes[2]
            codes += self._days[rows]
            on_a_day = self._days[rows] >= 0
            flags = on_a_day if flags is None else flags & on_a_day
        seconds = self._columns.rounded(self._scope.rule, rows)
        if flags is not None:
            codes, seconds = codes[flags], seconds[flags]
        return _summed(codes, seconds, math.prod(sizes))

    def _place_groups(self, tariff: Tariff) -> _Groups:
        """Places by owner and project, as far as those are asked for, whether billable, and price."""
        places, by, book = self._columns.places, self._by, self._scope.book
        numbering = _Numbering(len(places.account))
        if by.account:
            numbering.add(places.account)
        if by.project:
            numbering.add(places.project)
        numbering.add(places.billable)
        numbering.add(_prices(places, tariff, self._worth))

        def key(example: int) -> tuple[int | None, int | None, bool, Price | None]:
            account_id, project_id = places.account.value(example), places.project.value(example)
            price = tariff.of(account_id, project_id) if self._worth[example] else None
            shown = book.shown(project_id) if by.project else None
            return account_id if by.account else None, shown, bool(places.billable.value(example)), price

        return _Groups(*numbering.numbered(self._judge.places), key)

    def _matter_groups(self) -> _Groups | None:
        """Matters by task and description, as far as those are asked for; None where they make no difference."""
        matters, by = self._columns.matters, self._by
        if not (by.task or by.description or self._judge.judges_matters):
            return None
        numbering = _Numbering(len(matters.task))
        if by.task:
            numbering.add(matters.task)
        if by.description:
            numbering.add(matters.description)

        def key(example: int) -> tuple[int | None, str | None]:
            task_id, description = matters.task.value(example), matters.description.value(example)
            return task_id if by.task else None, description if by.description else None

        return _Groups(*numbering.numbered(self._judge.matters), key)


class _Numbering:
    """Numbers things by what they have been told apart by."""

    def __init__(self, count: int) -> None:
        self._codes = np.zeros(count, np.int64)
        self._space = 1

    def add(self, dimension: Dimension) -> None:
        """Tell things apart by this too."""
        self._codes = self._codes * len(dimension.values) + dimension.codes
        self._space *= len(dimension.values)
        if self._space > _MOST_NUMBERS:
            _, self._codes = np.unique(self._codes, return_inverse=True)
            self._space = int(self._codes.max(initial=0)) + 1

    def numbered(self, wanted: Flags) -> tuple[Ints, list[int]]:
        """The number of each thing, and for each number a thing that has it; what is not wanted has the one after."""
        asked = np.flatnonzero(wanted)
        if self._space <= _MOST_NUMBERS:
            # The first of those that are alike is written last.
            first = np.full(self._space, -1, np.int64)
            first[self._codes[asked][::-1]] = asked[::-1]
            there = np.flatnonzero(first >= 0)
            number = np.full(self._space, len(there), np.int64)
            number[there] = np.arange(len(there))
            codes = np.where(wanted, number[self._codes], len(there))
            return codes, first[there].tolist()
        _, examples, inverse = np.unique(self._codes[asked], return_index=True, return_inverse=True)
        codes = np.full(len(wanted), len(examples), np.int64)
        codes[asked] = inverse
        return codes, asked[examples].tolist()


def _prices(places: Places, tariff: Tariff, worth: Flags) -> Dimension:
    """Places by what an hour costs there, as `Tariff.of` says it of one."""
    rates: dict[int | None, int] = {}
    currencies: dict[str | None, int] = {}

    def rate(amount: int | None) -> int:
        return -1 if amount is None else rates.setdefault(amount, len(rates))

    def project(project_id: int | None) -> Rate:
        return tariff.projects.get(project_id or 0, NO_RATE)

    found = places.account.mapped(lambda it: rate(tariff.members.get(it, tariff.workspace.amount)))
    for more in (places.project.mapped(lambda it: rate(project(it).amount)), _of_project_members(places, tariff, rate)):
        found = np.where(more >= 0, more, found)
    currency = places.project.mapped(
        lambda it: currencies.setdefault(project(it).currency or tariff.workspace.currency, len(currencies))
    )
    codes = np.where(worth, found * len(currencies) + currency + 1, 0)
    return Dimension(range(len(rates) * len(currencies) + 1), codes)


def _of_project_members(places: Places, tariff: Tariff, rate: Callable[[int], int]) -> Ints:
    """The number of what an hour of a project's members costs, -1 where there is nothing of their own."""
    found = np.full(len(places.account), -1, np.int64)
    if not tariff.project_members:
        return found
    accounts = {it: i for i, it in enumerate({account_id for account_id, _ in tariff.project_members})}
    projects = {it: i for i, it in enumerate({project_id for _, project_id in tariff.project_members})}
    account = places.account.mapped(lambda it: accounts.get(it, -1))
    project = places.project.mapped(lambda it: projects.get(it, -1))
    pairs = np.where((account >= 0) & (project >= 0), account * len(projects) + project, -1)
    own = sorted((accounts[a] * len(projects) + projects[p], rate(it)) for (a, p), it in tariff.project_members.items())
    known, codes = np.array(own, np.int64).T
    at = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    return np.where(known[at] == pairs, codes[at], found)


def _summed(codes: Ints, seconds: Seconds, space: int, entries: Ints | None = None) -> _Sums:
    """The codes that there are, and for each the sums of seconds and of entries, which are one each if not given."""
    there = None
    if space > _MOST_SUMS:
        there, codes = np.unique(codes, return_inverse=True)
    counted = np.bincount(codes, weights=entries).astype(np.int64)
    summed = np.bincount(codes, weights=seconds).astype(np.int64)
    if there is None:
        there = np.flatnonzero(counted)
        return there, summed[there], counted[there]
    return there, summed, counted
