"""What is told: every change that the person may see, in the shape in which API v8 shows things."""

from __future__ import annotations

import time
from typing import Any

from hourhand.core import clients, project_members
from hourhand.db import Tx
from tests.cast import Cast
from tests.server import Server
from tests.stream.conftest import Asks, Listens
from tests.stream.device import IN_TIME, Device
from tests.stream.mirror import snapshot


def test_a_time_entry_is_told_from_its_start_to_its_end(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    sent = {"time_entry": {"description": "Reading", "wid": cast.acme.id, "created_with": "tests", "tags": ["dull"]}}
    started = ann.v8("POST", "/time_entries/start", sent).data
    tag, entry = device.take(2)
    assert (tag[:2], tag[2]["name"]) == (("insert", "tag"), "dull")
    assert entry == ("insert", "time_entry", started)
    stopped = ann.v8("PUT", f"/time_entries/{started['id']}/stop").data
    assert device.take(1) == [("update", "time_entry", stopped)]
    ann.v8("DELETE", f"/time_entries/{started['id']}")
    [(action, model, data)] = device.take(1)
    assert (action, model, data["id"]) == ("delete", "time_entry", started["id"])
    assert data["server_deleted_at"] == data["at"]


def test_starting_another_tells_of_the_one_that_stops(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    first = ann.v8("POST", "/time_entries/start", {"time_entry": {"created_with": "tests"}}).data
    assert device.take(1) == [("insert", "time_entry", first)]
    second = ann.v8("POST", "/time_entries/start", {"time_entry": {"created_with": "tests"}}).data
    assert {(action, data["id"]) for action, _, data in device.take(2)} == {
        ("update", first["id"]),
        ("insert", second["id"]),
    }


def test_each_thing_of_a_workspace_is_told_to_all_who_see_it(cast: Cast, listens: Listens, asks: Asks) -> None:
    devices, ann = [listens(cast.ann), listens(cast.bob)], asks(cast.ann)
    for model, more in (("client", {}), ("tag", {}), ("project", {"is_private": False}), ("task", {})):
        place = {"pid": cast.public.id} if model == "task" else {"wid": cast.acme.id}

        def told(device: Device, model: str = model) -> tuple[str, Any]:
            message = device.until(lambda it: it["model"] == model)
            return message["action"], message["data"]

        created = ann.v8("POST", f"/{model}s", {model: {"name": "Old", **more, **place}}).data
        shown = snapshot(ann)[model][created["id"]]
        assert [told(device) for device in devices] == [("insert", shown)] * 2
        updated = ann.v8("PUT", f"/{model}s/{created['id']}", {model: {"name": "New"}}).data
        assert [told(device) for device in devices] == [("update", updated)] * 2
        ann.v8("DELETE", f"/{model}s/{created['id']}")
        for action, data in [told(device) for device in devices]:
            assert (action, data["id"], data["server_deleted_at"]) == ("delete", created["id"], data["at"])


def test_a_workspace_and_its_changes_are_told(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann_listens, bob_listens, ann = listens(cast.ann), listens(cast.bob), asks(cast.ann)
    made = ann.v8("POST", "/workspaces", {"workspace": {"name": "Garden"}}).data
    [herself] = ann.v8("GET", f"/workspaces/{made['id']}/workspace_users").json()
    assert ann_listens.take(2) == [("insert", "workspace", made), ("insert", "workspace_user", herself)]
    ann.v8("POST", "/tags", {"tag": {"name": "green", "wid": made["id"]}})
    [(action, model, data)] = ann_listens.take(1)
    assert (action, model, data["wid"]) == ("insert", "tag", made["id"])
    changed = ann.v8("PUT", f"/workspaces/{cast.acme.id}", {"workspace": {"name": "Acme & Co"}}).data
    assert ann_listens.take(1) == [("update", "workspace", changed)]
    [(action, model, data)] = bob_listens.take(1)
    assert (action, model, data["name"], data["admin"]) == ("update", "workspace", "Acme & Co", False)
    assert "api_token" not in data


def test_ones_own_profile_is_told_and_nobody_elses(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann_listens, bob_listens, ann = listens(cast.ann), listens(cast.bob), asks(cast.ann)
    ann.v8("PUT", "/me", {"user": {"fullname": "Anna"}})
    assert ann_listens.take(1) == [("update", "user", snapshot(ann)["user"][cast.ann.id])]
    # What others see of it is theirs to know.
    assert [it["model"] for it in bob_listens.silent()] == ["workspace_user"]


def test_times_are_told_in_the_readers_zone_also_when_that_changes(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    ann.v8("PUT", "/me", {"user": {"timezone": "Asia/Tokyo"}})
    ann.v8("POST", "/tags", {"tag": {"name": "early", "wid": cast.acme.id}})
    assert device.until(lambda it: it["model"] == "tag")["data"]["at"].endswith("+09:00")


def test_people_of_a_project_are_told_to_those_who_know_it(server: Server, cast: Cast, listens: Listens) -> None:
    ann_listens, bob_listens = listens(cast.ann), listens(cast.bob)

    def invite(tx: Tx) -> project_members.ProjectMember:
        return project_members.add(tx, cast.ann.at(tx), cast.private, cast.bob.id, manager=False)

    with server.visit() as (database, _):
        member = database.write_now(invite)
    told = ann_listens.until(lambda it: it["model"] == "project_user")
    assert (told["action"], told["data"]["id"], told["data"]["pid"]) == ("insert", member.id, cast.private.id)
    assert [it["model"] for it in bob_listens.silent()] == ["project", "project_user"]


def test_a_thing_that_changes_twice_at_once_is_told_as_it_is_in_the_end(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    sent = {"time_entry": {"created_with": "tests", "description": "a"}}
    entry = ann.v8("POST", "/time_entries/start", sent).data
    for letter in "bcdefgh":
        ann.v8("PUT", f"/time_entries/{entry['id']}", {"time_entry": {"description": letter}})
    told = device.until(lambda it: it["data"].get("description") == "h")
    assert told["model"] == "time_entry"
    assert device.silent() == []


def test_what_has_a_long_text_is_told_without_it_and_says_so(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    entry = {"created_with": "tests", "description": "🦉" * 3000, "tags": [f"{i}" + "é" * 100 for i in range(50)]}
    created = ann.v8("POST", "/time_entries/start", {"time_entry": entry}).data
    told = device.until(lambda it: it["model"] == "time_entry")
    assert told["left_out"] == ["description", "tags"] or told["left_out"] == ["description"]
    left_out = set(told["left_out"])
    assert told["data"] == {name: value for name, value in created.items() if name not in left_out}


def test_it_is_told_in_time(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    delays = []
    for number in range(20):
        ann.v8("POST", "/clients", {"client": {"name": f"Client {number}", "wid": cast.acme.id}})
        answered = time.monotonic()
        device.next()
        delays.append(time.monotonic() - answered)
    assert sorted(delays)[len(delays) // 2] < IN_TIME


def test_what_another_process_commits_is_told_in_time_too(server: Server, cast: Cast, listens: Listens) -> None:
    device = listens(cast.ann)
    delays = []
    with server.visit() as (database, _):
        for number in range(10):
            draft = clients.Draft(cast.acme.id, f"Client {number}")
            database.write_now(lambda tx, draft=draft: clients.create(tx, cast.ann.at(tx), draft))  # type: ignore[misc]
            committed = time.monotonic()
            assert device.next()["data"]["name"] == draft.name
            delays.append(time.monotonic() - committed)
    assert sorted(delays)[len(delays) // 2] < IN_TIME
