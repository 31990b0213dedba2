"""Zones come from the tzdata package, whatever the machine has."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import pairwise
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


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        pytest.param("Europe/Tallinn", date(2023, 3, 26), "2023-03-25 22:00", id="a day of 23 hours"),
        pytest.param("Europe/Tallinn", date(2023, 10, 29), "2023-10-28 21:00", id="a day of 25 hours"),
        pytest.param("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04 03:00", id="midnight is skipped"),
        pytest.param("Pacific/Apia", date(2011, 12, 30), "2011-12-30 10:00", id="the whole day is skipped"),
        pytest.param("Pacific/Apia", date(2011, 12, 31), "2011-12-30 10:00", id="the day after it"),
        pytest.param("America/St_Johns", date(2010, 11, 7), "2010-11-07 02:30", id="midnight comes twice"),
        pytest.param("America/Nuuk", date(2024, 3, 31), "2024-03-31 01:00", id="the hour before midnight is skipped"),
    ],
)
def test_a_day_begins_with_its_first_second(zone: str, day: date, utc: str) -> None:
    assert datetime.fromtimestamp(dates.beginning(day, zone), UTC).strftime("%Y-%m-%d %H:%M") == utc


def test_in_every_zone_days_follow_each_other() -> None:
    for name in sorted(dates.zones()):
        there = dates.zone(name)
        for year in (2007, 2011, 2023):
            days = dates.beginnings(name, date(year, 1, 1), date(year, 12, 31))
            assert len(days) == 366
            for i, (begin, end) in enumerate(pairwise(days)):
                assert 0 <= end - begin <= 27 * 3600, (name, year, i)
                if begin < end:
                    day = date(year, 1, 1) + timedelta(days=i)
                    assert datetime.fromtimestamp(begin, there).date() == day, (name, day)
                    assert datetime.fromtimestamp(begin - 1, there).date() < day, (name, day)
