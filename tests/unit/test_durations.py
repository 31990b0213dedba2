"""Durations said as hours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hourhand.core import durations
from hourhand.core.errors import Invalid, Problems


def of_hours(hours: str) -> int:
    problems = Problems("project")
    seconds = durations.of_hours(problems, Decimal(hours), "estimated_hours")
    problems.refuse()
    return seconds


@pytest.mark.parametrize(
    ("hours", "seconds"),
    [("0", 0), ("1.5", 5400), ("1." + "3" * 60, 4800), ("1e-99999", 0), ("1000000", 3_600_000_000)],
)
def test_hours_become_whole_seconds(hours: str, seconds: int) -> None:
    assert of_hours(hours) == seconds


@pytest.mark.parametrize("hours", ["-1", "-0.0001", "1000001", "1e999999", "NaN", "sNaN", "Infinity"])
def test_hours_that_cannot_be_are_refused(hours: str) -> None:
    with pytest.raises(Invalid):
        of_hours(hours)


def test_hours_are_whole_where_they_can_be() -> None:
    assert repr(durations.hours(7200)) == "2"
    assert repr(durations.hours(5400)) == "1.5"
