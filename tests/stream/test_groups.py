"""What groups open and close: a project comes into sight and leaves it as when each of the group comes in alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hourhand.core import groups, members, project_groups, removals
from hourhand.core.groups import Group
from hourhand.core.project_groups import Draft, ProjectGroup
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.core.acts import act
from tests.server import Peer, Server
from tests.stream.conftest import Asks, Listens
from tests.stream.device import Device
from tests.stream.mirror import Mirror

CAME = [("insert", "project"), ("insert", "task")]
GONE = [("delete", "task"), ("delete", "project")]


@pytest.fixture
def ann(cast: Cast, asks: Asks) -> Peer:
    """Ann's connection, after a task in the private project."""
    ann = asks(cast.ann)
    ann.v8("POST", "/tasks", {"task": {"name": "Whisper", "pid": cast.private.id}})
    return ann


def test_who_comes_in_with_a_group_is_told_of_the_project_and_loses_it_with_the_group(
    server: Server, cast: Cast, listens: Listens, ann: Peer
) -> None:
    bob, cleo = listens(cast.bob), listens(cast.cleo)
    with server.visit() as (database, _):
        team = gather(database, cast, cast.bob)
        link = link_up(database, cast, team)
        [project, task] = told(bob, CAME)
        assert (project["name"], task["name"]) == ("Private", "Whisper")
        act(database, cast.ann, project_groups.delete, link.id)
        told(bob, GONE)
        link_up(database, cast, team)
        told(bob, CAME)
        act(database, cast.ann, removals.delete_group, team.id)
        assert told(bob, GONE)[1] == {"id": cast.private.id, "wid": cast.acme.id}
    ann.v8("PUT", f"/projects/{cast.private.id}", {"project": {"name": "Hidden"}})
    # Who manages the project knew it throughout, and whoever is out hears nothing more.
    assert names(cleo) == ["Hidden"]
    assert names(bob) == []


def test_who_comes_into_a_group_is_told_of_its_projects_and_loses_them_as_they_leave(
    server: Server, cast: Cast, listens: Listens, ann: Peer
) -> None:
    bob = listens(cast.bob)
    with server.visit() as (database, _):
        team = gather(database, cast)
        link_up(database, cast, team)
        assert work(bob) == []
        act(database, cast.ann, groups.set_members, team.id, [cast.bob.id, cast.cleo.id])
        told(bob, CAME)
        ann.v8("PUT", f"/projects/{cast.private.id}", {"project": {"name": "Open"}})
        assert told(bob, [("update", "project")])[0]["name"] == "Open"
        act(database, cast.ann, groups.set_members, team.id, [cast.cleo.id])
        told(bob, GONE)
        assert work(bob) == []


def test_who_knows_a_project_by_two_ways_loses_it_with_the_last(
    server: Server, cast: Cast, listens: Listens, ann: Peer
) -> None:
    bob = listens(cast.bob)
    with server.visit() as (database, _):
        first, second = gather(database, cast, cast.bob), gather(database, cast, cast.bob)
        links = [link_up(database, cast, group) for group in (first, second)]
        bob.until(lambda it: it["model"] == "task")
        work(bob)
        act(database, cast.ann, project_groups.delete, links[0].id)
        assert [it["action"] for it in work(bob) if it["action"] == "delete"] == []
        act(database, cast.ann, project_groups.delete, links[1].id)
        told(bob, GONE)


def test_a_group_of_a_deleted_project_is_told_of_the_deletion(
    server: Server, cast: Cast, listens: Listens, ann: Peer
) -> None:
    bob = listens(cast.bob)
    with server.visit() as (database, _):
        link_up(database, cast, gather(database, cast, cast.bob))
    told(bob, CAME)
    ann.v8("DELETE", f"/projects/{cast.private.id}")
    found = told(bob, [("delete", "project"), ("delete", "task")])
    assert all("server_deleted_at" in data for data in found)


