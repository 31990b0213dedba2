"""Zones come from the tzdata package, whatever the machine has."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

import pytest

from hourhand.core import dates
from hourhand.core.errors import Invalid, Problems


@pytest.fixture
def wrong_machine(tmp_path: Path) -> Iterator[None]:
    """A machine on which Tallinn has Tokyo's clocks."""
    (tmp_path / "Europe").mkdir()
    tokyo = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "Europe" / "Tallinn").write_bytes(tokyo)
    zoneinfo.reset_tzpath([tmp_path])
    zoneinfo.ZoneInfo.clear_cache()
    dates.zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


def test_a_zones_rules_are_not_the_machines(wrong_machine: None) -> None:
    offset = datetime(2023, 7, 1, tzinfo=dates.zone("Europe/Tallinn")).utcoffset()
    assert str(offset) == "3:00:00"
    assert str(datetime(2023, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Tallinn")).utcoffset()) == "9:00:00"


def test_every_zone_that_may_be_named_can_be_used() -> None:
    assert {str(dates.zone(name)) for name in dates.zones()} == dates.zones()


@pytest.mark.parametrize(
    "name", ["", "Factory", "localtime", "Mars/Olympus", "../etc/passwd", "europe/tallinn", "UTC "]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    problems = Problems("account")
    dates.zone_name(problems, name)
    with pytest.raises(Invalid):
        problems.refuse()
