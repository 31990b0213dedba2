"""One person has at most one running entry, over all workspaces, whoever starts and stops at once."""

from __future__ import annotations

import random
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.cast import Cast, Person
from tests.races.crowd import at_once, listed, watched
from tests.server import Peer, Reply, Server

STARTS = 12


def entry(workspace_id: int, description: str) -> dict[str, Any]:
    return {"time_entry": {"wid": workspace_id, "description": description, "created_with": "races"}}


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def assert_one_after_the_other(entries: list[dict[str, Any]]) -> None:
    """Each entry but the last ended when the next began."""
    starts = sorted(unix(entry["start"]) for entry in entries)
    stops = sorted(unix(entry["stop"]) for entry in entries if "stop" in entry)
    assert stops == starts[1:]


def assert_no_overlap(entries: list[dict[str, Any]]) -> None:
    """Each entry ended before, or when, the next began."""
    spans = sorted((unix(entry["start"]), unix(entry.get("stop", "9999-01-01T00:00:00Z"))) for entry in entries)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans)), spans


@pytest.mark.parametrize("workspaces", [["acme"], ["acme", "home"]])
def test_of_32_who_start_at_once_one_runs(server: Server, cast: Cast, workspaces: list[str]) -> None:
    places = [{"acme": cast.acme.id, "home": cast.bob.home}[name] for name in workspaces]

    def client(number: int) -> list[Reply]:
        wanted = [entry(places[(number + i) % len(places)], f"{number}.{i}") for i in range(STARTS)]
        with Peer(server, cast.bob.token) as peer:
            return [peer.v8("POST", "/time_entries/start", body) for body in wanted]

    with watched(server, cast.bob) as sights:
        replies = at_once([partial(client, number) for number in range(32)])
    assert {reply.status for own in replies for reply in own} == {200}
    assert max(sights) == 1
    with Peer(server, cast.bob.token) as peer:
        entries = listed(peer)
    assert len(entries) == 32 * STARTS
    assert_one_after_the_other(entries)


def test_starting_stopping_and_deleting_at_once_never_leaves_two_running(server: Server, cast: Cast) -> None:
    places = [cast.acme.id, cast.bob.home]
    with watched(server, cast.bob) as sights:
        replies = at_once([partial(act_at_random, server, cast.bob, places, seed) for seed in range(8)])
    # What another client has deleted meanwhile cannot be stopped.
    assert {reply.status for own in replies for reply in own} <= {200, 404}
    assert max(sights) == 1
    with Peer(server, cast.bob.token) as peer:
        entries = listed(peer)
        assert_no_overlap(entries)
        running = [entry for entry in entries if entry["duration"] < 0]
        current = peer.v8("GET", "/time_entries/current").data
        assert running == ([current] if current else [])
        # Nothing is left behind that would hinder the next one.
        fresh = peer.v8("POST", "/time_entries/start", entry(cast.acme.id, "fresh")).data
        assert peer.v8("GET", "/time_entries/current").data == fresh


def act_at_random(server: Server, person: Person, workspace_ids: list[int], seed: int) -> list[Reply]:
    choose = random.Random(seed)
    replies = []
    with Peer(server, person.token) as peer:
        for i in range(40):
            replies.append(peer.v8("GET", "/time_entries/current"))
            running = replies[-1].data
            action = choose.choice(["start", "start", "stop", "delete"])
            if action == "start" or running is None:
                body = entry(choose.choice(workspace_ids), f"{seed}.{i}")
                replies.append(peer.v8("POST", "/time_entries/start", body))
            elif action == "stop":
                replies.append(peer.v8("PUT", f"/time_entries/{running['id']}/stop"))
            else:
                replies.append(peer.v8("DELETE", f"/time_entries/{running['id']}"))
    return replies
