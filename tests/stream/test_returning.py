"""Coming back: a client that was away misses nothing, and all of a person's devices end with the same."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.cast import Cast
from tests.server import Peer
from tests.stream.conftest import Asks, Listens
from tests.stream.mirror import Mirror, Things, snapshot


def test_who_comes_back_is_told_what_changed_meanwhile(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann = asks(cast.ann)
    mirror = Mirror(ann)
    since = ann.v8("GET", "/me").json()["since"]
    client = ann.v8("POST", "/clients", {"client": {"name": "Big", "wid": cast.acme.id}}).data
    ann.v8("POST", "/time_entries/start", {"time_entry": {"created_with": "tests"}})
    ann.v8("DELETE", f"/clients/{client['id']}")
    ann.v8("DELETE", f"/projects/{cast.private.id}")
    ann.v8("PUT", "/me", {"user": {"fullname": "Anna"}})
    mirror.follow(listens(cast.ann, since=since))


def test_who_comes_back_is_told_of_projects_that_came_into_sight_or_left_it(
    cast: Cast, listens: Listens, asks: Asks
) -> None:
    ann, bob = asks(cast.ann), asks(cast.bob)
    mirror = Mirror(bob)
    since = bob.v8("GET", "/me").json()["since"]
    ann.v8("PUT", f"/projects/{cast.public.id}", {"project": {"is_private": True}})
    ann.v8("PUT", f"/projects/{cast.private.id}", {"project": {"is_private": False}})
    mirror.follow(listens(cast.bob, since=since))


def test_since_the_beginning_tells_everything(cast: Cast, listens: Listens, asks: Asks) -> None:
    ann = asks(cast.ann)
    mirror = Mirror(ann)
    for things in mirror.things.values():
        things.clear()
    mirror.follow(listens(cast.ann, since=0))


def test_any_number_may_be_said_as_since(cast: Cast, listens: Listens, asks: Asks) -> None:
    devices, ann = [listens(cast.ann, since=since) for since in (-5, 1e300, 0.5)], asks(cast.ann)
    ann.v8("POST", "/tags", {"tag": {"name": "last", "wid": cast.acme.id}})
    for device in devices:
        assert device.until(lambda it: it["data"].get("name") == "last")


@pytest.mark.parametrize("seed", range(2))
def test_all_devices_end_with_what_a_fresh_look_shows(seed: int, cast: Cast, listens: Listens, asks: Asks) -> None:
    people = (cast.ann, cast.bob, cast.cleo)
    peers = {person.id: asks(person) for person in people}
    mirrors = [
        (Mirror(peers[person.id]), listens(person, path=path)) for person in people for path in ("/stream", "/ws")
    ]
    late = {person.id: (Mirror(peers[person.id]), int(time.time()) - 5) for person in people}
    chance = random.Random(seed)
    for _ in range(120):
        act(chance, peers[chance.choice(people).id], cast)
    for mirror, device in mirrors:
        mirror.follow(device)
    for person in people:
        mirror, since = late[person.id]
        mirror.follow(listens(person, since=since))


def act(chance: random.Random, peer: Peer, cast: Cast) -> None:
    """Do something that may or may not be allowed."""
    things = snapshot(peer)
    model = chance.choice(
        ["client", "tag", "project", "project", "task", "task", "time_entry", "time_entry", "workspace"]
    )
    name, plural = f"{model} {chance.randrange(1000)}", {"time_entry": "time_entries"}.get(model, f"{model}s")
    known = [it["id"] for it in things[model].values() if it.get("wid", it["id"]) == cast.acme.id]
    deed = chance.choice(["POST", "PUT", "PUT", "DELETE"])
    if model == "workspace":
        if chance.random() < 0.3:
            hides = {"only_admins_see_billable_rates": chance.random() < 0.5}
            peer.v8("PUT", f"/workspaces/{cast.acme.id}", {"workspace": hides})
    elif deed == "POST" or not known:
        peer.v8("POST", f"/{plural}", {model: _draft(chance, model, name, things, cast)})
    elif deed == "PUT":
        peer.v8("PUT", f"/{plural}/{chance.choice(known)}", {model: _changes(chance, model, name)})
    elif chance.random() < 0.4:
        peer.v8("DELETE", f"/{plural}/{chance.choice(known)}")


def _draft(chance: random.Random, model: str, name: str, things: Things, cast: Cast) -> dict[str, Any]:
    draft: dict[str, Any] = {"wid": cast.acme.id, "name": name}
    projects = [it["id"] for it in things["project"].values() if it["wid"] == cast.acme.id]
    clients = [it["id"] for it in things["client"].values()]
    if model == "project":
        draft |= {"rate": 20, "auto_estimates": chance.random() < 0.5}
        if clients and chance.random() < 0.5:
            draft["cid"] = chance.choice(clients)
    if model in ("task", "time_entry") and projects:
        draft["pid"] = chance.choice(projects)
    if model == "task":
        draft["estimated_seconds"] = chance.choice([0, 3600])
    if model == "time_entry":
        draft |= {"created_with": "tests", "tags": chance.sample(["a", "b", "c", "d"], 2)}
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - chance.randrange(100, 10_000)))
        draft |= {"start": moment, "duration": chance.choice([-1, 60])}
    return draft


def _changes(chance: random.Random, model: str, name: str) -> dict[str, Any]:
    if model == "project" and chance.random() < 0.6:
        return {"is_private": chance.random() < 0.5}
    if model == "task" and chance.random() < 0.5:
        return {"estimated_seconds": chance.choice([0, 1800])}
    if model == "time_entry":
        return {"description": name, "tags": chance.sample(["a", "b", "c", "d"], 1)}
    return {"name": name}
