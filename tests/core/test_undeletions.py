"""Bringing back what was deleted: as it was, with what went with it, and never over what came since."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from hourhand.core import (
    clients,
    entry_rows,
    history,
    new_projects,
    project_members,
    projects,
    removals,
    tags,
    tasks,
    time_entries,
    undeletions,
)
from hourhand.core.actor import OPERATOR, Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Conflict, NotFound
from hourhand.core.places import Place
from hourhand.core.projects import Changes, Project
from hourhand.core.timing import Said
from hourhand.core.undeletions import Undeleted
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act
from tests.properties.replay import events_after, retold

ABSENT = 77 << 12


def undelete(database: Database, noun: str, thing_id: int) -> Undeleted:
    return database.write_now(
        lambda tx: undeletions.undelete(tx, Actor(OPERATOR, tx.now, "hourhand undelete"), noun, thing_id)
    )


def refusal(database: Database, noun: str, thing_id: int) -> str:
    with pytest.raises(Conflict) as refused:
        undelete(database, noun, thing_id)
    assert refused.value.noun == noun
    return refused.value.reason


def track(database: Database, person: Person, place: Place, **said: Any) -> TimeEntry:
    draft = time_entries.Draft(place, **{"said": Said(NOW, None, 60), "created_with": "tests", **said})
    return act(database, person, time_entries.create, draft)


def read(database: Database, person: Person, entry: TimeEntry) -> TimeEntry:
    return act(database, person, time_entries.visible, entry.id)


def change(database: Database, person: Person, entry: TimeEntry, **changes: Any) -> None:
    act(database, person, time_entries.update, [entry.id], time_entries.Changes(**changes))


def same(one: Any, other: Any) -> bool:
    """Whether two states of a thing differ in nothing but when that was."""
    return bool(structs.replace(one, at=0) == structs.replace(other, at=0))


def test_an_entry_comes_back_with_its_project_task_and_tags(database: Database, cast: Cast, clock: Clock) -> None:
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Plan"))
    entry = track(database, cast.bob, Place(task_id=task.id), description="x", tags=("blue", "red"), billable=True)
    clock.advance(5)
    act(database, cast.bob, time_entries.delete, [entry.id])
    clock.advance(5)
    assert undelete(database, "time_entry", entry.id) == Undeleted(entry.id)
    back = read(database, cast.bob, entry)
    assert same(back, entry)
    assert back.at == NOW + 10
    assert [found.id for found in act(database, cast.bob, time_entries.changed_since, NOW + 10)] == [entry.id]
    [created, deleted, again] = database.write_now(lambda tx: history.of(tx, "time_entry", entry.id))
    assert [step.action for step in (created, deleted, again)] == ["created", "deleted", "created"]
    assert (again.account_id, again.caller, again.person) == (None, "hourhand undelete", None)


def test_an_entry_that_ran_comes_back_as_its_deletion_left_it(database: Database, cast: Cast, clock: Clock) -> None:
    draft = time_entries.Draft(Place(cast.acme.id), created_with="tests")
    entry = act(database, cast.bob, time_entries.start, draft)
    clock.advance(30)
    act(database, cast.bob, time_entries.delete, [entry.id])
    running = act(database, cast.bob, time_entries.start, draft)
    undelete(database, "time_entry", entry.id)
    back = read(database, cast.bob, entry)
    assert (back.start, back.stop, back.duration) == (NOW, NOW + 30, 30)
    assert act(database, cast.bob, time_entries.current) == running


def test_tags_that_changed_meanwhile_come_back_as_what_they_are(database: Database, cast: Cast) -> None:
    entry = track(database, cast.bob, Place(cast.acme.id), tags=("blue", "green", "red"))
    act(database, cast.bob, time_entries.delete, [entry.id])
    found = {tag.name: tag for tag in act(database, cast.bob, tags.listing)}
    act(database, cast.bob, tags.update, found["red"].id, tags.Changes("crimson"))
    act(database, cast.bob, removals.delete_tag, found["blue"].id)
    undelete(database, "time_entry", entry.id)
    assert read(database, cast.bob, entry).tags == ("blue", "crimson", "green")
    assert {tag.name for tag in act(database, cast.bob, tags.listing)} == {"blue", "crimson", "green"}


def test_an_entry_comes_back_without_what_is_gone(database: Database, cast: Cast) -> None:
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Plan"))
    first, second = (track(database, cast.bob, Place(task_id=task.id)) for _ in range(2))
    act(database, cast.bob, time_entries.delete, [first.id, second.id])
    act(database, cast.ann, removals.delete_tasks, [task.id])
    assert undelete(database, "time_entry", first.id).without == ("task",)
    assert read(database, cast.bob, first).project_id == cast.public.id
    act(database, cast.ann, removals.delete_projects, [cast.public.id])
    assert undelete(database, "time_entry", second.id).without == ("project", "task")
    back = read(database, cast.bob, second)
    assert (back.workspace_id, back.project_id, back.task_id) == (cast.acme.id, None, None)


def test_a_project_comes_back_with_what_its_deletion_took(database: Database, cast: Cast, clock: Clock) -> None:
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.private.id, "Plan"))
    entries = [track(database, cast.cleo, Place(task_id=task.id)) for _ in range(3)]
    alone = track(database, cast.ann, Place(project_id=cast.private.id))
    people = database.write_now(lambda tx: project_members.of_project(tx, cast.private))
    before = act(database, cast.ann, projects.visible, cast.private.id)
    clock.advance(5)
    act(database, cast.cleo, removals.delete_projects, [cast.private.id])
    change(database, cast.cleo, entries[0], description="since")
    change(database, cast.cleo, entries[1], place=Place(project_id=cast.public.id))
    act(database, cast.cleo, time_entries.delete, [entries[2].id])
    back = undelete(database, "project", cast.private.id)
    assert back == Undeleted(cast.private.id, {"task": 1, "project_member": 2, "project_group": 0, "time_entry": 2})
    assert same(act(database, cast.ann, projects.visible, cast.private.id), before)
    assert act(database, cast.cleo, tasks.visible, task.id).name == "Plan"
    returned = database.write_now(lambda tx: project_members.of_project(tx, cast.private))
    assert [structs.replace(person, at=0) for person in returned] == [structs.replace(p, at=0) for p in people]
    first = read(database, cast.cleo, entries[0])
    assert (first.project_id, first.task_id, first.description) == (cast.private.id, task.id, "since")
    assert read(database, cast.cleo, entries[1]).project_id == cast.public.id
    assert same(read(database, cast.ann, alone), alone)
    with pytest.raises(NotFound):
        read(database, cast.cleo, entries[2])


def test_who_has_left_does_not_come_back_with_a_project(database: Database, cast: Cast) -> None:
    act(database, cast.ann, removals.delete_projects, [cast.private.id])
    act(database, cast.cleo, removals.leave_workspace, cast.acme.id)
    assert undelete(database, "project", cast.private.id).along["project_member"] == 1
    [person] = database.write_now(lambda tx: project_members.of_project(tx, cast.private))
    assert person.account_id == cast.ann.id


def test_a_task_of_somebody_who_has_left_comes_back_as_nobodys(database: Database, cast: Cast, clock: Clock) -> None:
    def plan(name: str) -> tasks.Task:
        return act(database, cast.ann, tasks.create, tasks.Draft(cast.private.id, name, account_id=cast.cleo.id))

    alone, along = plan("Alone"), plan("Along")
    act(database, cast.ann, removals.delete_tasks, [alone.id])
    clock.advance(5)
    act(database, cast.ann, removals.delete_projects, [cast.private.id])
    act(database, cast.cleo, removals.leave_workspace, cast.acme.id)
    assert undelete(database, "project", cast.private.id).along["task"] == 1
    undelete(database, "task", alone.id)
    for task in (alone, along):
        assert act(database, cast.ann, tasks.visible, task.id).account_id is None


def test_of_several_projects_deleted_at_once_one_comes_back_with_its_own(database: Database, cast: Cast) -> None:
    entries = [track(database, cast.bob, Place(project_id=cast.public.id)) for _ in range(2)]
    other = track(database, cast.ann, Place(project_id=cast.private.id))
    act(database, cast.bob, time_entries.delete, [entries[1].id])
    act(database, cast.ann, removals.delete_projects, [cast.public.id, cast.private.id])
    assert undelete(database, "project", cast.public.id).along["time_entry"] == 1
    assert read(database, cast.bob, entries[0]).project_id == cast.public.id
    assert read(database, cast.ann, other).project_id is None


def test_a_project_with_many_entries_comes_back_with_all(database: Database, cast: Cast) -> None:
    def fill(tx: Tx) -> None:
        place = Place(project_id=cast.public.id)
        draft = time_entries.Draft(place, Said(NOW, None, 60), created_with="tests")
        for _ in range(1100):
            time_entries.create(tx, cast.bob.at(tx), draft)

    database.write_now(fill)
    act(database, cast.ann, removals.delete_projects, [cast.public.id])
    assert undelete(database, "project", cast.public.id).along["time_entry"] == 1100


def test_a_project_comes_back_without_a_client_that_is_gone(database: Database, cast: Cast) -> None:
    client = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Customer"))
    site = new_project(database, cast, name="Site", client_id=client.id)
    act(database, cast.ann, removals.delete_projects, [site.id])
    act(database, cast.ann, removals.delete_client, client.id)
    taken = new_project(database, cast, name="Site")
    assert refusal(database, "project", site.id) == "name_taken"
    act(database, cast.ann, removals.delete_projects, [taken.id])
    assert undelete(database, "project", site.id).without == ("client",)
    assert act(database, cast.ann, projects.visible, site.id).client_id is None


def test_a_client_comes_back_with_its_projects_and_their_names(database: Database, cast: Cast) -> None:
    client = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Customer", notes="Call"))
    new_project(database, cast, name="Site")
    site, page, shop = (
        new_project(database, cast, name=name, client_id=client.id) for name in ("Site", "Page", "Shop")
    )
    act(database, cast.ann, removals.delete_client, client.id)
    assert act(database, cast.ann, projects.visible, site.id).name == "Site (Customer)"
    act(database, cast.ann, projects.update, page.id, Changes(name="Leaf"))
    other = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Other"))
    act(database, cast.ann, projects.update, shop.id, Changes(client_id=other.id))
    assert undelete(database, "client", client.id) == Undeleted(client.id, {"project": 2})
    assert same(act(database, cast.ann, clients.visible, client.id), client)
    names = {one.id: (one.name, one.client_id) for one in act(database, cast.ann, projects.listing)}
    assert names[site.id] == ("Site", client.id)
    assert names[page.id] == ("Leaf", client.id)
    assert names[shop.id] == ("Shop", other.id)


def test_a_project_whose_name_is_taken_at_its_client_stays_without(database: Database, cast: Cast) -> None:
    client = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Customer"))
    plain = new_project(database, cast, name="Site")
    site, page = (new_project(database, cast, name=name, client_id=client.id) for name in ("Site", "Page"))
    act(database, cast.ann, removals.delete_client, client.id)
    act(database, cast.ann, projects.update, plain.id, Changes(name="Other"))
    act(database, cast.ann, projects.update, page.id, Changes(name="Site"))
    assert undelete(database, "client", client.id).along == {"project": 1}
    names = {one.id: (one.name, one.client_id) for one in act(database, cast.ann, projects.listing)}
    assert (names[site.id], names[page.id]) == (("Site", client.id), ("Site", None))


def test_a_task_comes_back_with_its_entries(database: Database, cast: Cast) -> None:
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Plan"))
    stays, moves = (track(database, cast.bob, Place(task_id=task.id)) for _ in range(2))
    act(database, cast.ann, removals.delete_tasks, [task.id])
    change(database, cast.bob, moves, place=Place(project_id=None))
    assert undelete(database, "task", task.id) == Undeleted(task.id, {"time_entry": 1})
    assert same(act(database, cast.ann, tasks.visible, task.id), task)
    assert same(read(database, cast.bob, stays), stays)
    assert read(database, cast.bob, moves).task_id is None


def test_a_task_waits_for_its_project(database: Database, cast: Cast, clock: Clock) -> None:
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Plan"))
    act(database, cast.ann, removals.delete_tasks, [task.id])
    clock.advance(1)
    act(database, cast.ann, removals.delete_projects, [cast.public.id])
    assert refusal(database, "task", task.id) == "project_gone"
    undelete(database, "project", cast.public.id)
    undelete(database, "task", task.id)


def test_a_tag_comes_back_on_no_entry(database: Database, cast: Cast) -> None:
    entry = track(database, cast.bob, Place(cast.acme.id), tags=("red",))
    [tag] = act(database, cast.bob, tags.listing)
    act(database, cast.bob, removals.delete_tag, tag.id)
    assert undelete(database, "tag", tag.id) == Undeleted(tag.id)
    assert same(act(database, cast.bob, tags.visible, tag.id), tag)
    assert read(database, cast.bob, entry).tags == ()


@pytest.mark.parametrize("noun", ["client", "tag", "task", "project"])
def test_what_has_lost_its_name_stays_deleted(database: Database, cast: Cast, noun: str) -> None:
    first = make(database, cast, noun)
    assert refusal(database, noun, first) == "not_deleted"
    remove(database, cast, noun, first)
    make(database, cast, noun)
    assert refusal(database, noun, first) == "name_taken"


@pytest.mark.parametrize("noun", undeletions.NOUNS)
def test_what_never_was_is_not_found(database: Database, cast: Cast, noun: str) -> None:
    for thing_id in (0, -1, ABSENT, 1 << 70):
        with pytest.raises(NotFound):
            undelete(database, noun, thing_id)


def test_an_entry_that_is_there_or_whose_workspace_is_gone_is_refused(database: Database, cast: Cast) -> None:
    entry = track(database, cast.bob, Place(cast.acme.id))
    assert refusal(database, "time_entry", entry.id) == "not_deleted"
    act(database, cast.bob, time_entries.delete, [entry.id])
    database.write_now(
        lambda tx: tx.run(
            "update workspaces set deleted_at = :now where bucket = :bucket and id = :id",
            now=tx.now,
            bucket=cast.acme.id & 4095,
            id=cast.acme.id,
        )
    )
    assert refusal(database, "time_entry", entry.id) == "workspace_gone"


def test_without_its_history_a_thing_comes_back_alone(database: Database, cast: Cast, clock: Clock) -> None:
    entry = track(database, cast.bob, Place(project_id=cast.public.id), tags=("red",))
    gone = track(database, cast.bob, Place(cast.acme.id), tags=("red",))
    act(database, cast.bob, time_entries.delete, [gone.id])
    act(database, cast.ann, removals.delete_projects, [cast.public.id])
    clock.advance(60)
    track(database, cast.bob, Place(cast.acme.id))
    while database.write_now(lambda tx: history.forget(tx, NOW + 30, 10)):
        pass
    along = undelete(database, "project", cast.public.id).along
    assert along == {"task": 0, "project_member": 0, "project_group": 0, "time_entry": 0}
    assert read(database, cast.bob, entry).project_id is None
    undelete(database, "time_entry", gone.id)
    assert read(database, cast.bob, gone).tags == ("red",)


def test_who_follows_the_log_learns_what_came_back(database: Database, cast: Cast) -> None:
    entry = track(database, cast.bob, Place(project_id=cast.public.id), tags=("blue", "red"))
    gone = track(database, cast.bob, Place(project_id=cast.public.id), tags=("red",))
    act(database, cast.bob, time_entries.delete, [gone.id])
    act(database, cast.ann, removals.delete_projects, [cast.public.id])
    undelete(database, "time_entry", gone.id)
    undelete(database, "project", cast.public.id)
    told = retold(events_after(database, cast.acme.id & 4095, 0))
    for one in (entry, gone):
        stored = database.write_now(lambda tx, one=one: entry_rows.whole(tx, one.id))  # type: ignore[misc]
        assert stored is not None
        known = told["time_entry"][one.id]
        assert {**known, "tags": tuple(known["tags"])} == structs.asdict(stored)
    assert told["project"].keys() == {cast.public.id, cast.private.id}


def new_project(database: Database, cast: Cast, **settings: Any) -> Project:
    return act(database, cast.ann, new_projects.create, new_projects.Draft(cast.acme.id, Changes(**settings)))


def make(database: Database, cast: Cast, noun: str) -> int:
    """A new thing of a name that is always the same."""
    if noun == "project":
        return new_project(database, cast, name="Same").id
    if noun == "task":
        return act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Same")).id
    if noun == "client":
        return act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Same")).id
    return act(database, cast.ann, tags.create, tags.Draft(cast.acme.id, "Same")).id


def remove(database: Database, cast: Cast, noun: str, thing_id: int) -> None:
    if noun == "project":
        act(database, cast.ann, removals.delete_projects, [thing_id])
    elif noun == "task":
        act(database, cast.ann, removals.delete_tasks, [thing_id])
    elif noun == "client":
        act(database, cast.ann, removals.delete_client, thing_id)
    else:
        act(database, cast.ann, removals.delete_tag, thing_id)
