"""The backlog: what it counts, what it leaves out, and that a look costs little however much there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hourhand.core import backlog, deliveries, jobs, mails, subscriptions, tags
from hourhand.core.backlog import Backlog
from hourhand.core.deliveries import Failure, Parcel
from hourhand.core.event_filters import EVERY, EventFilter
from hourhand.core.ids import bucket_of
from hourhand.core.jobs import LEASE_SECONDS
from hourhand.db import Database, Tx
from tests.cast import Cast, Person, assemble
from tests.clock import Clock
from tests.core.test_jobs import claimed, fail, put

EMPTY = Backlog({}, 0, 0, 0, 0, 0)


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    return assemble(database, tmp_path)


def look(database: Database) -> Backlog:
    return database.read_now(backlog.of)


def subscribe(database: Database, cast: Cast, person: Person) -> int:
    """A subscription of somebody's to everything in Acme."""
    draft = subscriptions.Draft("http://1.1.1.1/", [EventFilter(EVERY, EVERY)], f"hook of {person.id}")

    def work(tx: Tx) -> int:
        proposal = subscriptions.proposed(tx, person.at(tx), cast.acme.id, draft, cast.vault, 5)
        return subscriptions.save(tx, person.at(tx), proposal, 5, validated=True).id

    return database.write_now(work)


def tag(database: Database, cast: Cast, name: str) -> None:
    database.write_now(lambda tx: tags.create(tx, cast.ann.at(tx), tags.Draft(cast.acme.id, name)))


def follow(database: Database, cast: Cast) -> None:
    database.write_now(lambda tx: deliveries.fan_out(tx, bucket_of(cast.acme.id), 100))


def taken(database: Database, subscription_id: int) -> Parcel:
    parcel = database.write_now(lambda tx: deliveries.take(tx, subscription_id))
    assert parcel is not None
    return parcel


def test_where_nothing_waits_there_is_no_backlog(database: Database, cast: Cast) -> None:
    tag(database, cast, "one")
    assert look(database) == EMPTY


def test_jobs_are_counted_by_kind_and_state_as_long_as_they_are_not_finished(database: Database, clock: Clock) -> None:
    put(database)
    put(database, kind="part", run_at=2_000_000_000)
    running, failing, buried, finished = (claimed(database, put(database)) for _ in range(4))
    fail(database, failing, "no")
    database.write_now(lambda tx: jobs.fail(tx, buried, "never", hopeless=True))
    database.write_now(lambda tx: jobs.finish(tx, finished))
    wanted = {("greet", state): 1 for state in ("waiting", "running", "failing", "buried")}
    assert look(database).jobs == {**wanted, ("part", "waiting"): 1}
    clock.advance(LEASE_SECONDS + 1)
    left = {("greet", "waiting"): 2, ("greet", "failing"): 1, ("greet", "buried"): 1, ("part", "waiting"): 1}
    assert look(database).jobs == left
    assert database.read_now(lambda tx: jobs.find(tx, running.id).state(tx.now)) == "waiting"


def test_an_event_waits_until_it_is_followed_and_its_delivery_until_it_is_made(
    database: Database, cast: Cast, clock: Clock
) -> None:
    subscription_id = subscribe(database, cast, cast.ann)
    tag(database, cast, "one")
    clock.advance(30)
    tag(database, cast, "two")
    found = look(database)
    assert (found.deliveries, found.oldest_event, found.oldest_delivery) == (0, 30, 0)
    follow(database, cast)
    clock.advance(10)
    found = look(database)
    assert (found.deliveries, found.oldest_event, found.oldest_delivery) == (2, 0, 10)
    parcel = taken(database, subscription_id)
    assert look(database) == found
    parcel = database.write_now(lambda tx: deliveries.succeed(tx, parcel)) or parcel
    assert look(database).deliveries == 1
    database.write_now(lambda tx: deliveries.succeed(tx, parcel))
    assert look(database) == EMPTY


def test_what_failed_waits_on_and_gets_older_although_it_is_put_off(
    database: Database, cast: Cast, clock: Clock
) -> None:
    subscription_id = subscribe(database, cast, cast.ann)
    tag(database, cast, "one")
    follow(database, cast)
    clock.advance(5)
    parcel = taken(database, subscription_id)
    database.write_now(lambda tx: deliveries.fail(tx, parcel, Failure("no"), cast.vault))
    assert look(database) == Backlog({}, 1, 1, 1, 5, 0)
    clock.advance(20)
    again = taken(database, subscription_id)
    assert look(database) == Backlog({}, 1, 1, 1, 25, 0)
    database.write_now(lambda tx: deliveries.succeed(tx, again))
    assert look(database) == EMPTY


def test_what_is_for_a_subscription_that_does_not_listen_waits_for_nothing(database: Database, cast: Cast) -> None:
    subscribe(database, cast, cast.bob)
    subscription_id = subscribe(database, cast, cast.ann)
    tag(database, cast, "one")
    follow(database, cast)
    assert look(database).deliveries == 2
    parcel = taken(database, subscription_id)
    database.write_now(lambda tx: deliveries.fail(tx, parcel, Failure("gone", gone=True), cast.vault))
    assert look(database) == Backlog({(mails.KIND, "waiting"): 1}, 1, 0, 0, 0, 0)


def test_no_more_is_counted_than_a_look_may_cost(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MOST_COUNTED", 2)
    subscribe(database, cast, cast.ann)
    for name in ("one", "two", "three"):
        tag(database, cast, name)
        put(database)
    follow(database, cast)
    found = look(database)
    assert (found.jobs, found.deliveries) == ({("greet", "waiting"): 2}, 2)
