"""The receiver's ledger: whatever breaks, all that was done is told, in order of each thing, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from hourhand.core import deliveries
from hourhand.db import Tx, open_database
from hourhand.jobs.couriers import MOST_OF_ONE
from tests.cast import assemble
from tests.edge.served import wait_for
from tests.webhooks.history import History
from tests.webhooks.inbox import Inbox, receiving_much
from tests.webhooks.ledger import FILTERS, Ledger
from tests.webhooks.receiver import agree
from tests.webhooks.site import Site
from tests.webhooks.workers import Workers, workers

HOUR = 3600
EVENTS = 5000
THINGS = 100
KILLS = 20
BACKLOG = 200
FEW_THINGS = 50


@pytest.fixture
def receiver() -> Iterator[Inbox]:
    """Somebody who can be told much."""
    with receiving_much() as inbox:
        yield inbox


def test_what_happens_while_a_receiver_is_down_is_all_told_when_it_is_back(site: Site, receiver: Inbox) -> None:
    site.subscribe(event_filters=FILTERS)
    receiver.answer = ledger = Ledger()
    history = History(site.database, site.cast, THINGS)
    receiver.go_away()
    passed_with(history, site, HOUR)
    # For another hour there is something that answers, but it takes nothing.
    ledger.answer = lambda call: (503, {}, b"")
    receiver.come_back()
    passed_with(history, site, HOUR)
    assert history.length >= EVENTS
    assert ledger.length == 0
    assert len({it.event_id for it in ledger.told}) < len(ledger.told)
    ledger.answer = agree
    for seconds in deliveries.RETRY_SECONDS[:6]:
        site.clock.advance(1.1 * seconds + 1)
        site.deliver(60)
    ledger.assert_tells(history)
    assert ledger.repeats == 0


def passed_with(history: History, site: Site, seconds: int, steps: int = 6) -> None:
    """Let time pass while things are done, half as many as there are to be, and somebody tries to tell them."""
    for _ in range(steps):
        history.go_on(EVENTS // 2 // steps + 1)
        site.deliver(60)
        site.clock.advance(seconds / steps)


def test_workers_that_are_killed_again_and_again_lose_nothing(
    database_url: str, tmp_path: Path, receiver: Inbox
) -> None:
    """One on SQLite; on PostgreSQL three, who share the work. Each is killed when it has told a few events."""
    receiver.answer = ledger = Ledger()
    choose = random.Random(7)
    with fast_site(database_url, tmp_path, receiver) as (site, at_work):
        site.subscribe(event_filters=FILTERS)
        history = History(site.database, site.cast, FEW_THINGS)
        history.go_on(BACKLOG)
        alive = ["first"] if site.database.dialect == "sqlite" else ["first", "second", "third"]
        for name in alive:
            at_work.start(name)
        for kill in range(KILLS):
            wait_for(partial(has_told, alive[0], choose.randint(1, 40), history, ledger), 20)
            at_work.kill(alive.pop(0))
            alive.append(f"after kill {kill}")
            at_work.start(alive[-1])
        wait_for(lambda: not site.database.write_now(left), 30)
    ledger.assert_tells(history)
    # What was under way when a worker was killed is told again, and nothing else.
    assert 0 < ledger.repeats <= KILLS * MOST_OF_ONE


def has_told(name: str, enough: int, history: History, ledger: Ledger) -> bool:
    """Whether a worker has told so many events. As long as it has not, there is something to tell."""
    if ledger.by_worker[name] >= enough:
        return True
    if history.length < ledger.length + BACKLOG:
        history.go_on(5)
    return False


@contextmanager
def fast_site(database_url: str, folder: Path, receiver: Inbox) -> Iterator[tuple[Site, Workers]]:
    """A site whose time goes fast, without couriers of its own, and workers for it."""
    with workers(database_url, folder / "secret.key") as at_work:
        database = open_database(database_url, serving=True, clock=at_work.clock)
        site = Site(database, assemble(database, folder), at_work.clock, receiver)
        try:
            yield site, at_work
        finally:
            site.close()
            database.close()


def left(tx: Tx) -> bool:
    """Whether anything is to be told, or nobody has noted yet that it was."""
    return any(deliveries.followed(tx).values()) or tx.row("select 1 from lanes limit 1") is not None
