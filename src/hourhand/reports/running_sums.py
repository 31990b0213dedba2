"""Running sums: what each place had up to every so many rows, so that the sums of very many rows need not look at them.

The sums of a whole year are the difference of two lines of a table, and the few rows before and after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from hourhand.reports.arrays import Codes, Ints, Seconds

_LEAST_ROWS = 1 << 14


class Sums(NamedTuple):
    """By place, the seconds and the number of entries."""

    seconds: Seconds
    entries: Ints


class RunningSums:
    """The sums of rows that have places, of which there are so many, and seconds, which are asked for by row."""

    def __init__(self, place: Codes, seconds: Callable[[slice], Seconds], places: int) -> None:
        self._place = place
        self._seconds = seconds
        self._places = places
        self._step = step(places)
        self._lines = [Sums(np.zeros(places), np.zeros(places, np.int64))]
        for end in range(self._step, len(place) + 1, self._step):
            self._lines.append(_plus(self._lines[-1], self._between(end - self._step, end)))

    @property
    def bytes(self) -> int:
        """About how much memory this takes beside the rows."""
        return sum(line.seconds.nbytes + line.entries.nbytes for line in self._lines)

    def of(self, rows: slice) -> Sums:
        """The sums of these rows."""
        first, last = -(-rows.start // self._step), rows.stop // self._step
        if first >= last:
            return self._between(rows.start, rows.stop)
        inner = _minus(self._lines[last], self._lines[first])
        before = self._between(rows.start, first * self._step)
        return _plus(_plus(before, inner), self._between(last * self._step, rows.stop))

    def _between(self, begin: int, end: int) -> Sums:
        rows = slice(begin, end)
        return summed(self._place[rows], self._seconds(rows), self._places)


def step(places: int) -> int:
    """How many rows are between two lines: so many that the table takes no more memory than a column."""
    return max(_LEAST_ROWS, 2 * places)


def summed(place: Codes, seconds: Seconds, places: int) -> Sums:
    """The sums of rows that have these places and these seconds."""
    total: Seconds = np.bincount(place, weights=seconds, minlength=places).astype(np.float64)
    return Sums(total, np.bincount(place, minlength=places))


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(one.seconds + other.seconds, one.entries + other.entries)


def _minus(one: Sums, other: Sums) -> Sums:
    return Sums(one.seconds - other.seconds, one.entries - other.entries)
