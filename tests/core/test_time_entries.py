"""Tracking time: one running entry a person, and what start, stop and duration make of each other."""

from __future__ import annotations

import pytest

from hourhand.core import time_entries
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Invalid, NotFound
from hourhand.core.places import Place
from hourhand.core.time_entries import Changes, Draft
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.clock import Clock


def create(database: Database, person: Person, workspace_id: int, **said: object) -> TimeEntry:
    draft = Draft(place=Place(workspace_id), created_with="tests", **said)  # type: ignore[arg-type]
    return database.write_now(lambda tx: time_entries.create(tx, person.at(tx), draft))


def start(database: Database, person: Person, workspace_id: int) -> TimeEntry:
    draft = Draft(place=Place(workspace_id), created_with="tests")
    return database.write_now(lambda tx: time_entries.start(tx, person.at(tx), draft))


def current(database: Database, person: Person) -> TimeEntry | None:
    return database.write_now(lambda tx: time_entries.current(tx, person.at(tx)))


def test_starting_stops_the_running_one(database: Database, cast: Cast, clock: Clock) -> None:
    first = start(database, cast.bob, cast.acme.id)
    clock.advance(90)
    second = start(database, cast.bob, cast.bob.home)
    stopped = database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), first.id))
    assert (stopped.stop, stopped.duration) == (first.start + 90, 90)
    running = current(database, cast.bob)
    assert running is not None
    assert running.id == second.id


def test_stopping_ends_now_and_stopping_again_changes_nothing(database: Database, cast: Cast, clock: Clock) -> None:
    entry = start(database, cast.bob, cast.acme.id)
    clock.advance(60)
    stopped = database.write_now(lambda tx: time_entries.stop(tx, cast.bob.at(tx), entry.id))
    assert (stopped.stop, stopped.duration) == (entry.start + 60, 60)
    clock.advance(60)
    assert database.write_now(lambda tx: time_entries.stop(tx, cast.bob.at(tx), entry.id)) == stopped
    assert current(database, cast.bob) is None


def test_others_running_entries_are_left_alone(database: Database, cast: Cast) -> None:
    anns = start(database, cast.ann, cast.acme.id)
    start(database, cast.bob, cast.acme.id)
    running = current(database, cast.ann)
    assert running is not None
    assert running.id == anns.id


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(1_700_000_000, None, 60), (1_700_000_060, 60)),
        (Said(1_700_000_000, 1_700_000_100, None), (1_700_000_100, 100)),
        (Said(1_700_000_000, 1_700_000_100, 40), (1_700_000_100, 40)),
        (Said(1_700_000_000, None, -1), (None, -1_700_000_000)),
        (Said(1_700_000_000, 1_700_000_100, -1_700_000_000), (1_700_000_100, 100)),
        (Said(1_700_000_000, None, None), (1_700_000_000, 0)),
    ],
)
def test_start_stop_and_duration_determine_each_other(
    database: Database, cast: Cast, said: Said, expected: tuple[int | None, int]
) -> None:
    entry = create(database, cast.bob, cast.acme.id, said=said)
    assert (entry.stop, entry.duration) == expected


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        (Said(None, None, 60), {("start", "blank")}),
        (Said(1_700_000_000, 1_600_000_000, None), {("stop", "before_start")}),
        (Said(1_000_000_000, None, 60), {("start", "year")}),
        (Said(1_700_000_000, None, 1000 * 3600), {("duration", "too_large")}),
        (Said(1_700_000_000, None, 2**70), {("duration", "too_large")}),
    ],
)
def test_impossible_times_are_refused(
    database: Database, cast: Cast, said: Said, problems: set[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        create(database, cast.bob, cast.acme.id, said=said)
    assert {(problem.field, problem.reason) for problem in refusal.value.problems} == problems


def test_all_that_is_wrong_is_said_at_once(database: Database, cast: Cast) -> None:
    draft = Draft(place=Place(cast.acme.id, cast.private.id), description="x" * 3001)
    with pytest.raises(Invalid) as refusal:
        database.write_now(lambda tx: time_entries.create(tx, cast.bob.at(tx), draft))
    fields = [problem.field for problem in refusal.value.problems]
    assert sorted(fields) == ["created_with", "description", "project_id", "start"]


def test_a_repeated_guid_is_one_entry(database: Database, cast: Cast) -> None:
    said = Said(1_700_000_000, None, 60)
    first = create(database, cast.bob, cast.acme.id, said=said, guid="once")
    assert create(database, cast.bob, cast.acme.id, said=said, guid="once") == first
    anns = create(database, cast.ann, cast.acme.id, said=said, guid="once")
    assert anns.id != first.id


def test_a_project_places_an_entry_and_a_contradiction_is_refused(database: Database, cast: Cast) -> None:
    def placed(place: Place) -> TimeEntry:
        draft = Draft(place=place, said=Said(1_700_000_000, None, 60), created_with="tests")
        return database.write_now(lambda tx: time_entries.create(tx, cast.cleo.at(tx), draft))

    assert placed(Place(project_id=cast.private.id)).workspace_id == cast.acme.id
    with pytest.raises(Invalid):
        placed(Place(cast.cleo.home, cast.private.id))


def test_an_update_of_the_stop_alone_keeps_the_start(database: Database, cast: Cast) -> None:
    entry = create(database, cast.bob, cast.acme.id, said=Said(1_700_000_000, None, 60))

    def updated(said: Said) -> tuple[int, int | None, int]:
        (after,) = database.write_now(
            lambda tx: time_entries.update(tx, cast.bob.at(tx), [entry.id], Changes(said=said))
        )
        return after.start, after.stop, after.duration

    assert updated(Said(stop=1_700_000_100)) == (1_700_000_000, 1_700_000_100, 100)
    assert updated(Said(start=1_700_000_050)) == (1_700_000_050, 1_700_000_150, 100)
    assert updated(Said(duration=10)) == (1_700_000_050, 1_700_000_060, 10)


def test_a_negative_duration_lets_an_entry_run_again(database: Database, cast: Cast) -> None:
    entry = create(database, cast.bob, cast.acme.id, said=Said(1_700_000_000, None, 60))
    other = start(database, cast.bob, cast.acme.id)
    database.write_now(lambda tx: time_entries.update(tx, cast.bob.at(tx), [entry.id], Changes(said=Said(duration=-1))))
    running = current(database, cast.bob)
    assert running is not None
    assert running.id == entry.id
    assert database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), other.id)).stop is not None


