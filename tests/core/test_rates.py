"""The promises of rates: a new one holds from now on, and what was is still known."""

from __future__ import annotations

from decimal import Decimal

from hourhand.core import projects, rates, workspaces
from hourhand.core.rates import Rate
from hourhand.db import Database, Tx
from tests.cast import Cast
from tests.clock import Clock


def test_a_new_rate_of_a_project_leaves_the_past_alone(database: Database, cast: Cast, clock: Clock) -> None:
    began = int(clock.now)
    for amount in (Decimal(50), Decimal("60.50"), None):
        clock.advance(1000)
        _set(database, cast, amount)

    def then(seconds: int) -> Rate:
        def ask(tx: Tx) -> Rate:
            project = projects.visible(tx, cast.ann.at(tx), cast.public.id)
            return rates.at(tx, projects.NOUN, project.id, began + seconds, project.price)

        return database.write_now(ask)

    asked = [then(seconds) for seconds in (-1_000_000, 999, 1000, 1999, 2000, 2999, 3000, 1_000_000)]
    before, first, second = Rate(None), Rate(5000, "USD"), Rate(6050, "USD")
    assert asked == [before, before, first, first, second, second, before, before]


def test_of_two_rates_within_a_second_the_later_one_holds(database: Database, cast: Cast, clock: Clock) -> None:
    _set(database, cast, Decimal(50))
    _set(database, cast, Decimal(70))
    assert _then(database, projects.NOUN, cast.public.id, int(clock.now)) == Rate(7000, "USD")


def test_a_rate_that_never_changed_was_always_so(database: Database, cast: Cast) -> None:
    database.write_now(lambda tx: projects.update(tx, cast.ann.at(tx), cast.public.id, projects.Changes(name="New")))
    present = Rate(4711, "EUR")
    assert database.write_now(lambda tx: rates.at(tx, projects.NOUN, cast.public.id, 0, present)) == present
    assert database.write_now(lambda tx: tx.row("select count(*) from rates")) == (0,)


def test_a_workspace_remembers_its_rates_and_currencies(database: Database, cast: Cast, clock: Clock) -> None:
    _set_up(database, cast, "10", "USD")
    clock.advance(1000)
    _set_up(database, cast, "12.5", "EUR")
    now = int(clock.now)
    asked = [_then(database, workspaces.NOUN, cast.acme.id, moment) for moment in (now - 1, now)]
    assert asked == [Rate(1000, "USD"), Rate(1250, "EUR")]


def test_the_first_rate_of_a_workspace_holds_for_the_past_too(database: Database, cast: Cast, clock: Clock) -> None:
    for rate, currency in (("0", "CHF"), ("12.5", "EUR")):
        clock.advance(1000)
        _set_up(database, cast, rate, currency)
    assert database.write_now(lambda tx: tx.row("select count(*) from rates")) == (0,)
    assert database.write_now(lambda tx: workspaces.visible(tx, cast.ann.at(tx), cast.acme.id)).price == Rate(
        1250, "EUR"
    )


def _set_up(database: Database, cast: Cast, rate: str, currency: str) -> None:
    changes = workspaces.Changes(default_hourly_rate=Decimal(rate), default_currency=currency)
    database.write_now(lambda tx: workspaces.update(tx, cast.ann.at(tx), cast.acme.id, changes))


def _set(database: Database, cast: Cast, amount: Decimal | None) -> None:
    changes = projects.Changes(rate=amount)
    database.write_now(lambda tx: projects.update(tx, cast.ann.at(tx), cast.public.id, changes))


def _then(database: Database, noun: str, thing_id: int, moment: int) -> Rate:
    return database.write_now(lambda tx: rates.at(tx, noun, thing_id, moment, Rate(None)))
