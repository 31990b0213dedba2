"""Clocks: what day and what time of day an instant is in a zone, for very many instants."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hourhand.core import dates

_DAY_SECONDS = 24 * 3600
_EPOCH = date(1970, 1, 1).toordinal()


class Clock:
    """A zone's clock. It remembers what it has once told."""

    def __init__(self, zone_name: str) -> None:
        self._zone = dates.zone(zone_name)
        self._offsets = _Offsets(self._zone)
        self._days = _Days()
        self._times = _Times()

    def tell(self, instant: int) -> tuple[date, time]:
        """The day, and the time of day in whole seconds."""
        offset = self._offsets[instant // _DAY_SECONDS]
        if offset is None:
            offset = _offset(instant, self._zone)
        day, second = divmod(instant + offset, _DAY_SECONDS)
        return self._days[day], self._times[second]


class _Offsets(dict[int, int | None]):
    """Seconds ahead of Greenwich by its days since 1970; None for a day on which that changes."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, day: int) -> int | None:
        first, last = (_offset(instant, self._zone) for instant in (day * _DAY_SECONDS, (day + 1) * _DAY_SECONDS - 1))
        self[day] = offset = first if first == last else None
        return offset


def _offset(instant: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


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
