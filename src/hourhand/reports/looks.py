"""How a report's reader writes dates, times, durations and amounts."""

from __future__ import annotations

from msgspec import Struct

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
