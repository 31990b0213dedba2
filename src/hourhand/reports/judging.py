"""What a scope asks, of packed columns: once for each place, matter and set of tags, and then for rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hourhand.reports.arrays import Flags, Ints
from hourhand.reports.columns import Columns, Matters, Places
from hourhand.reports.filters import WITHOUT
from hourhand.reports.scopes import Scope

# Some rows: from one to before another, and which of them.
Rows = tuple[slice, Flags | None]


class Judge:
    """Finds the rows of some columns that a scope is about. `live_tags` are all tags that there are."""

    def __init__(self, scope: Scope, columns: Columns) -> None:
        self._scope = scope
        self._columns = columns
        self.places = _places(scope, columns.places)
        self.matters = _matters(scope, columns.matters)
        self._tags = _tags(scope, columns)
        self._zones = list(scope.zones)

    @property
    def judges_matters(self) -> bool:
        """Whether what an entry is about makes a difference."""
        return self._scope.asks_description or self._scope.asked.task_ids is not None

    def within(self, begin: int, end: int) -> Iterator[Rows]:
        """The rows of this time, as far as time and tags tell; what their places and matters tell is left out."""
        for some in self._in_time(begin, end):
            rows, flags = some
            if self._tags is not None:
                tagged = self._tags[self._columns.tags.codes[rows]]
                flags = tagged if flags is None else flags & tagged
            yield rows, flags

    def days(self) -> Ints:
        """The day of each row, from 0; -1 before the first and after the last."""
        found = np.full(len(self._columns), -1, np.int64)
        zone = self._zone_of_places() if len(self._zones) > 1 else None
        for number, name in enumerate(self._zones):
            bounds = np.searchsorted(self._columns.start, np.array(self._scope.days(name), np.int64))
            days = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
            rows = slice(bounds[0], bounds[-1])
            if zone is None:
                found[rows] = days
            else:
                there = zone[self._columns.place[rows]] == number
                found[rows][there] = days[there]
        return found

    def _in_time(self, begin: int, end: int) -> Iterator[Rows]:
        """The rows of this time; where days begin at different times, those at the ends are looked at one by one."""
        bounds = [self._scope.days(name) for name in self._zones]
        first, last = max(days[0] for days in bounds), min(days[-1] for days in bounds)
        if first >= last:
            first = last = begin
        middle = (min(max(first, begin), end), max(min(last, end), begin))
        middle = (middle[0], max(middle))
        for one, other, whole in ((begin, middle[0], False), (*middle, True), (middle[1], end, False)):
            rows = slice(*np.searchsorted(self._columns.start, (one, other)).tolist())
            if rows.start < rows.stop:
                yield rows, None if whole or len(set(bounds)) == 1 else self._inside(rows)

    def _inside(self, rows: slice) -> Flags:
        """Whether these rows are on a day of the scope for their owners."""
        zone = self._zone_of_places()[self._columns.place[rows]]
        ends = np.array([(days[0], days[-1]) for days in map(self._scope.days, self._zones)], np.int64)
        start = self._columns.start[rows]
        flags: Flags = (start >= ends[zone, 0]) & (start < ends[zone, 1])
        return flags

    def _zone_of_places(self) -> Ints:
        number = {name: i for i, name in enumerate(self._zones)}
        people = self._scope.book.people
        # Who is in no zone is not asked for.
        return self._columns.places.account.mapped(
            lambda account_id: number.get(people[account_id].timezone, 0) if account_id in people else 0
        )


def _places(scope: Scope, places: Places) -> Flags:
    """As `Scope.has_place` says it of one."""
    book = scope.book
    wanted = places.account.judged(scope.account_ids.__contains__)
    if not book.workspace.admin:
        wanted &= places.account.judged(book.reader_id.__eq__) | places.project.judged(book.managed.__contains__)
    if scope.project_ids is not None:
        wanted &= places.project.judged(scope.has_project)
    if scope.asked.billable is not None:
        wanted &= places.billable.judged(bool) == scope.asked.billable
    return wanted


def _matters(scope: Scope, matters: Matters) -> Flags:
    wanted = np.ones(len(matters.task), np.bool_)
    if scope.asked.task_ids is not None:
        task_ids = scope.asked.task_ids
        wanted &= matters.task.judged(lambda task_id: (task_id or WITHOUT) in task_ids)
    if scope.asks_description:
        wanted &= matters.description.judged(scope.has_description)
    return wanted


def _tags(scope: Scope, columns: Columns) -> Flags | None:
    """Of each set of tags, whether it is asked for; None where tags make no difference."""
    wanted = scope.tag_ids
    if wanted is None:
        return None
    live = scope.live_tag_ids
    judged = (not wanted.isdisjoint(its) or (WITHOUT in wanted and live.isdisjoint(its)) for its in columns.tags.values)
    return np.fromiter(judged, np.bool_, len(columns.tags.values))
