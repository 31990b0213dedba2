"""Clocks: what day and what time of day an instant is in a zone, for very many instants."""

from __future__ import annotations

from datetime import date, datetime, time

from hourhand.core import dates

_DAY_SECONDS = 24 * 3600
# Since the first year that entries can be of, zones change their offset only at full quarters of an hour.
_QUARTER_SECONDS = 900
_EPOCH = date(1970, 1, 1).toordinal()


class Clock:
    """A zone's clock. It remembers what it has once told."""

    def __init__(self, zone_name: str) -> None:
        self._offsets = _Offsets(zone_name)
        self._days = _Days()
        self._times = _Times()

    def tell(self, instant: int) -> tuple[date, time]:
        """The day, and the time of day in whole seconds."""
        day, second = divmod(instant + self._offsets[instant // _QUARTER_SECONDS], _DAY_SECONDS)
        return self._days[day], self._times[second]


class _Offsets(dict[int, int]):
    """Seconds before Greenwich by quarters of an hour since 1970."""

    def __init__(self, zone_name: str) -> None:
        super().__init__()
        self._zone = dates.zone(zone_name)

    def __missing__(self, quarter: int) -> int:
        offset = datetime.fromtimestamp(quarter * _QUARTER_SECONDS, self._zone).utcoffset()
        assert offset is not None
        self[quarter] = seconds = int(offset.total_seconds())
        return seconds


class _Days(dict[int, date]):
    """Days by how many are between 1970 and them."""

    def __missing__(self, day: int) -> date:
        self[day] = found = date.fromordinal(_EPOCH + day)
        return found


class _Times(dict[int, time]):
    """Times of day by the seconds since midnight."""

    def __missing__(self, second: int) -> time:
        self[second] = found = time(second // 3600, second // 60 % 60, second % 60)
        return found
