"""Tasks: seen with their project, changed by who manages it, many at once or none, with the time they took."""

from __future__ import annotations

import pytest

from hourhand.core import members, projects, removals, tasks, time_entries
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Forbidden, NotFound
from hourhand.core.places import Place
from hourhand.core.projects import Project
from hourhand.core.tasks import MOST_ESTIMATED_SECONDS, Changes, Draft, Task
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history, problems


def test_a_manager_and_an_admin_create_tasks(database: Database, cast: Cast) -> None:
    draft = Draft(cast.private.id, " Design ", cast.acme.id, cast.bob.id, True, 3600)
    task = act(database, cast.cleo, tasks.create, draft)
    assert task == Task(task.id, cast.acme.id, cast.private.id, "Design", cast.bob.id, True, 3600, NOW, NOW, None)
    assert history(database, "task", task.id) == ["created"]
    assert create(database, cast.ann, cast.private, "Build").estimated_seconds == 0


def test_a_member_who_manages_nothing_creates_and_changes_no_tasks(database: Database, cast: Cast) -> None:
    task = create(database, cast.ann, cast.public, "Design")
    assert act(database, cast.bob, tasks.visible, task.id) == task
    with pytest.raises(Forbidden):
        create(database, cast.bob, cast.public, "Build")
    with pytest.raises(Forbidden):
        act(database, cast.bob, tasks.update, [task.id], Changes(active=False))
    with pytest.raises(Forbidden):
        act(database, cast.bob, removals.delete_tasks, [task.id])
    assert act(database, cast.ann, tasks.visible, task.id) == task


@pytest.mark.parametrize("outsider", ["bob", "dan", "eve"])
def test_tasks_of_a_hidden_project_are_hidden(database: Database, cast: Cast, outsider: str) -> None:
    person: Person = getattr(cast, outsider)
    task = create(database, cast.cleo, cast.private, "Design")
    draft = Draft(cast.private.id, "x")
    assert problems(database, person, tasks.create, draft) == [("project_id", "unreachable")]
    with pytest.raises(NotFound):
        act(database, person, tasks.visible, task.id)
    with pytest.raises(NotFound):
        act(database, person, tasks.update, [task.id], Changes(active=False))
    with pytest.raises(NotFound):
        act(database, person, removals.delete_tasks, [task.id])
    with pytest.raises(NotFound):
        act(database, person, tasks.of_project, cast.private.id)
    assert act(database, person, tasks.listing, workspace_ids=[cast.acme.id]) == []
    assert [seen.id for seen in act(database, cast.cleo, tasks.listing)] == [task.id]


def test_a_stranger_learns_nothing_of_a_workspaces_tasks(database: Database, cast: Cast) -> None:
    create(database, cast.ann, cast.public, "Design")
    assert len(act(database, cast.bob, tasks.of_workspace, cast.acme.id)) == 1
    for person in (cast.dan, cast.eve):
        with pytest.raises(NotFound):
            act(database, person, tasks.of_workspace, cast.acme.id)
        with pytest.raises(NotFound):
            act(database, person, tasks.of_project, cast.public.id)


@pytest.mark.parametrize("task_id", [0, -1, 1, 1 << 62, 1 << 80])
def test_a_number_that_is_no_id_is_not_found(database: Database, cast: Cast, task_id: int) -> None:
    with pytest.raises(NotFound):
        act(database, cast.ann, tasks.visible, task_id)


def test_a_name_is_unique_in_its_project_alone(database: Database, cast: Cast) -> None:
    task = create(database, cast.ann, cast.public, "Design")
    assert problems(database, cast.ann, tasks.create, Draft(cast.public.id, "Design")) == [("name", "taken")]
    assert create(database, cast.ann, cast.private, "Design").name == "Design"
    act(database, cast.ann, removals.delete_tasks, [task.id])
    assert create(database, cast.ann, cast.public, "Design").id != task.id


def test_all_that_is_wrong_is_said_at_once(database: Database, cast: Cast) -> None:
    draft = Draft(None, "", estimated_seconds=-1)
    found = problems(database, cast.ann, tasks.create, draft)
    assert found == [("name", "blank"), ("estimated_seconds", "invalid"), ("project_id", "blank")]
    draft = Draft(cast.public.id, "x" * 256, cast.ann.home, cast.eve.id, True, MOST_ESTIMATED_SECONDS + 1)
    found = problems(database, cast.ann, tasks.create, draft)
    assert found == [
        ("name", "too_long"),
        ("estimated_seconds", "invalid"),
        ("workspace_id", "mismatch"),
        ("account_id", "unreachable"),
    ]


