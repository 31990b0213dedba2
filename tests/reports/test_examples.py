"""Reports of a few entries, reckoned by hand: over rows and over packed columns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hourhand.core import clients, project_members, removals, tags, tasks
from hourhand.db import Database
from hourhand.reports import packs
from hourhand.reports.results import Amount, Earnings, Totals
from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import NOW
from tests.reports.ledger import HOUR, Ledger
from tests.reports.world import moment

NOTHING = Amount(None, None)
# The days around NOW.
WEEK = ("2023-11-12", "2023-11-18")


@pytest.fixture(params=["rows", "columns"])
def ledger(request: pytest.FixtureRequest, database: Database, cast: Cast) -> Ledger:
    """Acme's time, which reports find in either way."""
    if request.param == "columns":
        packs.kept_in(database.memory, 64 << 20, 1)
    return Ledger(database, cast)


# Days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2023-03-26", "2023-03-25T22:00:00", "2023-03-26T20:59:59"),  # 23 hours
        ("2023-10-29", "2023-10-28T21:00:00", "2023-10-29T21:59:59"),  # 25 hours
        ("2023-11-14", "2023-11-13T22:00:00", "2023-11-14T21:59:59"),
    ],
)
def test_an_entry_counts_on_the_day_on_which_it_started_where_its_owner_lives(
    ledger: Ledger, day: str, first: str, last: str
) -> None:
    ledger.live_in(ledger.cast.ann, "Europe/Tallinn")
    for number, start in enumerate([moment(first) - 1, moment(first), moment(last), moment(last) + 1]):
        ledger.track(start, 10**number)
    found = ledger.weekly(ledger.asked(day, day))
    assert found.week.seconds == (110, 1000, None, None, None, None, None, 1110)
    assert ledger.summary(ledger.asked(day, day)).totals.seconds == 110


def test_each_owner_has_days_of_their_own(ledger: Ledger) -> None:
    ann, bob = ledger.cast.ann, ledger.cast.bob
    ledger.live_in(ann, "Pacific/Kiritimati")
    ledger.live_in(bob, "America/New_York")
    ledger.track("2023-11-14T10:00", 1)
    ledger.track("2023-11-14T09:59:59", 2)
    ledger.track("2023-11-14T05:00", 4, by=bob)
    ledger.track("2023-11-14T04:59:59", 8, by=bob)
    found = ledger.weekly(ledger.asked("2023-11-13", "2023-11-13"))
    assert found.week.seconds == (8, 6, 1, None, None, None, None, 15)


def test_a_day_that_does_not_exist_is_empty_and_those_after_it_are_themselves(ledger: Ledger) -> None:
    ledger.live_in(ledger.cast.ann, "Pacific/Apia")
    ledger.track("2011-12-30T09:59:59", 1)
    ledger.track("2011-12-30T10:00:00", 2)
    ledger.track("2011-12-31T10:00:00", 4)
    found = ledger.weekly(ledger.asked("2011-12-29", "2011-12-29"))
    assert found.week.seconds == (1, None, 2, 4, None, None, None, 7)


# Rounding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(-1, [0, 0, 0, 900, 900, 900]), (0, [0, 0, 900, 900, 900, 1800]), (1, [0, 900, 900, 900, 1800, 1800])],
)
def test_each_entry_is_rounded_by_itself_and_a_multiple_stays(
    ledger: Ledger, rounding: int, expected: list[int]
) -> None:
    ledger.set(rounding=rounding, rounding_minutes=15, default_hourly_rate=Decimal(36))
    for hour, seconds in enumerate([0, 449, 450, 900, 901, 1350]):
        ledger.track(NOW + hour * HOUR, seconds)
    rounded = ledger.asked(*WEEK, rounded=True)
    lines = ledger.detailed(rounded, descending=False).lines
    assert [line.seconds for line in lines] == expected
    whole = sum(expected)
    # A hundredth a second.
    assert ledger.summary(rounded).totals == Totals(whole, whole, (Amount("USD", whole),))
    assert ledger.summary(ledger.asked(*WEEK)).totals == Totals(4050, 4050, (Amount("USD", 4050),))


# Worth --------------------------------------------------------------------------------------------


