"""Running sums are the sums of the rows themselves, whichever rows are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourhand.reports import running_sums
from hourhand.reports.running_sums import RunningSums

_PLACES = 3
_ROWS = st.lists(st.tuples(st.integers(0, _PLACES - 1), st.integers(0, 1 << 40)), max_size=30)


@pytest.mark.parametrize("step", [1, 2, 7, 40])
@given(rows=_ROWS, ends=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_sums_are_those_of_the_rows(step: int, rows: list[tuple[int, int]], ends: tuple[int, int]) -> None:
    place = np.array([it for it, _ in rows], np.int64)
    seconds = np.array([it for _, it in rows], np.float64)
    begin, end = sorted(min(it, len(rows)) for it in ends)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_sums, "step", lambda places: step)
        found = RunningSums(place, lambda some: seconds[some], _PLACES).of(slice(begin, end))
    asked = rows[begin:end]
    assert found.seconds.tolist() == [sum(its for at, its in asked if at == number) for number in range(_PLACES)]
    assert found.entries.tolist() == [sum(at == number for at, _ in asked) for number in range(_PLACES)]


def test_a_table_takes_no_more_memory_than_a_column() -> None:
    rows, places = 100_000, 20_000
    place = np.arange(rows, dtype=np.int64) % places
    seconds = np.ones(rows)
    assert 0 < RunningSums(place, lambda some: seconds[some], places).bytes <= (rows + 2 * places) * 8
