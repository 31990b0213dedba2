"""Rounding: by a workspace's rule, and never past it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourhand.core.rounding import DOWN, NEAREST, UP, Rule

_SECONDS = st.integers(0, 999 * 3600)
_MINUTES = st.integers(1, 24 * 60)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(DOWN, [0, 0, 0, 900, 900]), (NEAREST, [0, 0, 900, 900, 900]), (UP, [0, 900, 900, 900, 1800])],
)
def test_quarters_of_an_hour(rounding: int, expected: list[int]) -> None:
    assert [Rule.of(rounding, 15).apply(seconds) for seconds in (0, 449, 450, 900, 901)] == expected


@given(_SECONDS, _MINUTES, st.sampled_from((DOWN, NEAREST, UP)))
def test_a_rounded_duration_is_the_multiple_that_is_meant(seconds: int, minutes: int, rounding: int) -> None:
    step = minutes * 60
    rounded = Rule.of(rounding, minutes).apply(seconds)
    assert rounded % step == 0
    away = Fraction(rounded - seconds, step)
    assert {DOWN: -1 < away <= 0, NEAREST: Fraction(-1, 2) < away <= Fraction(1, 2), UP: 0 <= away < 1}[rounding]


@given(_SECONDS, st.sampled_from((DOWN, NEAREST, UP)))
def test_no_minutes_round_nothing(seconds: int, rounding: int) -> None:
    assert Rule.of(rounding, 0).apply(seconds) == seconds