def test_only_an_active_member_is_given_a_task(database: Database, cast: Cast) -> None:
    for account_id in (cast.dan.id, cast.eve.id, 1, 1 << 80):
        draft = Draft(cast.public.id, "Design", account_id=account_id)
        assert problems(database, cast.ann, tasks.create, draft) == [("account_id", "unreachable")]
    task = act(database, cast.ann, tasks.create, Draft(cast.public.id, "Design", account_id=cast.bob.id))
    refused = problems(database, cast.ann, tasks.update, [task.id], Changes(account_id=cast.dan.id))
    assert refused == [("account_id", "unreachable")]
    [free] = act(database, cast.ann, tasks.update, [task.id], Changes(account_id=None))
    assert free.account_id is None


def test_an_update_changes_what_is_said_and_nothing_else(database: Database, cast: Cast, clock: Clock) -> None:
    draft = Draft(cast.private.id, "Design", account_id=cast.bob.id, estimated_seconds=60)
    task = act(database, cast.cleo, tasks.create, draft)
    clock.advance(60)
    [done] = act(database, cast.cleo, tasks.update, [task.id], Changes(active=False))
    assert (done.active, done.at) == (False, NOW + 60)
    assert (done.name, done.account_id, done.estimated_seconds) == ("Design", cast.bob.id, 60)
    assert act(database, cast.cleo, tasks.visible, task.id) == done
    assert history(database, "task", task.id) == ["created", "updated"]
    changes = Changes(name="", estimated_seconds=-1)
    refused = problems(database, cast.cleo, tasks.update, [task.id], changes)
    assert refused == [("name", "blank"), ("estimated_seconds", "invalid")]


def test_many_are_updated_in_the_order_asked_for_or_none_is(database: Database, cast: Cast) -> None:
    first, second = (create(database, cast.ann, cast.public, name) for name in ("a", "b"))
    foreign = act(database, cast.eve, members.join, cast.eve.home, cast.dan.id, "member")
    both = act(database, cast.ann, tasks.update, [second.id, first.id], Changes(active=False))
    assert [(task.id, task.active) for task in both] == [(second.id, False), (first.id, False)]
    for unknown in (foreign.id, 0):
        with pytest.raises(NotFound):
            act(database, cast.ann, tasks.update, [first.id, unknown], Changes(active=True))
    private = create(database, cast.ann, cast.private, "c")
    with pytest.raises(NotFound):
        act(database, cast.bob, tasks.update, [first.id, private.id], Changes(active=True))
    with pytest.raises(Forbidden):
        act(database, cast.cleo, tasks.update, [private.id, first.id], Changes(active=False))
    assert act(database, cast.ann, tasks.visible, private.id).active
    assert not act(database, cast.ann, tasks.visible, first.id).active


def test_two_tasks_of_a_project_are_not_given_one_name(database: Database, cast: Cast) -> None:
    first, second = (create(database, cast.ann, cast.public, name) for name in ("a", "b"))
    elsewhere = create(database, cast.ann, cast.private, "c")
    for name in ("new", "a"):
        found = problems(database, cast.ann, tasks.update, [first.id, second.id], Changes(name=name))
        assert ("name", "taken") in found
    renamed = act(database, cast.ann, tasks.update, [first.id, elsewhere.id], Changes(name="new"))
    assert [task.name for task in renamed] == ["new", "new"]
    assert act(database, cast.ann, tasks.update, [first.id], Changes(name="new"))[0].name == "new"


def test_deleting_leaves_the_entries_with_the_project(database: Database, cast: Cast, clock: Clock) -> None:
    task, other = (create(database, cast.ann, cast.public, name) for name in ("a", "b"))
    entry = track(database, cast.bob, task, Said(NOW - 60, None, 60))
    clock.advance(60)
    assert act(database, cast.ann, removals.delete_tasks, [other.id, task.id]) == [other.id, task.id]
    assert history(database, "task", task.id) == ["created", "deleted"]
    left = act(database, cast.bob, time_entries.visible, entry.id)
    assert (left.project_id, left.task_id, left.at) == (cast.public.id, None, NOW + 60)
    with pytest.raises(NotFound):
        act(database, cast.ann, removals.delete_tasks, [task.id])


def test_many_are_deleted_or_none_is(database: Database, cast: Cast) -> None:
    own, anns = create(database, cast.cleo, cast.private, "a"), create(database, cast.ann, cast.public, "b")
    with pytest.raises(Forbidden):
        act(database, cast.cleo, removals.delete_tasks, [own.id, anns.id])
    with pytest.raises(NotFound):
        act(database, cast.cleo, removals.delete_tasks, [own.id, 1 << 40])
    assert act(database, cast.cleo, tasks.visible, own.id) == own


def test_deleting_a_project_deletes_its_tasks(database: Database, cast: Cast, clock: Clock) -> None:
    task = create(database, cast.cleo, cast.private, "a")
    kept = create(database, cast.ann, cast.public, "b")
    clock.advance(60)
    act(database, cast.ann, removals.delete_projects, [cast.private.id])
    for person in (cast.ann, cast.cleo):
        with pytest.raises(NotFound):
            act(database, person, tasks.visible, task.id)
        gone = act(database, person, tasks.listing, since=NOW + 60)
        assert [(found.id, found.deleted_at) for found in gone] == [(task.id, NOW + 60)]
    assert act(database, cast.bob, tasks.listing, since=NOW + 60) == []
    assert act(database, cast.ann, tasks.visible, kept.id) == kept


