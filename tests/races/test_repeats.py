"""A caller that missed the answer says it again: a create with the same guid is one entry, however often it comes.

One server of each engine does for all of these, so every test has guids of its own.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.cast import Cast, Person, assemble
from tests.postgres import Cluster
from tests.races.crowd import at_once
from tests.server import Peer, Reply, Server

START = "2024-05-01T09:00:00+00:00"
ALL = "/time_entries?start_date=2024-01-01T00:00:00Z&end_date=2099-01-01T00:00:00Z"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server process on a fresh database."""
    folder = tmp_path_factory.mktemp("server")
    url = f"sqlite:///{folder}/hourhand.db"
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.create())
    with Server(url, folder) as server:
        yield server


@pytest.fixture(scope="module")
def cast(server: Server) -> Cast:
    """The cast, made beside the running server."""
    with server.visit() as (database, _):
        return assemble(database, server.key.parent)


def finished(guid: str, **said: object) -> dict[str, Any]:
    return {"time_entry": {"guid": guid, "start": START, "duration": 60, "created_with": "races", **said}}


def sent(server: Server, person: Person, path: str, body: object) -> Reply:
    with Peer(server, person.token) as peer:
        return peer.v8("POST", path, body)


def ids_of(server: Server, person: Person, guid: str) -> list[int]:
    """The ids of all entries whose guid begins with a word."""
    with Peer(server, person.token) as peer:
        return sorted(entry["id"] for entry in peer.v8("GET", ALL).json() if entry["guid"].startswith(guid))


def _element(url: str, body: object, guid: str) -> dict[str, object]:
    return {"method": "POST", "relative_url": url, "guid": guid, "body": body}


def send_and_leave(server: Server, person: Person, body: object) -> None:
    """Send a create, and hang up before the answer comes."""
    address = urlsplit(server.url)
    content = msgspec.json.encode(body)
    head = f"POST /api/v8/time_entries HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(content)}\r\n"
    credentials = person.header["Authorization"]
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(f"{head}Authorization: {credentials}\r\n\r\n".encode() + content)


def test_a_create_that_is_said_again_is_one_entry_as_it_was_last_said(server: Server, cast: Cast) -> None:
    first = sent(server, cast.bob, "/time_entries", finished("once", description="a")).data
    again = sent(server, cast.bob, "/time_entries", finished("once", description="a")).data
    assert again == first
    later = sent(server, cast.bob, "/time_entries", finished("once", description="b")).data
    assert later["id"] == first["id"]
    with Peer(server, cast.bob.token) as peer:
        assert peer.v8("GET", f"/time_entries/{first['id']}").data == later
    assert ids_of(server, cast.bob, "once") == [first["id"]]


@pytest.mark.parametrize("path", ["/time_entries", "/time_entries/start"])
def test_creates_with_one_guid_at_once_are_one_entry(server: Server, cast: Cast, path: str) -> None:
    ids = []
    for i in range(10):
        replies = at_once([partial(sent, server, cast.bob, path, finished(f"{path}-{i}"))] * 8)
        assert {reply.status for reply in replies} == {200}
        [entry_id] = {reply.data["id"] for reply in replies}
        ids.append(entry_id)
    assert ids_of(server, cast.bob, f"{path}-") == sorted(ids)


def test_batches_that_are_said_again_at_once_make_each_thing_once(server: Server, cast: Cast) -> None:
    elements = [
        *(_element("time_entries", finished(""), f"batch-{i}") for i in range(5)),
        _element("time_entries/start", {"time_entry": {"created_with": "races"}}, "batch-runs"),
        _element("projects", {"project": {"name": "Batched"}}, "batch-project"),
        _element("tags", {"tag": {}}, "batch-refused"),
    ]
    replies = at_once([partial(sent, server, cast.bob, "/batch_updates", elements)] * 8)
    answers = [[(answer["status"], answer["body"]) for answer in reply.json()] for reply in replies]
    assert [status for status, _ in answers[0]] == [200] * 7 + [400]
    ids = {tuple(msgspec.json.decode(body)["data"]["id"] for _, body in answer[:7]) for answer in answers}
    assert len(ids) == 1
    assert ids_of(server, cast.bob, "batch-") == sorted(ids.pop()[:6])


def test_a_create_whose_answer_was_lost_is_one_entry_when_said_again(server: Server, cast: Cast) -> None:
    ids = []
    for i in range(25):
        send_and_leave(server, cast.bob, finished(f"lost-{i}"))
        ids.append(sent(server, cast.bob, "/time_entries", finished(f"lost-{i}")).data["id"])
    assert ids_of(server, cast.bob, "lost-") == sorted(ids)


def test_a_start_that_is_said_again_neither_moves_nor_resumes_the_entry(server: Server, cast: Cast) -> None:
    body = {"time_entry": {"guid": "started", "description": "a", "created_with": "races"}}
    first = sent(server, cast.bob, "/time_entries/start", body).data
    with Peer(server, cast.bob.token) as peer:
        stopped = peer.v8("PUT", f"/time_entries/{first['id']}/stop").data
        assert sent(server, cast.bob, "/time_entries/start", body).data == stopped
        assert peer.v8("GET", "/time_entries/current").data is None


def test_two_people_may_use_one_guid(server: Server, cast: Cast) -> None:
    in_acme = finished("same", wid=cast.acme.id)
    replies = at_once([partial(sent, server, person, "/time_entries", in_acme) for person in (cast.ann, cast.bob)])
    assert replies[0].data["id"] != replies[1].data["id"]


def test_stopping_and_deleting_twice_at_once_is_as_good_as_once(server: Server, cast: Cast) -> None:
    begun = sent(server, cast.bob, "/time_entries/start", finished("twice")).data

    def act(method: str, path: str) -> Reply:
        with Peer(server, cast.bob.token) as peer:
            return peer.v8(method, path)

    stops = at_once([partial(act, "PUT", f"/time_entries/{begun['id']}/stop")] * 4)
    assert len({str(reply.data) for reply in stops}) == 1
    deletes = at_once([partial(act, "DELETE", f"/time_entries/{begun['id']}")] * 4)
    assert [reply.json() for reply in deletes] == [[begun["id"]]] * 4
    assert ids_of(server, cast.bob, "twice") == []
