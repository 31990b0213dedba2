"""Clocks tell what the zone tells, however often they are asked."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hourhand.core import dates
from hourhand.reports.clocks import Clock

_WEEK = 7 * 24 * 3600
_BEGIN = dates.FIRST_SECOND
# From here on, the rules that zones have now are repeated.
_END = int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())


@given(st.sampled_from(sorted(dates.zones())), st.lists(st.integers(dates.FIRST_SECOND, dates.LAST_SECOND)))
def test_a_clock_tells_the_time_of_its_zone(name: str, instants: list[int]) -> None:
    clock = Clock(name)
    for instant in instants:
        there = datetime.fromtimestamp(instant, dates.zone(name))
        assert clock.tell(instant) == (there.date(), there.time())


def test_a_clock_is_right_around_every_change_of_every_zone() -> None:
    for name in sorted(dates.zones()):
        clock = Clock(name)
        for change in _changes(name):
            for instant in (change - 1, change, change + 1):
                there = datetime.fromtimestamp(instant, dates.zone(name))
                assert clock.tell(instant) == (there.date(), there.time()), name


def _changes(name: str) -> list[int]:
    """The first seconds with another offset than the one before. Nowhere are there two in a week."""
    found: list[int] = []
    for begin in range(_BEGIN, _END, _WEEK):
        low, high = begin, begin + _WEEK
        if _offset(name, low) == _offset(name, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(name, middle) == _offset(name, begin) else (low, middle)
        found.append(high)
    return found


def _offset(name: str, instant: int) -> object:
    return datetime.fromtimestamp(instant, dates.zone(name)).utcoffset()