def test_lists_are_by_name_in_code_point_order(database: Database, cast: Cast) -> None:
    for name in ("b", "ä", "B", "a"):
        create(database, cast.ann, cast.public, name)
    create(database, cast.ann, cast.private, "Z")
    assert names(act(database, cast.ann, tasks.listing)) == ["B", "Z", "a", "b", "ä"]
    assert names(act(database, cast.ann, tasks.of_project, cast.public.id)) == ["B", "a", "b", "ä"]
    assert names(act(database, cast.bob, tasks.of_workspace, cast.acme.id)) == ["B", "a", "b", "ä"]


def test_lists_are_filtered_by_whether_a_task_is_done(database: Database, cast: Cast) -> None:
    done, _ = (create(database, cast.ann, cast.public, name) for name in ("done", "open"))
    act(database, cast.ann, tasks.update, [done.id], Changes(active=False))
    for active, expected in ((True, ["open"]), (False, ["done"]), (None, ["done", "open"])):
        assert names(act(database, cast.bob, tasks.of_project, cast.public.id, active)) == expected
        assert names(act(database, cast.bob, tasks.of_workspace, cast.acme.id, active)) == expected


def test_a_list_since_a_time_has_what_changed_and_what_was_deleted(
    database: Database, cast: Cast, clock: Clock
) -> None:
    _, changed, gone = (create(database, cast.ann, cast.public, name) for name in ("kept", "changed", "gone"))
    clock.advance(60)
    act(database, cast.ann, tasks.update, [changed.id], Changes(active=False))
    act(database, cast.ann, removals.delete_tasks, [gone.id])
    found = act(database, cast.bob, tasks.listing, since=NOW + 60)
    assert [(task.id, task.deleted_at) for task in found] == [(changed.id, None), (gone.id, NOW + 60)]
    assert len(act(database, cast.bob, tasks.listing, since=NOW)) == 3


def test_time_counts_what_ended_and_what_runs_until_now(database: Database, cast: Cast, clock: Clock) -> None:
    task, other = (create(database, cast.ann, cast.public, name) for name in ("a", "b"))
    track(database, cast.bob, task, Said(NOW - 600, None, 100))
    gone = track(database, cast.bob, task, Said(NOW - 600, None, 50))
    act(database, cast.bob, time_entries.delete, [gone.id])
    track(database, cast.ann, task, Said(NOW - 30, None, -1))
    clock.advance(10)
    first, second = act(database, cast.bob, tasks.detailed, [task, other])
    assert (first.tracked_seconds, second.tracked_seconds) == (140, 0)
    assert act(database, cast.bob, tasks.detailed, []) == []


def test_a_running_entry_of_the_future_counts_nothing_yet(database: Database, cast: Cast) -> None:
    task = create(database, cast.ann, cast.public, "a")
    track(database, cast.bob, task, Said(NOW + 600, None, -1))
    [found] = act(database, cast.bob, tasks.of_project, cast.public.id)
    assert found.tracked_seconds == 0


def test_details_name_whom_a_task_is_assigned_to(database: Database, cast: Cast) -> None:
    assigned = act(database, cast.ann, tasks.create, Draft(cast.public.id, "a", account_id=cast.bob.id))
    free = create(database, cast.ann, cast.public, "b")
    found = act(database, cast.ann, tasks.detailed, [assigned, free])
    assert [task.assignee_name for task in found] == ["Bob", None]


def test_a_copy_leaves_out_who_has_left(database: Database, cast: Cast) -> None:
    act(database, cast.ann, tasks.create, Draft(cast.public.id, "a", None, cast.cleo.id, False, 60))
    act(database, cast.ann, tasks.create, Draft(cast.public.id, "b", None, cast.bob.id))
    act(database, cast.bob, removals.leave_workspace, cast.acme.id)
    public = act(database, cast.ann, projects.visible, cast.public.id)
    private = act(database, cast.ann, projects.visible, cast.private.id)
    act(database, cast.ann, tasks.copy, public, private)
    found = act(database, cast.cleo, tasks.of_project, private.id)
    assert [(task.name, task.account_id, task.active, task.estimated_seconds) for task in found] == [
        ("a", cast.cleo.id, False, 60),
        ("b", None, True, 0),
    ]


def create(database: Database, person: Person, project: Project, name: str) -> Task:
    """A task with nothing but a name."""
    return act(database, person, tasks.create, Draft(project.id, name))


def track(database: Database, person: Person, task: Task, said: Said) -> TimeEntry:
    """An entry of a task."""
    draft = time_entries.Draft(place=Place(task_id=task.id), said=said, created_with="tests")
    return act(database, person, time_entries.create, draft)


def names(found: list[Task]) -> list[str]:
    """What the tasks are called."""
    return [task.name for task in found]
