"""Everybody at the stream: who is let in, and who is told of a change of which thing, on both engines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec import Struct

from hourhand.api.v8.stream import PATHS
from tests.matrix import requests, world
from tests.matrix.conftest import ENGINES, url_for
from tests.matrix.table import ALLOWED, MATRIX, STREAM, WITHOUT_CREDENTIALS, Row
from tests.matrix.world import NAMES, World
from tests.server import Peer, Server
from tests.stream.device import Device, Message

# Those who may change the things that this is about.
CHANGING = ("ann", "eve")
LAST = {"user": {"fullname": "The last thing to be told"}}
# For what comes at the same time as the last thing.
_AFTER_SECONDS = 0.3


class Served(Struct, frozen=True):
    """The world, and a server process that serves it."""

    server: Server
    world: World


@pytest.fixture(scope="module", params=ENGINES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The world on one engine, for all tests of this module."""
    folder = tmp_path_factory.mktemp("served")
    with Server(url_for(request, folder), folder) as server:
        with server.visit() as (database, _):
            there = world.build(database, folder)
        yield Served(server, there)


def test_everybody_is_told_of_what_the_table_says(served: Served) -> None:
    server, there = served.server, served.world
    with ExitStack() as stack:
        listening = [name for name in NAMES if name not in WITHOUT_CREDENTIALS]
        devices = {
            (name, path): stack.enter_context(Device(server, path)).listen(there.people[name].token)
            for name in listening
            for path in PATHS
        }
        for key, row in STREAM.items():
            _change(server, there, key, row)
        told = _told(server, there, devices)
    wrong = [
        f"{name} at {path}, {key}, {column}: not {said}"
        for (name, path), messages in told.items()
        for key, row in STREAM.items()
        for column in row.columns
        if (said := row.cells()[name, column]) != _heard(there, messages, key, row, column)
    ]
    wrong += [
        f"{name} at {path} hears {it.text!r}"
        for (name, path), messages in told.items()
        for it in there.secrets
        if name not in it.readers and it.text in json.dumps(messages)
    ]
    assert wrong == []


def test_nobody_listens_without_valid_credentials(served: Served) -> None:
    people = served.world.people
    for path in PATHS:
        for token in (None, "", "0" * 32, people["fred"].token, f"{people['ann'].token} "):
            with Device(served.server, path) as device:
                device.say({"type": "authenticate", "api_token": token})
                told: list[Message] = []
                assert (device.closed(told=told), told) == (1008, []), token


@pytest.mark.parametrize("key", STREAM)
def test_whatever_somebody_is_told_of_they_may_look_at(key: str) -> None:
    """Nobody is told of a thing who would be answered that it is not there."""
    shown = MATRIX[key].cells()
    told = {cell for cell, said in STREAM[key].cells().items() if said == "told"}
    assert [cell for cell in told if shown[cell] not in ALLOWED | {"deny"}] == []


def _change(server: Server, there: World, key: str, row: Row) -> None:
    for column in row.columns:
        method, path = requests.address_of(there, key, row, column)
        cells = MATRIX[key].cells()
        name = next(it for it in CHANGING if cells[it, column] in ALLOWED)
        with Peer(server, there.people[name].token) as peer:
            assert peer.v8(method, path, requests.body_of(there, MATRIX[key], column)).status == 200


def _told(server: Server, there: World, devices: dict[tuple[str, str], Device]) -> dict[tuple[str, str], list[Message]]:
    """What everybody is told until their own profile is the news, and at the same time."""
    for name in {name for name, _ in devices}:
        with Peer(server, there.people[name].token) as peer:
            assert peer.v8("PUT", "/me", LAST).status == 200
    told = {listening: _until_the_last(device) for listening, device in devices.items()}
    time.sleep(_AFTER_SECONDS)
    for listening, device in devices.items():
        told[listening] += device.silent(0.01)
    return told


def _until_the_last(device: Device) -> list[Message]:
    told = [device.next()]
    while told[-1]["data"].get("fullname") != LAST["user"]["fullname"]:
        told.append(device.next())
    return told


def _heard(there: World, messages: list[Message], key: str, row: Row, column: str) -> str:
    [model] = MATRIX[key].body
    [thing_id] = there.ids(row.kind, column)
    return "told" if (model, thing_id) in {(it["model"], it["data"]["id"]) for it in messages} else "-"
