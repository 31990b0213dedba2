"""Project groups: a private project is open to the members of its groups, as to its own people, and no further."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from hourhand.core import (
    dashboard,
    groups,
    members,
    new_projects,
    project_groups,
    project_members,
    projects,
    removals,
    tasks,
    time_entries,
    undeletions,
    workspaces,
)
from hourhand.core.actor import OPERATOR, Actor
from hourhand.core.errors import Forbidden, NotFound
from hourhand.core.groups import Group
from hourhand.core.places import Place
from hourhand.core.project_groups import Draft, ProjectGroup
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history, problems


@pytest.fixture
def team(database: Database, cast: Cast) -> Group:
    """A group of Bob alone."""
    return gather(database, cast, "Team", cast.bob)


def test_a_manager_and_an_admin_let_a_group_know_a_project(database: Database, cast: Cast, team: Group) -> None:
    link = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id, cast.acme.id))
    assert link == ProjectGroup(link.id, cast.acme.id, cast.private.id, team.id, NOW, NOW, None)
    other = act(database, cast.ann, project_groups.add, Draft(cast.public.id, team.id))
    assert act(database, cast.bob, project_groups.listing, cast.acme.id) == [link, other]
    assert act(database, cast.bob, project_groups.listing, cast.acme.id, [cast.private.id, 1, 1 << 80]) == [link]
    assert act(database, cast.bob, project_groups.listing, cast.acme.id, []) == []


def test_a_group_that_knows_a_project_is_let_know_it_again_without_a_change(
    database: Database, cast: Cast, team: Group, clock: Clock
) -> None:
    first = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    clock.advance(60)
    assert act(database, cast.ann, project_groups.add, Draft(cast.private.id, team.id)) == first
    assert history(database, "project_group", first.id) == ["created"]
    act(database, cast.cleo, project_groups.delete, first.id)
    assert history(database, "project_group", first.id) == ["created", "deleted"]
    assert act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id)).id != first.id


def test_who_manages_nothing_opens_and_closes_nothing(database: Database, cast: Cast, team: Group) -> None:
    link = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    for project in (cast.public, cast.private):
        with pytest.raises(Forbidden):
            act(database, cast.bob, project_groups.add, Draft(project.id, team.id))
    with pytest.raises(Forbidden):
        act(database, cast.bob, project_groups.delete, link.id)
    assert act(database, cast.ann, project_groups.listing, cast.acme.id) == [link]


@pytest.mark.parametrize("outsider", ["bob", "dan", "eve"])
def test_the_groups_of_a_hidden_project_are_hidden(database: Database, cast: Cast, outsider: str) -> None:
    person: Person = getattr(cast, outsider)
    group = gather(database, cast, "Others", cast.ann)
    link = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, group.id))
    draft = Draft(cast.private.id, group.id)
    assert problems(database, person, project_groups.add, draft) == [("project_id", "unreachable")]
    with pytest.raises(NotFound):
        act(database, person, project_groups.delete, link.id)
    if outsider == "bob":
        assert act(database, person, project_groups.listing, cast.acme.id) == []
    else:
        with pytest.raises(NotFound):
            act(database, person, project_groups.listing, cast.acme.id)


def test_what_is_of_elsewhere_or_gone_is_refused(database: Database, cast: Cast, team: Group) -> None:
    home = act(database, cast.ann, groups.create, groups.Draft(cast.ann.home, "Home"))
    eves = act(database, cast.eve, groups.create, groups.Draft(cast.eve.home, "Eves"))
    gone = gather(database, cast, "Gone", cast.bob)
    act(database, cast.ann, removals.delete_group, gone.id)
    for group_id in (home.id, eves.id, gone.id, cast.bob.id, 0, -1, 1 << 62, 1 << 80):
        found = problems(database, cast.ann, project_groups.add, Draft(cast.private.id, group_id))
        assert found == [("group_id", "unreachable")]
    assert problems(database, cast.ann, project_groups.add, Draft(None, None)) == [
        ("project_id", "blank"),
        ("group_id", "blank"),
    ]
    assert problems(database, cast.ann, project_groups.add, Draft(cast.private.id, team.id, cast.ann.home)) == [
        ("workspace_id", "mismatch")
    ]
    for unknown in (0, team.id, 1 << 62, 1 << 80):
        with pytest.raises(NotFound):
            act(database, cast.ann, project_groups.delete, unknown)
    assert act(database, cast.ann, project_groups.listing, cast.acme.id) == []


def test_members_of_a_group_know_its_project_and_use_it_and_do_not_manage_it(
    database: Database, cast: Cast, team: Group
) -> None:
    task = act(database, cast.cleo, tasks.create, tasks.Draft(cast.private.id, "Whisper"))
    assert not knows(database, cast, cast.bob)
    act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    assert knows(database, cast, cast.bob)
    assert act(database, cast.bob, tasks.visible, task.id) == task
    assert task in act(database, cast.bob, tasks.listing)
    assert len(act(database, cast.bob, project_members.listing, cast.private.id)) == 2
    entry = act(database, cast.bob, time_entries.create, entry_of(Place(task_id=task.id)))
    assert (entry.project_id, entry.task_id) == (cast.private.id, task.id)
    for verb, arguments in (
        (projects.update, (cast.private.id, projects.Changes(name="Mine"))),
        (tasks.create, (tasks.Draft(cast.private.id, "Mine"),)),
        (project_members.create, (project_members.Draft(cast.private.id, [cast.bob.id]),)),
    ):
        with pytest.raises(Forbidden):
            act(database, cast.bob, verb, *arguments)


def test_members_of_a_group_see_what_is_done_in_its_project(database: Database, cast: Cast, team: Group) -> None:
    act(database, cast.cleo, time_entries.create, entry_of(Place(project_id=cast.private.id)))

    def seen(person: Person) -> int:
        return len(act(database, person, dashboard.of, cast.acme.id).activity)

    assert (seen(cast.ann), seen(cast.bob), seen(cast.cleo)) == (1, 0, 1)
    act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    assert (seen(cast.ann), seen(cast.bob), seen(cast.cleo)) == (1, 1, 1)


def test_rates_are_hidden_from_a_group_where_they_are_hidden_from_members(
    database: Database, cast: Cast, team: Group
) -> None:
    act(database, cast.ann, project_groups.add, Draft(cast.private.id, team.id))
    act(database, cast.ann, projects.update, cast.private.id, projects.Changes(rate=Decimal(5)))
    assert act(database, cast.bob, projects.visible, cast.private.id).rate == 500
    hiding = workspaces.Changes(only_admins_see_billable_rates=True)
    act(database, cast.ann, workspaces.update, cast.acme.id, hiding)
    assert act(database, cast.bob, projects.visible, cast.private.id).rate is None


@pytest.mark.parametrize("how", ["unlinked", "left", "group", "workspace", "both"])
def test_what_closes_the_way_hides_the_project(database: Database, cast: Cast, team: Group, how: str) -> None:
    link = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    entry = act(database, cast.bob, time_entries.create, entry_of(Place(project_id=cast.private.id)))
    ways: dict[str, Callable[[], object]] = {
        "unlinked": lambda: act(database, cast.cleo, project_groups.delete, link.id),
        "left": lambda: act(database, cast.ann, groups.set_members, team.id, [cast.ann.id]),
        "group": lambda: act(database, cast.ann, removals.delete_group, team.id),
        "workspace": lambda: act(database, cast.bob, removals.leave_workspace, cast.acme.id),
    }
    if how == "both":
        second = gather(database, cast, "Second", cast.bob)
        act(database, cast.cleo, project_groups.add, Draft(cast.private.id, second.id))
        ways["unlinked"]()
        assert knows(database, cast, cast.bob)
        act(database, cast.ann, removals.delete_group, second.id)
    else:
        ways[how]()
    assert not knows(database, cast, cast.bob)
    again = problems(database, cast.bob, time_entries.create, entry_of(Place(project_id=cast.private.id)))
    assert again == [("project_id", "unreachable")]
    if how != "workspace":
        assert act(database, cast.bob, time_entries.visible, entry.id).project_id == cast.private.id
    else:
        # Coming back opens nothing.
        act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")
        assert not knows(database, cast, cast.bob)
    if how == "group":
        assert history(database, "project_group", link.id) == ["created", "deleted"]


def test_the_groups_of_a_deleted_project_are_gone(database: Database, cast: Cast, team: Group) -> None:
    link = act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    act(database, cast.cleo, removals.delete_projects, [cast.private.id])
    assert act(database, cast.ann, project_groups.listing, cast.acme.id) == []
    assert history(database, "project_group", link.id) == ["created", "deleted"]
    with pytest.raises(NotFound):
        act(database, cast.ann, project_groups.delete, link.id)
    draft = Draft(cast.private.id, team.id)
    assert problems(database, cast.ann, project_groups.add, draft) == [("project_id", "unreachable")]


def test_since_tells_who_came_in_with_a_group_and_of_the_deletion(
    database: Database, cast: Cast, team: Group, clock: Clock
) -> None:
    """However old the project and its tasks are, and whichever came later: the person or the project."""
    act(database, cast.cleo, tasks.create, tasks.Draft(cast.private.id, "Whisper"))
    act(database, cast.ann, groups.set_members, team.id, [cast.bob.id])

    def since(person: Person, moment: int) -> list[str]:
        listed = act(database, person, projects.listing, since=moment)
        found: list[projects.Project | tasks.Task] = [*listed, *act(database, person, tasks.listing, since=moment)]
        return [it.name if it.deleted_at is None else f"no {it.name}" for it in found]

    clock.now = NOW + 10
    act(database, cast.cleo, project_groups.add, Draft(cast.private.id, team.id))
    assert since(cast.bob, NOW + 10) == ["Private", "Whisper"]
    assert (since(cast.bob, NOW + 11), since(cast.ann, NOW + 10)) == ([], [])
    clock.now = NOW + 20
    act(database, cast.ann, members.join, cast.acme.id, cast.dan.id, "member")
    act(database, cast.ann, groups.set_members, team.id, [cast.bob.id, cast.dan.id])
    assert since(cast.dan, NOW + 20) == ["Private", "Whisper"]
    assert (since(cast.dan, NOW + 21), since(cast.bob, NOW + 20)) == ([], [])
    clock.now = NOW + 30
    act(database, cast.cleo, removals.delete_projects, [cast.private.id])
    clock.now = NOW + 40
    act(database, cast.ann, members.join, cast.acme.id, cast.eve.id, "member")
    act(database, cast.ann, groups.set_members, team.id, [cast.bob.id, cast.dan.id, cast.eve.id])
    assert since(cast.bob, NOW + 30) == since(cast.dan, NOW + 30) == ["no Private", "no Whisper"]
    # Who came after that never knew.
    assert [name for name in since(cast.eve, NOW) if name != "Public"] == []


def test_a_project_from_a_template_is_known_to_its_groups(database: Database, cast: Cast, team: Group) -> None:
    act(database, cast.ann, projects.update, cast.private.id, projects.Changes(template=True))
    act(database, cast.ann, project_groups.add, Draft(cast.private.id, team.id))
    draft = new_projects.Draft(cast.acme.id, projects.Changes(name="Next"), template_id=cast.private.id)
    made = act(database, cast.cleo, new_projects.create, draft)
    assert act(database, cast.bob, projects.visible, made.id).name == "Next"
    [link] = act(database, cast.bob, project_groups.listing, cast.acme.id, [made.id])
    assert link.group_id == team.id


def test_a_project_that_is_brought_back_is_known_to_its_groups_again(
    database: Database, cast: Cast, team: Group
) -> None:
    gone = gather(database, cast, "Gone", cast.cleo)
    for group in (team, gone):
        act(database, cast.ann, project_groups.add, Draft(cast.private.id, group.id))
    act(database, cast.ann, removals.delete_projects, [cast.private.id])
    act(database, cast.ann, removals.delete_group, gone.id)

    def bring_back(tx: Tx) -> undeletions.Undeleted:
        return undeletions.undelete(tx, Actor(OPERATOR, tx.now, "tests"), "project", cast.private.id)

    assert database.write_now(bring_back).along["project_group"] == 1
    assert knows(database, cast, cast.bob)
    [link] = act(database, cast.ann, project_groups.listing, cast.acme.id)
    assert history(database, "project_group", link.id) == ["created", "deleted", "created"]


def gather(database: Database, cast: Cast, name: str, *people: Person) -> Group:
    """A group of these people."""
    group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, name))
    return act(database, cast.ann, groups.set_members, group.id, [person.id for person in people])


def knows(database: Database, cast: Cast, person: Person) -> bool:
    """Whether somebody may know of the private project."""
    listed = cast.private.id in [it.id for it in act(database, person, projects.listing)]
    try:
        act(database, person, projects.visible, cast.private.id)
    except NotFound:
        assert not listed
        return False
    assert listed
    return True


def entry_of(place: Place) -> time_entries.Draft:
    return time_entries.Draft(place, Said(NOW - 60, None, 60), created_with="tests")