def test_an_entry_is_worth_what_the_rate_was_when_it_started(ledger: Ledger, clock: Clock) -> None:
    ledger.set(default_hourly_rate=Decimal(60))
    clock.advance(1000)
    ledger.set(default_hourly_rate=Decimal(120), default_currency="EUR")
    starts = [NOW - 10**6, NOW + 999, NOW + 1000, NOW + 1001]
    for start in starts:
        ledger.track(start)
    lines = ledger.detailed(ledger.asked("2023-10-01", "2023-11-30"), descending=False).lines
    before, after = ("USD", 6000, 6000), ("EUR", 12000, 12000)
    assert [(line.currency, line.rate, line.amount) for line in lines] == [before, before, after, after]


def test_the_most_specific_rate_holds(ledger: Ledger) -> None:
    ledger.set(default_hourly_rate=Decimal(10))
    plain, priced = ledger.project("Plain"), ledger.project("Priced", rate=Decimal(20), currency="EUR")
    ledger.let_in(priced, ledger.cast.bob, rate=Decimal(30))
    ledger.track(NOW)
    ledger.track(NOW + 1, project=plain)
    ledger.track(NOW + 2, project=priced)
    ledger.track(NOW + 3, by=ledger.cast.bob, project=priced)
    lines = ledger.detailed(ledger.asked(*WEEK), descending=False).lines
    told = [(line.currency, line.rate) for line in lines]
    assert told == [("USD", 1000), ("USD", 1000), ("EUR", 2000), ("EUR", 3000)]


def test_who_comes_back_to_a_project_with_a_rate_had_none_before(ledger: Ledger, clock: Clock) -> None:
    bob, project = ledger.cast.bob, ledger.project("Project", rate=Decimal(20))
    member_id = ledger.let_in(project, bob)
    ledger.track(NOW, by=bob, project=project)
    clock.advance(1000)
    ledger.act(ledger.cast.ann, project_members.delete, [member_id])
    ledger.let_in(project, bob, rate=Decimal(90))
    ledger.track(NOW + 1000, by=bob, project=project)
    lines = ledger.detailed(ledger.asked(*WEEK), descending=False).lines
    assert [line.rate for line in lines] == [2000, 9000]


def test_a_total_has_an_amount_for_each_currency(ledger: Ledger) -> None:
    ledger.set(default_hourly_rate=Decimal(10))
    euros = ledger.project("Euros", rate=Decimal(50), currency="EUR")
    yen = ledger.project("Yen", rate=Decimal(1), currency="JPY")
    for project in (yen, euros, None):
        ledger.track(NOW, project=project, text="same")
        ledger.track(NOW, 1800, project=project, text="same", billable=False)
    found = ledger.summary(ledger.asked(*WEEK), "users", "time_entries")
    amounts = (Amount("EUR", 5000), Amount("JPY", 100), Amount("USD", 1000))
    assert found.totals == Totals(16200, 10800, amounts)
    [group] = found.groups
    assert group.amounts == amounts
    told = [(item.seconds, item.currency, item.amount, item.rate) for item in group.items]
    assert told == [
        (5400, None, None, None),
        (3600, "EUR", 5000, 5000),
        (3600, "JPY", 100, 100),
        (3600, "USD", 1000, 1000),
    ]
    week = ledger.weekly(ledger.asked("2023-11-14", "2023-11-14")).week
    nothing = (None,) * 6
    assert week.earnings == tuple(Earnings(it.currency, (it.amount, *nothing, it.amount)) for it in amounts)


def test_what_is_shown_is_rounded_up_once_from_what_is_exact(ledger: Ledger) -> None:
    # A hundredth an hour: one second is worth the 3600th part of what can be shown.
    ledger.set(default_hourly_rate=Decimal("0.01"))
    for day in range(3):
        ledger.track(NOW + day * 24 * HOUR, 1, text=f"day {day}")
    found = ledger.summary(ledger.asked("2023-11-14", "2023-11-20"))
    assert found.totals.amounts == (Amount("USD", 1),)
    assert [item.amount for item in found.groups[0].items] == [1, 1, 1]
    week = ledger.weekly(ledger.asked("2023-11-14", "2023-11-20")).week
    assert week.earnings == (Earnings("USD", (1, 1, 1, None, None, None, None, 1)),)
    assert [line.amount for line in ledger.detailed(ledger.asked(*WEEK)).lines] == [1, 1, 1]


