"""Clocks: what day and what time of day an instant is in a zone, for very many instants."""

from __future__ import annotations

from collections.abc import Iterable
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
        local = self._local(instant)
        return self._days[local // _DAY_SECONDS], self._times[local % _DAY_SECONDS]

    def tell_all(self, instants: Iterable[int | None]) -> tuple[list[date | None], list[time | None]]:
        """The days and the times of many instants; None of what is no instant."""
        offsets, days, times = self._offsets, self._days, self._times
        # As `tell` does, without a call for each: of a million, two thirds of the time.
        locals_ = [
            None if it is None else it + o if (o := offsets[it // _DAY_SECONDS]) is not None else self._local(it)
            for it in instants
        ]
        return (
            [None if it is None else days[it // _DAY_SECONDS] for it in locals_],
            [None if it is None else times[it % _DAY_SECONDS] for it in locals_],
        )

    def _local(self, instant: int) -> int:
        """Seconds since 1970 as the clock counts them."""
        offset = self._offsets[instant // _DAY_SECONDS]
        return instant + (_offset(instant, self._zone) if offset is None else offset)


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
