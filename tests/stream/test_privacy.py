"""What is not told: what somebody may not know, or may know no longer."""

from __future__ import annotations

from typing import Any

from hourhand.core import members, project_members
from hourhand.core.actor import Actor
from hourhand.db import Tx
from tests.cast import Cast
from tests.server import Peer, Server
from tests.stream.conftest import Asks, Listens
from tests.stream.device import Device

ENTRY = {"time_entry": {"created_with": "tests", "description": "secret"}}


def models(device: Device) -> list[tuple[str, str]]:
    return [(it["action"], it["model"]) for it in device.silent()]


def change(ann: Peer, project_id: int, **changes: Any) -> None:
    assert ann.v8("PUT", f"/projects/{project_id}", {"project": changes}).status == 200


def test_time_entries_are_told_to_their_owner_alone(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann_listens, bob_listens, bob = listens(cast.ann), listens(cast.bob), asks(cast.bob)
    bob.v8("POST", "/time_entries/start", {"time_entry": ENTRY["time_entry"] | {"wid": cast.acme.id}})
    assert bob_listens.next()["model"] == "time_entry"
    assert ann_listens.silent() == []


def test_a_stranger_is_told_nothing(cast: Cast, listens: Listens, asks: Asks) -> None:
    eve_listens, dan_listens, ann = listens(cast.eve), listens(cast.dan), asks(cast.ann)
    ann.v8("POST", "/clients", {"client": {"name": "Big", "wid": cast.acme.id}})
    ann.v8("POST", "/time_entries/start", ENTRY)
    change(ann, cast.public.id, name="Open")
    assert (eve_listens.silent(), dan_listens.silent(0.1)) == ([], [])


def test_a_private_project_and_its_tasks_are_told_to_its_people_and_admins_alone(
    cast: Cast, listens: Listens, asks: Asks
) -> None:
    devices = {name: listens(getattr(cast, name)) for name in ("ann", "bob", "cleo")}
    ann = asks(cast.ann)
    change(ann, cast.private.id, name="Hidden")
    # Waited for: what changes several times in a moment is told once, as it is in the end.
    for name in ("ann", "cleo"):
        first = devices[name].next()
        assert (first["action"], first["model"], first["data"]["name"]) == ("update", "project", "Hidden")
    task = ann.v8("POST", "/tasks", {"task": {"name": "Whisper", "pid": cast.private.id}}).data
    ann.v8("PUT", f"/tasks/{task['id']}", {"task": {"name": "Murmur"}})
    ann.v8("DELETE", f"/projects/{cast.private.id}")
    told = {name: {(it["action"], it["model"]) for it in device.silent()} for name, device in devices.items()}
    for name in ("ann", "cleo"):
        assert {("delete", "project"), ("delete", "task")} <= told[name]
    assert told["bob"] == set()


def test_a_project_that_turns_private_is_deleted_to_those_outside_without_a_word_about_it(
    cast: Cast, listens: Listens, asks: Asks
) -> None:
    bob_listens, ann = listens(cast.bob), asks(cast.ann)
    task = ann.v8("POST", "/tasks", {"task": {"name": "Painting", "pid": cast.public.id}}).data
    bob_listens.next()
    change(ann, cast.public.id, name="Secret", is_private=True)
    assert bob_listens.take(2) == [
        ("delete", "task", {"id": task["id"], "wid": cast.acme.id, "pid": cast.public.id}),
        ("delete", "project", {"id": cast.public.id, "wid": cast.acme.id}),
    ]
    change(ann, cast.public.id, name="Still secret")
    assert bob_listens.silent() == []
    change(ann, cast.public.id, is_private=False)
    project, shown = bob_listens.take(2)
    assert (project[:2], project[2]["name"]) == (("insert", "project"), "Still secret")
    assert (shown[:2], shown[2]["name"]) == (("insert", "task"), "Painting")


def test_who_comes_into_a_private_project_is_told_of_it_and_who_leaves_loses_it(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    bob_listens, ann = listens(cast.bob), asks(cast.ann)
    ann.v8("POST", "/tasks", {"task": {"name": "Whisper", "pid": cast.private.id}})
    assert bob_listens.silent() == []

    def invite(tx: Tx) -> None:
        project_members.add(tx, cast.ann.at(tx), cast.private, cast.bob.id, manager=False)

    with server.visit() as (database, _):
        database.write_now(invite)
        assert {it[:2] for it in bob_listens.take(3)} == {
            ("insert", "project"),
            ("insert", "task"),
            ("insert", "project_user"),
        }
        database.write_now(lambda tx: project_members.remove_all(tx, cast.ann.at(tx), cast.private))
    assert models(bob_listens) == [("delete", "task"), ("delete", "project")]


def test_rates_are_told_to_those_who_see_them_alone(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann_listens, bob_listens, ann = listens(cast.ann), listens(cast.bob), asks(cast.ann)
    ann.v8("PUT", f"/workspaces/{cast.acme.id}", {"workspace": {"only_admins_see_billable_rates": True}})
    change(ann, cast.public.id, rate=50)
    told = [device.until(lambda it: it["model"] == "project")["data"] for device in (ann_listens, bob_listens)]
    assert [data.get("rate") for data in told] == [50, None]
    ann.v8("PUT", f"/workspaces/{cast.acme.id}", {"workspace": {"only_admins_see_billable_rates": False}})
    assert bob_listens.until(lambda it: it["model"] == "project")["data"]["rate"] == 50
    ann.v8("PUT", f"/workspaces/{cast.acme.id}", {"workspace": {"only_admins_see_billable_rates": True}})
    assert "rate" not in bob_listens.until(lambda it: it["model"] == "project")["data"]


def test_who_joins_a_workspace_is_told_all_of_it_at_once(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    eve_listens, ann = listens(cast.eve), asks(cast.ann)
    ann.v8("POST", "/tags", {"tag": {"name": "dull", "wid": cast.acme.id}})
    with server.visit() as (database, _):
        database.write_now(lambda tx: members.join(tx, cast.ann.at(tx), cast.acme.id, cast.eve.id, "member"))
    told = eve_listens.take(7)
    assert [(action, model) for action, model, _ in told] == [
        ("insert", "workspace"),
        *[("insert", "workspace_user")] * 4,
        ("insert", "tag"),
        ("insert", "project"),
    ]
    assert [data["uid"] for _, model, data in told if model == "workspace_user"] == [
        *(cast.ann.id, cast.bob.id, cast.cleo.id, cast.eve.id)
    ]
    assert told[-1][2]["id"] == cast.public.id
    ann.v8("POST", "/tags", {"tag": {"name": "new", "wid": cast.acme.id}})
    assert eve_listens.next()["data"]["name"] == "new"
    assert eve_listens.silent() == []


def test_who_leaves_a_workspace_is_told_nothing_more_of_it_and_has_to_connect_again(
    cast: Cast, listens: Listens, asks: Asks
) -> None:
    bob_listens, cleo_listens, ann, bob = listens(cast.bob), listens(cast.cleo), asks(cast.ann), asks(cast.bob)
    bob.v8("DELETE", f"/workspaces/{cast.acme.id}/leave")
    ann.v8("POST", "/tags", {"tag": {"name": "later", "wid": cast.acme.id}})
    assert {it[:2] for it in cleo_listens.take(2)} == {("delete", "workspace_user"), ("insert", "tag")}
    assert bob_listens.closed() == 1008
    again = listens(cast.bob)
    ann.v8("POST", "/tags", {"tag": {"name": "much later", "wid": cast.acme.id}})
    assert again.silent() == []


def test_who_is_removed_by_others_is_told_nothing_more(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    bob_listens = listens(cast.bob)

    def remove(tx: Tx) -> None:
        member = members.current(tx, Actor(cast.bob.id, tx.now), cast.acme.id)
        members.remove(tx, cast.ann.at(tx), member)

    with server.visit() as (database, _):
        database.write_now(remove)
    assert bob_listens.closed() == 1008