def test_tags_are_added_removed_and_replaced(database: Database, cast: Cast) -> None:
    entry = create(database, cast.bob, cast.acme.id, said=Said(1_700_000_000, None, 60), tags=("b", "a", "a", ""))
    assert entry.tags == ("a", "b")

    def tagged(*names: str, action: str | None = None) -> tuple[str, ...]:
        changes = Changes(tags=names) if action is None else Changes(tags=names, tag_action=action)
        (after,) = database.write_now(lambda tx: time_entries.update(tx, cast.bob.at(tx), [entry.id], changes))
        assert database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), entry.id)) == after
        return after.tags

    assert tagged("c", action="add") == ("a", "b", "c")
    assert tagged("a", "z", action="remove") == ("b", "c")
    assert tagged() == ()


def test_a_mass_update_changes_all_or_none(database: Database, cast: Cast) -> None:
    own = create(database, cast.bob, cast.acme.id, said=Said(1_700_000_000, None, 60))
    anns = create(database, cast.ann, cast.acme.id, said=Said(1_700_000_000, None, 60))
    changes = Changes(description="changed")
    with pytest.raises(NotFound):
        database.write_now(lambda tx: time_entries.update(tx, cast.bob.at(tx), [own.id, anns.id], changes))
    assert database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), own.id)) == own
    both = database.write_now(lambda tx: time_entries.update(tx, cast.ann.at(tx), [own.id, anns.id], changes))
    assert [entry.description for entry in both] == ["changed", "changed"]


def test_deleting_is_soft_and_may_be_repeated_by_the_owner(database: Database, cast: Cast) -> None:
    entry = start(database, cast.bob, cast.acme.id)
    for _ in range(2):
        database.write_now(lambda tx: time_entries.delete(tx, cast.bob.at(tx), [entry.id]))
    assert current(database, cast.bob) is None
    gone = database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), entry.id, deleted=True))
    assert gone.deleted_at is not None
    with pytest.raises(NotFound):
        database.write_now(lambda tx: time_entries.visible(tx, cast.bob.at(tx), entry.id))
    with pytest.raises(NotFound):
        database.write_now(lambda tx: time_entries.delete(tx, cast.eve.at(tx), [entry.id]))


def test_the_list_covers_nine_days_compared_below_the_second(database: Database, cast: Cast, clock: Clock) -> None:
    now = int(clock.now)
    nine_days = 9 * 24 * 3600
    starts = [now - nine_days, now - nine_days + 1, now, now + 1]
    for moment in starts:
        create(database, cast.bob, cast.acme.id, said=Said(moment, None, 1))
    listed = database.write_now(lambda tx: time_entries.listing(tx, cast.bob.at(tx)))
    assert [entry.start for entry in listed] == starts[1:3]
    ranged = database.write_now(lambda tx: time_entries.listing(tx, cast.bob.at(tx), starts[0], starts[3]))
    assert [entry.start for entry in ranged] == starts


def test_lists_merge_workspaces_and_never_show_others(database: Database, cast: Cast) -> None:
    create(database, cast.ann, cast.acme.id, said=Said(1_699_999_000, None, 1))
    later = create(database, cast.bob, cast.acme.id, said=Said(1_699_999_200, None, 1), tags=("x", "y"))
    earlier = create(database, cast.bob, cast.bob.home, said=Said(1_699_999_100, None, 1))
    assert database.write_now(lambda tx: time_entries.listing(tx, cast.bob.at(tx))) == [earlier, later]