def test_nobody_else_is_told_of_what_a_group_opens(server: Server, cast: Cast, listens: Listens, ann: Peer) -> None:
    devices = [listens(person) for person in (cast.cleo, cast.dan, cast.eve)]
    with server.visit() as (database, _):
        team = gather(database, cast, cast.bob)
        link_up(database, cast, team, cast.public.id)
        link = link_up(database, cast, team)
        act(database, cast.ann, groups.set_members, team.id, [])
        act(database, cast.ann, project_groups.delete, link.id)
    assert [work(device) for device in devices] == [[], [], []]


@pytest.mark.parametrize("how", ["unlinked", "left", "deleted", "all"])
def test_who_comes_back_loses_what_a_group_closed_meanwhile(
    how: str, server: Server, cast: Cast, listens: Listens, asks: Asks, ann: Peer
) -> None:
    bob = asks(cast.bob)
    with server.visit() as (database, _):
        team = gather(database, cast, cast.bob)
        link = link_up(database, cast, team)
        mirror = Mirror(bob)
        assert cast.private.id in mirror.things["project"]
        since = bob.v8("GET", "/me").json()["since"]
        ways: dict[str, Callable[[], Any]] = {
            "left": lambda: act(database, cast.ann, groups.set_members, team.id, []),
            "unlinked": lambda: act(database, cast.ann, project_groups.delete, link.id),
            "deleted": lambda: act(database, cast.ann, removals.delete_group, team.id),
        }
        for way in ways if how == "all" else (how,):
            ways[way]()
            # More than is read of the log at once.
            for number in range(220 if how == "all" else 0):
                ann.v8("POST", "/tags", {"tag": {"name": f"{way} {number}", "wid": cast.acme.id}})
    mirror.follow(listens(cast.bob, since=since))
    assert cast.private.id not in mirror.things["project"]


def test_who_comes_back_is_told_what_a_group_opened_meanwhile(
    server: Server, cast: Cast, listens: Listens, asks: Asks, ann: Peer
) -> None:
    mirror = Mirror(asks(cast.bob))
    since = ann.v8("GET", "/me").json()["since"]
    with server.visit() as (database, _):
        link_up(database, cast, gather(database, cast, cast.bob))
    mirror.follow(listens(cast.bob, since=since))
    assert cast.private.id in mirror.things["project"]


def test_who_leaves_the_workspace_and_returns_is_told_of_no_project_of_their_former_groups(
    server: Server, cast: Cast, listens: Listens, asks: Asks, ann: Peer
) -> None:
    with server.visit() as (database, _):
        link_up(database, cast, gather(database, cast, cast.bob))
        asks(cast.bob).v8("DELETE", f"/workspaces/{cast.acme.id}/leave")
        bob = listens(cast.bob)
        act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")
    assert [it["data"]["id"] for it in work(bob) if it["model"] == "project"] == [cast.public.id]


def gather(database: Database, cast: Cast, *people: Person) -> Group:
    """A new group of these people."""
    number = len(act(database, cast.ann, groups.of_workspace, cast.acme.id))
    group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, f"Team {number}"))
    return act(database, cast.ann, groups.set_members, group.id, [person.id for person in people])


def link_up(database: Database, cast: Cast, group: Group, project_id: int = 0) -> ProjectGroup:
    """Let a group know the private project, or another."""
    return act(database, cast.ann, project_groups.add, Draft(project_id or cast.private.id, group.id))


def told(device: Device, wanted: list[tuple[str, str]]) -> list[Any]:
    """What is told next of projects and tasks, which must be this."""
    found = [device.until(lambda it: it["model"] in ("project", "task")) for _ in wanted]
    assert [(it["action"], it["model"]) for it in found] == wanted
    return [it["data"] for it in found]


def work(device: Device) -> list[Any]:
    """All that is told for a while of projects and tasks."""
    return [it for it in device.silent() if it["model"] in ("project", "task")]


def names(device: Device) -> list[str]:
    return [it["data"]["name"] for it in work(device)]
