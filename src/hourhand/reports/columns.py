"""Entries as packed columns: what sums are quickest reckoned over, made once and never changed.

Rows are sorted by their start. What entries are alike in stands apart, once for all that are alike: their *place*
(owner, project, whether billable), their *matter* (task, description) and their tags. A row has the numbers of its
three. A company's year has far fewer of those than entries, and all that is asked but time is judged on them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from hourhand.core.rounding import Rule
from hourhand.reports import running_sums
from hourhand.reports.arrays import Codes, Flags, Ints, Seconds
from hourhand.reports.running_sums import RunningSums, Sums

# But for its tags, which count as what is the same for many.
BYTES_OF_ROW = 3 * 8 + 2 * 4
# A value, its place among others, and the number that stands for it.
_BYTES_OF_VALUE = 120
# Running sums are kept without rounding, and by the workspace's rule; one that is no longer its rule makes room.
_MOST_RULES = 2


class Dimension:
    """The values that there are of a kind, and the number among them that each of many things has."""

    def __init__(self, values: Sequence[Any], codes: Codes) -> None:
        self.values = values
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    def value(self, thing: int) -> Any:
        """The value of one thing."""
        return self.values[self.codes[thing]]

    def values_of_all(self) -> list[Any]:
        """The value of each thing."""
        return [self.values[code] for code in self.codes.tolist()]

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return len(self.values) * _BYTES_OF_VALUE + self.codes.nbytes

    def joined(self, other: Dimension) -> Dimension:
        """With another's things behind its own. A value may then be there twice."""
        return Dimension((*self.values, *other.values), np.concatenate((self.codes, other.codes + len(self.values))))

    def judged(self, judge: Callable[[Any], object]) -> Flags:
        """What is true of each thing's value."""
        return np.fromiter((bool(judge(value)) for value in self.values), np.bool_, len(self.values))[self.codes]

    def mapped(self, number: Callable[[Any], int]) -> Ints:
        """A number for each thing's value."""
        return np.fromiter((number(value) for value in self.values), np.int64, len(self.values))[self.codes]


class Places:
    """Owner, project and whether billable, of each place."""

    def __init__(self, account: Dimension, project: Dimension, billable: Dimension) -> None:
        self.account = account
        self.project = project
        self.billable = billable

    def joined(self, other: Places) -> Places:
        """With another's places behind its own."""
        return Places(
            self.account.joined(other.account), self.project.joined(other.project), self.billable.joined(other.billable)
        )


class Matters:
    """Task and description, of each matter."""

    def __init__(self, task: Dimension, description: Dimension) -> None:
        self.task = task
        self.description = description

    def joined(self, other: Matters) -> Matters:
        """With another's matters behind its own."""
        return Matters(self.task.joined(other.task), self.description.joined(other.description))


class Columns:
    """Entries that do not run, of one workspace. `place` and `matter` are numbers among the places and the matters."""

    def __init__(
        self,
        ids: Ints,
        start: Ints,
        seconds: Seconds,
        place: Codes,
        matter: Codes,
        tags: Dimension,
        places: Places,
        matters: Matters,
    ) -> None:
        self.ids = ids
        self.start = start
        self.seconds = seconds
        self.place = place
        self.matter = matter
        self.tags = tags
        self.places = places
        self.matters = matters
        # By rule of rounding, made when they are first asked for.
        self._running: dict[Rule, RunningSums] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def kinds(self) -> int:
        """How many places and matters there are."""
        return len(self.places.account) + len(self.matters.task)

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        kinds = (self.places.account, self.places.project, self.matters.task, self.matters.description, self.tags)
        running = sum(sums.bytes for sums in list(self._running.values()))
        return len(self) * BYTES_OF_ROW + sum(kind.bytes for kind in kinds) + running

    def rounded(self, rule: Rule, rows: slice | Ints) -> Seconds:
        """The seconds of these rows by a rule of rounding."""
        seconds = self.seconds[rows]
        return seconds if rule.step == 1 else (seconds + rule.shift) // rule.step * rule.step

    def sums(self, rule: Rule, rows: slice, flags: Flags | None = None) -> Sums:
        """The sums of each place in these rows, or in those of them that are flagged, by a rule of rounding."""
        places = len(self.places.account)
        if flags is not None:
            return running_sums.summed(self.place[rows][flags], self.rounded(rule, rows)[flags], places)
        if rows.stop - rows.start < running_sums.step(places):
            return running_sums.summed(self.place[rows], self.rounded(rule, rows), places)
        running = self._running.get(rule)
        if running is None:
            running = RunningSums(self.place, partial(self.rounded, rule), places)
            self._running = {rule: running, **dict(list(self._running.items())[: _MOST_RULES - 1])}
        return running.of(rows)

    def taken(self, rows: Ints) -> Columns:
        """The rows at these places, which are in order."""
        return Columns(
            self.ids[rows],
            self.start[rows],
            self.seconds[rows],
            self.place[rows],
            self.matter[rows],
            Dimension(self.tags.values, self.tags.codes[rows]),
            self.places,
            self.matters,
        )

    def joined(self, other: Columns) -> Columns:
        """With another's rows among its own."""
        tags = self.tags.joined(other.tags)
        whole = Columns(
            np.concatenate((self.ids, other.ids)),
            np.concatenate((self.start, other.start)),
            np.concatenate((self.seconds, other.seconds)),
            np.concatenate((self.place, other.place + len(self.places.account))),
            np.concatenate((self.matter, other.matter + len(self.matters.task))),
            tags,
            self.places.joined(other.places),
            self.matters.joined(other.matters),
        )
        return whole.taken(np.argsort(whole.start, kind="stable"))