def test_a_rate_of_nothing_is_a_rate(ledger: Ledger) -> None:
    ledger.track(NOW, text="billable")
    ledger.track(NOW, text="not", billable=False)
    found = ledger.summary(ledger.asked(*WEEK))
    assert found.totals == Totals(7200, 3600, (Amount("USD", 0),))
    told = [(item.title.name, item.currency, item.amount, item.rate) for item in found.groups[0].items]
    assert told == [("billable", "USD", 0, 0), ("not", None, None, None)]


def test_what_is_not_billable_is_worth_nothing(ledger: Ledger) -> None:
    ledger.set(default_hourly_rate=Decimal(10))
    ledger.track(NOW, billable=False)
    assert ledger.summary(ledger.asked(*WEEK)).totals == Totals(3600, None, (NOTHING,))
    nothing = ledger.summary(ledger.asked("2023-01-01", "2023-01-02"))
    assert (nothing.totals, nothing.groups) == (Totals(None, None, ()), [])


def test_billable_time_of_no_length_is_billable(ledger: Ledger) -> None:
    ledger.track(NOW, 0)
    assert ledger.summary(ledger.asked(*WEEK)).totals == Totals(0, 0, (Amount("USD", 0),))


# Readers ------------------------------------------------------------------------------------------


def test_hidden_rates_are_not_shown_to_those_who_do_not_manage_the_project(ledger: Ledger) -> None:
    bob, cleo, private = ledger.cast.bob, ledger.cast.cleo, ledger.cast.private.id
    ledger.let_in(private, bob)
    ledger.set(default_hourly_rate=Decimal(10), only_admins_see_billable_rates=True)
    ledger.track(NOW, 60, by=bob, project=private)
    ledger.track(NOW, 120, by=cleo, project=private)
    ledger.track(NOW, 240, by=cleo)
    ledger.track(NOW, 480, by=bob)
    week = ledger.asked(*WEEK)
    assert ledger.summary(week).totals == Totals(900, 900, (Amount("USD", 250),))
    assert ledger.summary(week, reader=bob).totals == Totals(540, 540, (NOTHING,))
    # Everybody's in what she manages, and her own; and only of the former, what it is worth.
    assert ledger.summary(week, reader=cleo).totals == Totals(420, 420, (Amount("USD", 50),))
    ledger.set(only_admins_see_billable_rates=False)
    assert ledger.summary(week, reader=bob).totals == Totals(540, 540, (Amount("USD", 150),))


def test_a_hidden_project_is_absent_and_still_costs_what_it_costs(ledger: Ledger) -> None:
    bob, project = ledger.cast.bob, ledger.project("Secret", is_private=True, rate=Decimal(90), currency="EUR")
    task = ledger.act(ledger.cast.ann, tasks.create, tasks.Draft(project, "Task")).id
    member_id = ledger.let_in(project, bob)
    ledger.track(NOW, by=bob, project=project, task=task)
    week = ledger.asked(*WEEK)
    [line] = ledger.detailed(week, reader=bob).lines
    assert (line.project, line.task, line.amount) == ("Secret", "Task", 9000)
    ledger.act(ledger.cast.ann, project_members.delete, [member_id])
    [line] = ledger.detailed(week, reader=bob).lines
    assert (line.project_id, line.project, line.client, line.task_id, line.task, line.color) == (None,) * 6
    assert (line.currency, line.rate, line.amount) == ("EUR", 9000, 9000)
    cases: list[tuple[dict[str, Any], int | None]] = [
        ({"project_ids": frozenset({project})}, None),
        ({"project_ids": frozenset({0})}, HOUR),
        ({"task_ids": frozenset({task})}, None),
        ({"task_ids": frozenset({0})}, HOUR),
        ({"client_ids": frozenset({0})}, HOUR),
    ]
    for narrowed, seconds in cases:
        asked = ledger.asked(*WEEK, **narrowed)
        assert ledger.summary(asked, reader=bob).totals.seconds == seconds, narrowed
        assert ledger.weekly(asked, reader=bob).totals.seconds == seconds, narrowed
    assert ledger.summary(ledger.asked(*WEEK, project_ids=frozenset({project}))).totals.seconds == HOUR


# Filters ------------------------------------------------------------------------------------------


