"""Days, zones and instants. An instant is unix seconds; a day needs a zone to exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from hourhand.core.errors import Problems

FIRST_YEAR = 2006
LAST_YEAR = 2100
# The whole of these years, in unix seconds.
FIRST_SECOND = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
LAST_SECOND = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) - 1


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all zones, from the tzdata package, so that every machine knows the same ones."""
    names = (resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory", "localtime", "posixrules"}


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """A zone by its name, with the rules of the tzdata package: the machine's own may be older."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def zone_name(problems: Problems, name: str, field: str = "timezone") -> str:
    """A zone's name, if there is such a zone."""
    if name not in zones():
        problems.add(field, "invalid")
    return name


def beginning(day: date, zone_name: str) -> int:
    """The first second of a day in a zone, as an instant.

    Where midnight is skipped, that is the first second that there is; where it comes twice, the first time.
    """
    there = zone(zone_name)
    midnight = datetime(day.year, day.month, day.day, tzinfo=there)
    # Of a midnight that is skipped, these are the instants as reckoned from after and from before the gap.
    early, late = (int(midnight.replace(fold=fold).timestamp()) for fold in (1, 0))
    while late > early and datetime.fromtimestamp(late - 1, there).date() >= day:
        late -= 1
    return late


@lru_cache(maxsize=256)
def beginnings(zone_name: str, first: date, last: date) -> tuple[int, ...]:
    """The first seconds of all days from the first to the last, and of the day after that."""
    days = (last - first).days + 2
    return tuple(beginning(first + timedelta(days=i), zone_name) for i in range(days))
