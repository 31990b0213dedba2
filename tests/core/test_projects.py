"""Projects: who knows of them, who changes them, and what their names and settings may be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec import structs

from hourhand.core import clients, new_projects, project_members, projects, removals, tasks, time_entries, workspaces
from hourhand.core.clients import Client
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Forbidden, NotFound
from hourhand.core.new_projects import Draft
from hourhand.core.places import Place
from hourhand.core.projects import Changes, Project
from hourhand.core.tasks import Task
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history, problems

ABSENT = 77 << 12


def create(database: Database, person: Person, workspace_id: int, **settings: object) -> Project:
    draft = Draft(workspace_id, Changes(**settings))  # type: ignore[arg-type]
    return act(database, person, new_projects.create, draft)


def update(database: Database, person: Person, project: Project, **changes: object) -> Project:
    wanted = Changes(**changes)  # type: ignore[arg-type]
    return act(database, person, projects.update, project.id, wanted)


def visible(database: Database, person: Person, project: Project) -> Project:
    return act(database, person, projects.visible, project.id)


def names(database: Database, person: Person, **wanted: object) -> list[str]:
    found = act(database, person, projects.listing, **wanted)  # type: ignore[arg-type]
    return [project.name for project in found]


def client_of(database: Database, person: Person, workspace_id: int, name: str = "Globex") -> Client:
    draft = clients.Draft(workspace_id, name)
    return act(database, person, clients.create, draft)


def delete(database: Database, person: Person, *project_ids: int) -> list[int]:
    return act(database, person, removals.delete_projects, list(project_ids))


def task_of(database: Database, person: Person, project: Project, name: str, seconds: int = 0) -> Task:
    draft = tasks.Draft(project.id, name, estimated_seconds=seconds)
    return act(database, person, tasks.create, draft)


def track(database: Database, person: Person, place: Place, duration: int) -> TimeEntry:
    draft = time_entries.Draft(place, Said(start=NOW, duration=duration), created_with="tests")
    return act(database, person, time_entries.create, draft)


def hide_rates(database: Database, cast: Cast) -> None:
    changes = workspaces.Changes(only_admins_see_billable_rates=True)
    act(database, cast.ann, workspaces.update, cast.acme.id, changes)


# Who knows -------------------------------------------------------------------------------------------


def test_a_private_project_is_known_to_admins_and_its_people_alone(database: Database, cast: Cast) -> None:
    for person in (cast.ann, cast.cleo):
        assert visible(database, person, cast.private).name == "Private"
    for person in (cast.bob, cast.dan, cast.eve):
        with pytest.raises(NotFound):
            visible(database, person, cast.private)


def test_a_public_project_is_known_to_everybody_in_the_workspace(database: Database, cast: Cast) -> None:
    for person in (cast.ann, cast.bob, cast.cleo):
        assert visible(database, person, cast.public).name == "Public"
    for person in (cast.dan, cast.eve):
        with pytest.raises(NotFound):
            visible(database, person, cast.public)


@pytest.mark.parametrize("project_id", [0, 7, ABSENT, 1 << 53, 1 << 80, -1])
def test_an_id_of_nothing_is_not_found(database: Database, cast: Cast, project_id: int) -> None:
    with pytest.raises(NotFound):
        act(database, cast.ann, projects.visible, project_id)


def test_lists_show_what_is_visible_by_code_point_order(database: Database, cast: Cast) -> None:
    for name in ("apple", "Zebra", "Äpfel"):
        create(database, cast.bob, cast.acme.id, name=name)
    assert names(database, cast.bob) == ["Public", "Zebra", "apple", "Äpfel"]
    assert names(database, cast.ann) == ["Private", "Public", "Zebra", "apple", "Äpfel"]
    assert names(database, cast.cleo) == ["Private", "Public"]
    assert names(database, cast.eve) == []
    assert names(database, cast.eve, workspace_ids=[cast.acme.id]) == []


def test_lists_are_filtered_by_activity_client_and_template(database: Database, cast: Cast) -> None:
    client = client_of(database, cast.ann, cast.acme.id)
    create(database, cast.ann, cast.acme.id, name="Old", active=False)
    create(database, cast.ann, cast.acme.id, name="Mould", template=True)
    create(database, cast.ann, cast.acme.id, name="Theirs", client_id=client.id)
    assert names(database, cast.ann, active=False) == ["Old"]
    assert names(database, cast.ann, active=True) == ["Mould", "Private", "Public", "Theirs"]
    assert names(database, cast.ann, templates_only=True) == ["Mould"]
    assert names(database, cast.ann, client_id=client.id) == ["Theirs"]


def test_lists_of_a_workspace_or_client_out_of_reach_are_not_found(database: Database, cast: Cast) -> None:
    client = client_of(database, cast.ann, cast.acme.id)
    assert act(database, cast.bob, projects.of_client, client.id) == []
    assert len(act(database, cast.bob, projects.of_workspace, cast.acme.id)) == 1
    with pytest.raises(NotFound, match="client"):
        act(database, cast.eve, projects.of_client, client.id)
    with pytest.raises(NotFound, match="workspace"):
        act(database, cast.eve, projects.of_workspace, cast.acme.id)


def test_changes_since_include_deleted_ones_for_those_who_knew_them(
    database: Database, cast: Cast, clock: Clock
) -> None:
    clock.advance(100)
    delete(database, cast.ann, cast.private.id)
    update(database, cast.ann, cast.public, name="Open")
    assert names(database, cast.cleo, since=NOW + 1) == ["Open", "Private"]
    assert names(database, cast.ann, since=NOW + 1) == ["Open", "Private"]
    assert names(database, cast.bob, since=NOW + 1) == ["Open"]
    assert names(database, cast.cleo, since=NOW + 101) == []
    assert names(database, cast.cleo) == ["Open"]


def test_rates_are_hidden_from_those_who_may_not_see_them(database: Database, cast: Cast) -> None:
    update(database, cast.ann, cast.public, rate=Decimal("12.5"))
    update(database, cast.cleo, cast.private, rate=Decimal(20))
    assert visible(database, cast.bob, cast.public).rate == 1250
    hide_rates(database, cast)
    hidden = visible(database, cast.bob, cast.public)
    assert (hidden.rate, hidden.currency) == (None, None)
    assert visible(database, cast.ann, cast.public).rate == 1250
    assert visible(database, cast.cleo, cast.private).rate == 2000
    listed = act(database, cast.cleo, projects.listing)
    assert [project.rate for project in listed] == [2000, None]


# Who changes -----------------------------------------------------------------------------------------


def test_admins_and_managers_change_a_project_and_others_do_not(database: Database, cast: Cast) -> None:
    assert update(database, cast.cleo, cast.private, name="Hers").name == "Hers"
    assert update(database, cast.ann, cast.private, active=False).active is False
    with pytest.raises(Forbidden):
        update(database, cast.bob, cast.public, name="His")
    with pytest.raises(NotFound):
        update(database, cast.bob, cast.private, name="His")
    with pytest.raises(NotFound):
        update(database, cast.eve, cast.public, name="Eve's")
    assert names(database, cast.ann) == ["Hers", "Public"]


def test_only_admins_change_who_may_see_a_project(database: Database, cast: Cast) -> None:
    refused = problems(database, cast.cleo, projects.update, cast.private.id, Changes(is_private=False))
    assert refused == [("is_private", "forbidden")]
    assert update(database, cast.cleo, cast.private, is_private=True, color=3).color == "3"
    assert update(database, cast.ann, cast.private, is_private=False).is_private is False
    assert visible(database, cast.bob, cast.private).name == "Private"


def test_an_update_says_everything_that_is_wrong(database: Database, cast: Cast) -> None:
    nonsense = Changes(
        name=" ",
        color="red",
        estimated_hours=Decimal(-1),
        rate=Decimal("NaN"),
        currency="euro",
        client_id=1 << 70,
    )
    assert sorted(problems(database, cast.ann, projects.update, cast.public.id, nonsense)) == [
        ("client_id", "unreachable"),
        ("color", "invalid"),
        ("currency", "invalid"),
        ("estimated_hours", "invalid"),
        ("name", "blank"),
        ("rate", "invalid"),
    ]


def test_an_update_that_changes_nothing_leaves_no_trace(database: Database, cast: Cast, clock: Clock) -> None:
    clock.advance(10)
    assert update(database, cast.ann, cast.public, name="Public") == cast.public
    assert update(database, cast.ann, cast.public, billable=False).at == NOW + 10


# Names and clients -----------------------------------------------------------------------------------


def test_a_name_is_unique_among_the_projects_of_a_client(database: Database, cast: Cast) -> None:
    client = client_of(database, cast.ann, cast.acme.id)
    update(database, cast.ann, cast.public, active=False)
    again = Draft(cast.acme.id, Changes(name=" Public "))
    assert problems(database, cast.bob, new_projects.create, again) == [("name", "taken")]
    theirs = create(database, cast.bob, cast.acme.id, name="Public", client_id=client.id)
    refused = problems(database, cast.bob, projects.update, theirs.id, Changes(client_id=None))
    assert refused == [("name", "taken")]
    assert create(database, cast.bob, cast.bob.home, name="Public").name == "Public"
    delete(database, cast.ann, cast.public.id)
    assert update(database, cast.bob, theirs, client_id=None).client_id is None


def test_a_project_takes_only_a_client_of_its_workspace(database: Database, cast: Cast) -> None:
    ours = client_of(database, cast.ann, cast.acme.id)
    elsewhere = client_of(database, cast.ann, cast.ann.home)
    foreign = client_of(database, cast.eve, cast.eve.home)
    assert update(database, cast.ann, cast.public, client_id=ours.id).client_id == ours.id
    refused = problems(database, cast.ann, projects.update, cast.public.id, Changes(client_id=elsewhere.id))
    assert refused == [("client_id", "mismatch")]
    for client_id in (foreign.id, ABSENT):
        refused = problems(database, cast.ann, projects.update, cast.public.id, Changes(client_id=client_id))
        assert refused == [("client_id", "unreachable")]


def test_deleting_a_client_leaves_its_projects_with_names_of_their_own(database: Database, cast: Cast) -> None:
    client = client_of(database, cast.ann, cast.acme.id)
    for name in ("Public", "Site", "Private"):
        create(database, cast.ann, cast.acme.id, name=name, client_id=client.id)
    create(database, cast.ann, cast.acme.id, name="Private (Globex)")
    # Bob sees none of the private ones, and may delete the client all the same.
    act(database, cast.bob, removals.delete_client, client.id)
    assert names(database, cast.ann) == [
        "Private",
        "Private (Globex)",
        "Private (Globex) 2",
        "Public",
        "Public (Globex)",
        "Site",
    ]
    found = act(database, cast.ann, projects.listing)
    assert {project.client_id for project in found} == {None}


# Sums ------------------------------------------------------------------------------------------------


def test_the_estimate_is_set_by_hand_or_the_sum_of_the_tasks(database: Database, cast: Cast) -> None:
    for name in ("One", "Two"):
        task_of(database, cast.ann, cast.public, name, 1800)
    by_hand = update(database, cast.ann, cast.public, estimated_hours=Decimal("1.5"))
    assert by_hand.estimate == 5400
    assert update(database, cast.ann, cast.public, auto_estimates=True).estimate == 3600
    assert visible(database, cast.bob, cast.public).estimate == 3600
    found = act(database, cast.ann, projects.listing)
    assert [project.estimate for project in found] == [None, 3600]
    assert update(database, cast.ann, cast.public, auto_estimates=False).estimate == 5400


def test_actual_time_is_counted_when_asked_for(database: Database, cast: Cast) -> None:
    for person, duration in ((cast.ann, 3600), (cast.bob, 90), (cast.bob, -1)):
        track(database, person, Place(project_id=cast.public.id), duration)
    found = act(database, cast.ann, projects.listing, actual_hours=True)
    assert [project.actual_seconds for project in found] == [0, 3690]
    alone = act(database, cast.bob, projects.visible, cast.public.id, actual_hours=True)
    assert alone.actual_seconds == 3690
    assert visible(database, cast.bob, cast.public).actual_seconds is None


# Going away ------------------------------------------------------------------------------------------


def test_deleting_projects_takes_their_tasks_and_people_and_leaves_their_time(
    database: Database, cast: Cast, clock: Clock
) -> None:
    task = task_of(database, cast.ann, cast.public, "Plan")
    entry = track(database, cast.bob, Place(task_id=task.id), 60)
    clock.advance(5)
    assert delete(database, cast.ann, cast.public.id, cast.private.id) == [cast.public.id, cast.private.id]
    left = act(database, cast.bob, time_entries.visible, entry.id)
    assert left == structs.replace(entry, project_id=None, task_id=None, at=NOW + 5)
    with pytest.raises(NotFound):
        act(database, cast.ann, tasks.visible, task.id)
    assert database.write_now(lambda tx: project_members.of_project(tx, cast.private)) == []
    with pytest.raises(NotFound):
        delete(database, cast.ann, cast.public.id)


def test_deleting_projects_is_all_or_none(database: Database, cast: Cast) -> None:
    his = create(database, cast.bob, cast.acme.id, name="His")
    with pytest.raises(Forbidden):
        delete(database, cast.bob, his.id, cast.public.id)
    for hidden in (cast.private.id, ABSENT):
        with pytest.raises(NotFound) as refused:
            delete(database, cast.bob, his.id, hidden)
        assert (refused.value.noun, refused.value.key) == ("project", hidden)
    assert names(database, cast.bob) == ["His", "Public"]
    delete(database, cast.bob, his.id)
    assert names(database, cast.bob) == ["Public"]


def test_every_change_is_in_the_log(database: Database, cast: Cast) -> None:
    project = create(database, cast.bob, cast.acme.id, name="Short")
    update(database, cast.bob, project, name="Brief")
    delete(database, cast.bob, project.id)
    assert history(database, "project", project.id) == ["created", "updated", "deleted"]
