"""What holds for any time, zone, amount, duration and id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hourhand.api.v8 import times
from hourhand.core import dates, durations, ids, money, timing
from hourhand.core.errors import Invalid, Problems
from hourhand.core.timing import Said, Timing

moments = st.integers(dates.FIRST_SECOND, dates.LAST_SECOND)
lengths = st.integers(0, timing.LONGEST_SECONDS)
stopped = st.builds(lambda start, length: Timing(start, start + length, length), moments, lengths)
paused = st.builds(lambda start, length, spent: Timing(start, start + length, spent), moments, lengths, lengths)
running = st.builds(timing.running_from, moments)
anything = st.none() | st.integers(-(10**12), 10**12)
DAY = 24 * 3600
_LAST_TRANSITION = 2037


def is_refused(problems: Problems) -> bool:
    try:
        problems.refuse()
    except Invalid:
        return True
    return False


# Times on the wire --------------------------------------------------------------------------------


@settings(deadline=None)
@given(moments, st.none() | st.sampled_from(sorted(dates.zones())))
def test_a_time_that_is_shown_reads_as_the_same(moment: int, zone: str | None) -> None:
    assert times.parse(times.show(moment, zone)) == moment
    assert times.parse(times.show_zulu(moment)) == moment


def test_around_every_change_of_every_zones_clocks_too() -> None:
    for zone in _distinct_zones():
        for change in _changes(zone):
            around = [change + step for step in (-3601, -3600, -1, 0, 1, 1800, 3599, 3600)]
            assert [times.parse(times.show(moment, zone)) for moment in around] == around, zone


@given(st.text() | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,12}(Z|[+-][0-9:]{5})\Z"))
def test_whatever_else_is_said_is_a_time_or_nothing(text: str) -> None:
    seconds = times.parse(text)
    if seconds is not None:
        assert datetime.fromisoformat(text) - datetime.fromtimestamp(seconds, UTC) < timedelta(seconds=1)


@given(st.datetimes(), st.integers(-1439, 1439), st.integers(0, 9))
def test_any_offset_and_fraction_reads_as_the_instant_it_is_cut_to(said: datetime, minutes: int, digits: int) -> None:
    said = said.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    text = said.isoformat()
    fraction = "." + "9" * digits if digits else ""
    assert times.parse(text[:19] + fraction + text[19:]) == int(said.timestamp())


def _distinct_zones() -> list[str]:
    """One name for each set of rules: many zones have several."""
    files = resources.files("tzdata").joinpath("zoneinfo")
    return list({files.joinpath(*zone.split("/")).read_bytes(): zone for zone in sorted(dates.zones())}.values())


def _changes(zone: str) -> list[int]:
    """The instants, until 2037, at which a zone's clocks change; after that they repeat."""
    first, last = dates.FIRST_SECOND, int(datetime(_LAST_TRANSITION + 1, 1, 1, tzinfo=UTC).timestamp())
    looks = range(first, last, 14 * DAY)
    return [_first_after(zone, a, b) for a, b in pairwise(looks) if _offset(zone, a) != _offset(zone, b)]


def _first_after(zone: str, before: int, after: int) -> int:
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(zone, middle) != _offset(zone, before) else (middle, after)
    return after


def _offset(zone: str, moment: int) -> timedelta | None:
    return datetime.fromtimestamp(moment, dates.zone(zone)).utcoffset()


# Start, stop and duration -------------------------------------------------------------------------


@given(anything, anything, anything)
def test_a_timing_that_passes_is_one_that_can_be_stored(
    start: int | None, stop: int | None, duration: int | None
) -> None:
    born = timing.born(Said(start, stop, duration))
    assert (born is None) == (start is None)
    if born is None:
        return
    problems = Problems("time_entry")
    timing.check(problems, born)
    if not is_refused(problems):
        assert (born.duration < 0) == (born.stop is None) == born.running
        assert born.stop is None or born.start <= born.stop <= dates.LAST_SECOND + timing.LONGEST_SECONDS
        assert born.duration <= timing.LONGEST_SECONDS


