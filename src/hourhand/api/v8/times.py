"""Times on the wire: strict RFC 3339 in, the reader's zone out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hourhand.core import dates

_EPOCH = datetime.fromtimestamp(0, UTC)
_SECOND = timedelta(seconds=1)
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


def parse(text: str) -> int | None:
    """Unix seconds of a time, fractions cut; None for what is no time."""
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _SECOND
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=32768)
def show(seconds: int, zone: str | None) -> str:
    """`2013-08-12T11:55:58+03:00`, in a zone; without one, in UTC as `+00:00`."""
    return datetime.fromtimestamp(seconds, dates.zone(zone) if zone else UTC).isoformat()


def show_zulu(seconds: int) -> str:
    """`2013-08-12T08:55:58Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
