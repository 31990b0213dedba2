"""What is remembered of things, and forgetting what is old of it."""

from __future__ import annotations

from hourhand.core import history, tags, time_entries
from hourhand.core.places import Place
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act

Heads = dict[int, int]


def test_each_step_tells_what_changed_when_and_by_whom(database: Database, cast: Cast, clock: Clock) -> None:
    tag = act(database, cast.bob, tags.create, tags.Draft(cast.acme.id, "red"))
    clock.advance(5)
    act(database, cast.cleo, tags.update, tag.id, tags.Changes("crimson"))
    created, updated = database.write_now(lambda tx: history.of(tx, "tag", tag.id))
    assert (created.action, created.at, created.caller) == ("created", NOW, "tests")
    assert created.changes["name"] == (None, "red")
    assert (updated.action, updated.at, updated.changes) == ("updated", NOW + 5, {"name": ("red", "crimson")})
    assert created.person is not None
    assert updated.person is not None
    assert (created.person.email, updated.person.name) == ("bob@example.org", "Cleo")


def test_things_of_one_number_are_kept_apart(database: Database, cast: Cast) -> None:
    assert database.write_now(lambda tx: history.of(tx, "tag", cast.public.id)) == []
    assert database.write_now(lambda tx: history.of(tx, "project", cast.public.id))
    assert database.write_now(lambda tx: history.of(tx, "tag", 1 << 70)) == []


def test_what_is_old_is_forgotten_bucket_by_bucket(database: Database, cast: Cast, clock: Clock) -> None:
    heads = positions(database)
    clock.advance(100)
    for person in (cast.ann, cast.bob):
        act(database, person, tags.create, tags.Draft(person.home, "new"))
    while forgotten := database.write_now(lambda tx: history.forget(tx, NOW + 50, 3)):
        assert 0 < forgotten <= 3
    left = remembered(database)
    # Of those who did nothing since, the last event is left; of the others, what is new.
    assert set(left) == set(heads)
    for bucket, kept in left.items():
        first = heads[bucket] if positions(database)[bucket] == heads[bucket] else heads[bucket] + 1
        assert kept == list(range(first, positions(database)[bucket] + 1))


def test_positions_go_on_where_they_were(database: Database, cast: Cast, clock: Clock) -> None:
    clock.advance(100)
    assert database.write_now(lambda tx: history.forget(tx, NOW + 50, 1_000_000)) > 0
    while database.write_now(lambda tx: history.forget(tx, NOW + 50, 1_000_000)):
        pass
    bucket = cast.acme.id & 4095
    [last] = remembered(database)[bucket]
    draft = time_entries.Draft(Place(cast.acme.id), Said(NOW, None, 5), tags=("a",), created_with="tests")
    act(database, cast.bob, time_entries.create, draft)
    assert remembered(database)[bucket] == [last, last + 1, last + 2]


def test_what_is_not_old_is_kept(database: Database, cast: Cast) -> None:
    before = remembered(database)
    assert database.write_now(lambda tx: history.forget(tx, NOW, 1000)) == 0
    assert remembered(database) == before


def positions(database: Database) -> Heads:
    """The position that each bucket's log has come to."""
    return dict(database.write_now(lambda tx: tx.rows("select bucket, position from bucket_heads")))


def remembered(database: Database) -> dict[int, list[int]]:
    """The positions of the events that are left in each bucket."""
    rows = database.write_now(lambda tx: tx.rows("select bucket, position from events order by bucket, position"))
    return {bucket: [position for of, position in rows if of == bucket] for bucket, _ in rows}
