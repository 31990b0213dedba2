"""What a group opens of a private project, as API v8 shows it to one of the group: no door of v8 does the opening."""

from __future__ import annotations

from typing import Any

import pytest

from hourhand.core import groups, project_groups, tasks
from hourhand.core.groups import Group
from hourhand.core.project_groups import Draft, ProjectGroup
from hourhand.core.tasks import Task
from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act


@pytest.fixture
def task(database: Database, cast: Cast) -> Task:
    """A task of the private project."""
    return act(database, cast.cleo, tasks.create, tasks.Draft(cast.private.id, "Whisper"))


@pytest.fixture
def team(database: Database, cast: Cast) -> Group:
    """A group of Bob alone."""
    group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, "Team"))
    return act(database, cast.ann, groups.set_members, group.id, [cast.bob.id])


def open_up(database: Database, cast: Cast, team: Group) -> ProjectGroup:
    return act(database, cast.ann, project_groups.add, Draft(cast.private.id, team.id))


def test_every_read_shows_the_project_while_the_group_knows_it(
    api: Api, database: Database, cast: Cast, team: Group, task: Task
) -> None:
    project, acme = cast.private.id, cast.acme.id

    def seen() -> list[bool]:
        related = api.data("GET", "/me?with_related_data=true", cast.bob)
        one = api("GET", f"/projects/{project}", cast.bob)
        return [
            one.status_code == 200,
            api("GET", f"/projects/{project}/tasks", cast.bob).status_code == 200,
            api("GET", f"/projects/{project}/project_users", cast.bob).status_code == 200,
            api("GET", f"/tasks/{task.id}", cast.bob).status_code == 200,
            _has(api("GET", f"/workspaces/{acme}/projects", cast.bob).json(), project),
            _has(api("GET", f"/workspaces/{acme}/tasks", cast.bob).json(), task.id),
            _has(api("GET", f"/workspaces/{acme}/project_users", cast.bob).json(), project, "pid"),
            _has(related["projects"], project),
            _has(related.get("tasks"), task.id),
        ]

    assert set(seen()) == {False}
    link = open_up(database, cast, team)
    assert set(seen()) == {True}
    act(database, cast.ann, project_groups.delete, link.id)
    assert set(seen()) == {False}


def test_time_is_tracked_on_the_project_and_stays_when_the_group_has_gone(
    api: Api, database: Database, cast: Cast, team: Group, task: Task
) -> None:
    sent = {"time_entry": {"tid": task.id, "created_with": "tests"}}
    assert api("POST", "/time_entries/start", cast.bob, sent).status_code == 404
    link = open_up(database, cast, team)
    started = api.data("POST", "/time_entries/start", cast.bob, sent)
    assert (started["pid"], started["tid"]) == (cast.private.id, task.id)
    act(database, cast.ann, project_groups.delete, link.id)
    [listed] = api("GET", "/time_entries", cast.bob).json()
    assert listed["pid"] == cast.private.id
    stopped = api.data("PUT", f"/time_entries/{started['id']}/stop", cast.bob)
    assert stopped["pid"] == cast.private.id
    other = {"time_entry": {"pid": cast.private.id, "created_with": "tests"}}
    assert api("POST", "/time_entries/start", cast.bob, other).status_code == 404


def test_who_knows_a_project_by_a_group_does_not_manage_it(
    api: Api, database: Database, cast: Cast, team: Group, task: Task
) -> None:
    open_up(database, cast, team)
    for method, path, body in (
        ("PUT", f"/projects/{cast.private.id}", {"project": {"name": "Mine"}}),
        ("DELETE", f"/projects/{cast.private.id}", None),
        ("POST", "/tasks", {"task": {"name": "Mine", "pid": cast.private.id}}),
        ("PUT", f"/tasks/{task.id}", {"task": {"name": "Mine"}}),
        ("POST", "/project_users", {"project_user": {"pid": cast.private.id, "uid": cast.bob.id}}),
    ):
        assert api(method, path, cast.bob, body).status_code == 403


def test_since_tells_of_what_a_group_brought_into_sight_and_of_its_deletion(
    api: Api, database: Database, cast: Cast, team: Group, task: Task, clock: Clock
) -> None:
    def since(moment: int) -> tuple[list[Any], list[Any]]:
        data = api.data("GET", f"/me?with_related_data=true&since={moment}", cast.bob)
        return data.get("projects") or [], data.get("tasks") or []

    clock.now = NOW + 10
    open_up(database, cast, team)
    [project], [shown] = since(NOW + 10)
    assert (project["id"], shown["id"]) == (cast.private.id, task.id)
    assert since(NOW + 11) == ([], [])
    clock.now = NOW + 20
    assert api("DELETE", f"/projects/{cast.private.id}", cast.ann).status_code == 200
    [project], [shown] = since(NOW + 20)
    assert "server_deleted_at" in project
    assert "server_deleted_at" in shown


def test_the_dashboard_shows_what_is_done_in_the_project(api: Api, database: Database, cast: Cast, team: Group) -> None:
    sent = {"time_entry": {"pid": cast.private.id, "created_with": "tests", "description": "secret"}}
    api.data("POST", "/time_entries/start", cast.cleo, sent)

    def seen() -> list[str]:
        activity = api("GET", f"/dashboard/{cast.acme.id}", cast.bob).json()["activity"]
        return [action["description"] for action in activity or ()]

    assert seen() == []
    open_up(database, cast, team)
    assert seen() == ["secret"]


def test_deleting_the_group_hides_the_project(api: Api, database: Database, cast: Cast, team: Group) -> None:
    open_up(database, cast, team)
    assert api("GET", f"/projects/{cast.private.id}", cast.bob).status_code == 200
    assert api("DELETE", f"/groups/{team.id}", cast.ann).status_code == 200
    assert api("GET", f"/projects/{cast.private.id}", cast.bob).status_code == 404
    assert api("DELETE", f"/groups/{team.id}", cast.ann).status_code == 404


def _has(found: list[dict[str, Any]] | None, thing_id: int, by: str = "id") -> bool:
    return thing_id in [it[by] for it in found or ()]
