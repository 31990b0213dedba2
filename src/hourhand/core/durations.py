"""Durations: integers, in seconds. People also say them as decimal hours."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from hourhand.core.errors import Problems

SECONDS_OF_HOUR = 3600
MOST_HOURS = 1_000_000


def of_hours(problems: Problems, hours: Decimal, field: str) -> int:
    """The seconds of so many hours, rounded half to even. Notes what is no number, negative or beyond a million."""
    try:
        if 0 <= hours <= MOST_HOURS:
            return int((hours * SECONDS_OF_HOUR).to_integral_value(ROUND_HALF_EVEN))
    except ArithmeticError:
        # Not a number at all: it cannot be compared.
        pass
    problems.add(field, "invalid")
    return 0


def hours(seconds: int) -> int | float:
    """The hours of so many seconds: `2`, or `1.5`."""
    return seconds // SECONDS_OF_HOUR if seconds % SECONDS_OF_HOUR == 0 else seconds / SECONDS_OF_HOUR
