"""Days, zones and instants. An instant is unix seconds; a day needs a zone to exist."""

from __future__ import annotations

from datetime import UTC, datetime
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
