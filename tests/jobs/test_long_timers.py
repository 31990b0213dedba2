"""Who left a timer running is told, once for an entry, if they want to be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hourhand.core import accounts, jobs, time_entries
from hourhand.core.mails import LongTimer
from hourhand.core.places import Place
from hourhand.core.time_entries import Draft
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from hourhand.jobs import long_timers
from hourhand.jobs.kinds import Nothing, Tools
from hourhand.settings import Settings
from tests import mailbox
from tests.cast import Cast, Person, assemble
from tests.clock import Clock
from tests.conftest import NOW

HOURS = 3600


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    return assemble(database, tmp_path)


def start(database: Database, cast: Cast, person: Person, description: str = "Writing") -> int:
    draft = Draft(Place(cast.acme.id), Said(None, None, None), description=description, created_with="tests")
    return database.write_now(lambda tx: time_entries.start(tx, person.at(tx), draft)).id


def sweep(database: Database, cast: Cast) -> None:
    """What the worker does every few minutes."""

    def make(tx: Tx) -> jobs.Job:
        return jobs.find(tx, jobs.enqueue(tx, "long_timers", Nothing(), bucket=5) or 0)

    job = database.write_now(make)
    asyncio.run(long_timers.do(Tools(database, cast.vault, Settings(), lambda record: None), job))


def told(database: Database, cast: Cast) -> list[tuple[str, object]]:
    """Who was told what."""
    return [(mail.email, mail.message) for mail in mailbox.post(database, cast.vault)]


def test_who_left_a_timer_running_is_told_once(database: Database, cast: Cast, clock: Clock) -> None:
    start(database, cast, cast.bob)
    start(database, cast, cast.cleo)
    clock.advance(8 * HOURS)
    sweep(database, cast)
    assert told(database, cast) == []
    clock.advance(1)
    for _ in range(3):
        sweep(database, cast)
        clock.advance(HOURS)
    message = LongTimer("Writing", NOW, 8 * HOURS + 1)
    assert sorted(told(database, cast), key=str) == [("bob@example.org", message), ("cleo@example.org", message)]


def test_the_next_entry_is_another_matter_and_a_change_of_this_one_is_not(
    database: Database, cast: Cast, clock: Clock
) -> None:
    first = start(database, cast, cast.bob)
    clock.advance(9 * HOURS)
    sweep(database, cast)
    changes = time_entries.Changes(description="Still writing")
    database.write_now(lambda tx: time_entries.update(tx, cast.bob.at(tx), [first], changes))
    sweep(database, cast)
    assert len(told(database, cast)) == 1
    start(database, cast, cast.bob, "Reading")
    sweep(database, cast)
    assert len(told(database, cast)) == 1
    clock.advance(9 * HOURS)
    sweep(database, cast)
    assert told(database, cast)[1][1] == LongTimer("Reading", NOW + 9 * HOURS, 9 * HOURS)


def test_who_wants_no_such_mail_or_stopped_in_time_is_left_alone(database: Database, cast: Cast, clock: Clock) -> None:
    off = accounts.Changes(send_timer_notifications=False)
    database.write_now(lambda tx: accounts.update(tx, cast.bob.at(tx), off))
    start(database, cast, cast.bob)
    stopped = start(database, cast, cast.cleo)
    clock.advance(7 * HOURS)
    database.write_now(lambda tx: time_entries.stop(tx, cast.cleo.at(tx), stopped))
    clock.advance(7 * HOURS)
    sweep(database, cast)
    assert told(database, cast) == []


def test_a_person_who_is_disabled_is_left_alone(database: Database, cast: Cast, clock: Clock) -> None:
    start(database, cast, cast.bob)
    database.write_now(lambda tx: accounts.disable(tx, cast.bob.account, tx.now))
    clock.advance(9 * HOURS)
    sweep(database, cast)
    assert told(database, cast) == []