@given(stopped | paused | running)
def test_sending_back_all_that_was_read_changes_nothing(read: Timing) -> None:
    assert timing.changed(read, Said(read.start, read.stop, read.duration)) == read
    assert timing.changed(read, Said()) == read


@given(stopped | running, moments)
def test_a_stop_alone_keeps_the_start_and_gives_the_duration(before: Timing, stop: int) -> None:
    assert timing.changed(before, Said(stop=stop)) == Timing(before.start, stop, stop - before.start)


@given(stopped, moments)
def test_a_start_alone_keeps_the_duration(before: Timing, start: int) -> None:
    assert timing.changed(before, Said(start)) == Timing(start, start + before.duration, before.duration)


@given(running, moments)
def test_what_runs_goes_on_running_from_another_start(before: Timing, start: int) -> None:
    assert timing.changed(before, Said(start)) == timing.running_from(start)


@given(moments, moments, lengths)
def test_a_paused_clock_keeps_all_three(start: int, stop: int, duration: int) -> None:
    assert timing.born(Said(start, stop, duration)) == Timing(start, stop, duration)


@given(running, moments)
def test_stopping_never_ends_before_the_beginning(before: Timing, moment: int) -> None:
    after = timing.stopped_at(before, moment)
    assert after == Timing(before.start, max(before.start, moment), max(0, moment - before.start))


# Money and durations ------------------------------------------------------------------------------

amounts = st.decimals(0, money.MOST_RATE, allow_nan=False) | st.decimals() | st.floats() | st.integers()


@given(st.integers(0, money.MOST_RATE * 100))
def test_an_amount_that_is_shown_is_read_as_the_same(hundredths: int) -> None:
    problems = Problems("project")
    assert money.minor_units(problems, money.decimal(hundredths), "rate") == hundredths
    assert not is_refused(problems)


@given(amounts | amounts.map(str) | st.text())
def test_an_amount_is_rounded_once_half_to_even_or_refused(value: Decimal | float | int | str) -> None:
    problems = Problems("project")
    hundredths = money.minor_units(problems, value, "rate")
    if is_refused(problems):
        assert hundredths == 0
    else:
        assert hundredths == round(Fraction(Decimal(str(value))) * 100)


@given(st.integers(0, durations.MOST_HOURS * durations.SECONDS_OF_HOUR))
def test_hours_that_are_shown_are_read_as_the_same(seconds: int) -> None:
    problems = Problems("project")
    assert durations.of_hours(problems, Decimal(str(durations.hours(seconds))), "estimated_hours") == seconds
    assert not is_refused(problems)


@given(st.decimals(0, durations.MOST_HOURS, places=12) | st.decimals())
def test_hours_are_rounded_half_to_even_or_refused(hours: Decimal) -> None:
    problems = Problems("project")
    seconds = durations.of_hours(problems, hours, "estimated_hours")
    if is_refused(problems):
        assert seconds == 0
    else:
        assert seconds == (hours * 3600).to_integral_value(ROUND_HALF_EVEN)


# Ids ----------------------------------------------------------------------------------------------


@given(st.integers(1, (ids.LIMIT >> ids.BITS) - 1), st.integers(0, ids.BUCKETS - 1))
def test_an_id_tells_its_bucket_and_is_possible(sequence: int, bucket: int) -> None:
    thing_id = (sequence << ids.BITS) | bucket
    assert ids.bucket_of(thing_id) == bucket
    assert ids.possible(thing_id)


@pytest.mark.parametrize("number", [None, 0, 1, -1, ids.BUCKETS - 1, ids.LIMIT, ids.LIMIT + 1, 1 << 63, -(1 << 53)])
def test_other_numbers_are_no_ids(number: int | None) -> None:
    assert not ids.possible(number)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_has_one_bucket(text: str) -> None:
    assert 0 <= ids.bucket_of_text(text) == ids.bucket_of_text(text) < ids.BUCKETS
