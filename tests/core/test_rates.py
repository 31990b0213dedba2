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
    clock.advance(1000)
    changes = workspaces.Changes(default_hourly_rate=Decimal("12.5"), default_currency="EUR")
    database.write_now(lambda tx: workspaces.update(tx, cast.ann.at(tx), cast.acme.id, changes))
    now = int(clock.now)
    asked = [_then(database, workspaces.NOUN, cast.acme.id, moment) for moment in (now - 1, now)]
    assert asked == [Rate(0, "USD"), Rate(1250, "EUR")]


def _set(database: Database, cast: Cast, amount: Decimal | None) -> None:
    changes = projects.Changes(rate=amount)
    database.write_now(lambda tx: projects.update(tx, cast.ann.at(tx), cast.public.id, changes))


def _then(database: Database, noun: str, thing_id: int, moment: int) -> Rate:
    return database.write_now(lambda tx: rates.at(tx, noun, thing_id, moment, Rate(None)))