def test_zero_is_what_has_no_tag_and_no_client(ledger: Ledger) -> None:
    ann, acme = ledger.cast.ann, ledger.cast.acme.id
    client = ledger.act(ann, clients.create, clients.Draft(acme, "Client")).id
    mine, free = ledger.project("Client's", client_id=client), ledger.project("Free")
    ledger.track(NOW, 1, project=mine, tags=("a", "b"))
    ledger.track(NOW, 2, project=mine, tags=("b",))
    ledger.track(NOW, 4, project=free)
    ledger.track(NOW, 8, tags=("a",))
    [a, b] = ledger.act(ann, tags.named, acme, ["a", "b"])

    def seconds(**narrowed: Any) -> int | None:
        return ledger.summary(ledger.asked(*WEEK, **narrowed)).totals.seconds

    assert seconds(tag_ids=frozenset({0})) == 4
    assert seconds(tag_ids=frozenset({a})) == 9
    assert seconds(tag_ids=frozenset({a, b})) == 11
    assert seconds(tag_ids=frozenset({0, a})) == 13
    assert seconds(client_ids=frozenset({0})) == 12
    assert seconds(client_ids=frozenset({client})) == 3
    assert seconds(client_ids=frozenset({client}), tag_ids=frozenset({a})) == 1
    assert seconds(client_ids=frozenset()) is None
    ledger.act(ann, removals.delete_tag, a)
    assert seconds(tag_ids=frozenset({0})) == 12
    assert seconds(tag_ids=frozenset({a})) is None
    ledger.act(ann, removals.delete_client, client)
    assert seconds(client_ids=frozenset({0})) == 15
    assert seconds(client_ids=frozenset({client})) is None


def test_descriptions_are_found_in_any_case(ledger: Ledger) -> None:
    for number, text in enumerate(["STRASSE", "straße", "Ας", "ΑΣ", "100%", " ", ""]):
        ledger.track(NOW, 10**number, text=text)

    def seconds(text: str) -> int | None:
        return ledger.summary(ledger.asked(*WEEK, description=text)).totals.seconds

    assert seconds("ß") == seconds("SS") == 11
    assert seconds("σ") == 1100
    assert seconds("0%") == 10_000
    assert seconds("_") is None
    assert ledger.summary(ledger.asked(*WEEK, described=False)).totals.seconds == 1_100_000
    assert ledger.summary(ledger.asked(*WEEK, described=True)).totals.seconds == 11_111


def test_titles_that_differ_only_in_case_have_an_order(ledger: Ledger) -> None:
    for text in ("é", "É", "a"):
        ledger.track(NOW, text=text)
    [group] = ledger.summary(ledger.asked(*WEEK)).groups
    assert [item.title.name for item in group.items] == ["a", "É", "é"]
    [group] = ledger.summary(ledger.asked(*WEEK), descending=True).groups
    assert [item.title.name for item in group.items] == ["é", "É", "a"]


# What runs ----------------------------------------------------------------------------------------


def test_what_runs_is_listed_where_nothing_narrows_and_never_summed(ledger: Ledger) -> None:
    ended = ledger.track(NOW - 100, 60)
    runs = ledger.track(NOW, None)
    week = ledger.asked(*WEEK)
    found = ledger.detailed(week)
    assert found.totals == ledger.summary(week).totals == Totals(60, 60, (Amount("USD", 0),))
    assert (found.count, [line.id for line in found.lines]) == (2, [runs, ended])
    line = found.lines[0]
    assert (line.start, line.stop, line.seconds, line.amount) == (NOW, None, 0, None)
    narrowed = ledger.detailed(ledger.asked(*WEEK, billable=True))
    assert (narrowed.count, [line.id for line in narrowed.lines]) == (1, [ended])
    beyond = ledger.detailed(week, page=2)
    assert (beyond.totals, beyond.count, beyond.lines) == (found.totals, 2, [])


@pytest.mark.parametrize("order", ["date", "description", "duration", "user"])
def test_what_runs_is_listed_where_nothing_else_is(ledger: Ledger, order: str) -> None:
    ledger.track("2023-01-01", 60)
    runs = ledger.track(NOW, None)
    for descending in (True, False):
        found = ledger.detailed(ledger.asked(*WEEK), order, descending)
        assert (found.count, [line.id for line in found.lines]) == (1, [runs])


def test_what_runs_is_not_listed_on_other_days(ledger: Ledger) -> None:
    ledger.track("2023-01-01", 60)
    ledger.track(NOW, None)
    for days, count in [(("2023-01-01", "2023-01-02"), 1), (("2023-01-02", "2023-01-03"), 0)]:
        found = ledger.detailed(ledger.asked(*days))
        assert (found.count, len(found.lines)) == (count, count)
