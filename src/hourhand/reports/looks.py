"""How a report's reader writes dates, times, durations and amounts."""

from __future__ import annotations

from msgspec import Struct

from hourhand.core.accounts import Account
from hourhand.reports.results import Cover


class Look(Struct, frozen=True, kw_only=True):
    """A reader's formats (those of `core.accounts`) and their zone.

    `decimal_hours` writes durations as hours with decimals. `defuse` makes text harmless that a spreadsheet would
    take for a formula.
    """

    date_format: str
    timeofday_format: str
    duration_format: str
    timezone: str
    language: str
    decimal_hours: bool = False
    defuse: bool = True
    cover: Cover | None = None


def of(reader: Account, *, decimal_hours: bool = False, defuse: bool = True, cover: Cover | None = None) -> Look:
    """How somebody reads what is written for them, by their profile."""
    return Look(
        date_format=reader.date_format,
        timeofday_format=reader.timeofday_format,
        duration_format=reader.duration_format,
        timezone=reader.timezone,
        language=reader.language,
        decimal_hours=decimal_hours,
        defuse=defuse,
        cover=cover,
    )


def day_pattern(date_format: str) -> str:
    """A date format as `strftime` knows it."""
    return date_format.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d")


def clock_hours(seconds: int) -> str:
    """`01:30:00`; there may be more than 24 hours."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def decimal_hours(seconds: int) -> str:
    """`1.50`."""
    return units((seconds + 18) // 36)


def units(hundredths: int) -> str:
    """`12.30`."""
    return f"{hundredths // 100}.{hundredths % 100:02}"
