"""Times on the wire: strict RFC 3339 in, the reader's zone out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from hourhand.core import dates

_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?:(Z)|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)


def parse(text: str) -> int | None:
    """Unix seconds of a time, fractions cut; None for what is no time."""
    match = _RFC_3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    zulu, sign, offset_hours, offset_minutes = match.groups()[6:]
    try:
        offset = timedelta() if zulu else timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
        zone = timezone(-offset if sign == "-" else offset)
        return int(datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=32768)
def show(seconds: int, zone: str | None) -> str:
    """`2013-08-12T11:55:58+03:00`, in a zone; without one, in UTC as `+00:00`."""
    return datetime.fromtimestamp(seconds, dates.zone(zone) if zone else UTC).isoformat()


def show_zulu(seconds: int) -> str:
    """`2013-08-12T08:55:58Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
