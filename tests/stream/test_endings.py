"""How listening ends: rights that end, readers that do not read, servers that stop, databases that go and come."""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cast import Cast, assemble
from tests.postgres import Cluster
from tests.server import Peer, Server, command
from tests.stream.conftest import Asks, Listens
from tests.stream.device import Device, Message

PASSWORD = "correct horse"


@pytest.mark.parametrize(
    "words",
    [
        ("account", "token", "ann@example.org", "--reset"),
        ("account", "password", "ann@example.org", "--password-stdin"),
        ("account", "disable", "ann@example.org"),
    ],
)
def test_what_an_operator_ends_beside_the_server_ends_the_stream(
    words: tuple[str, ...], server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    devices, others = [listens(cast.ann), listens(cast.ann)], listens(cast.bob)
    bob = asks(cast.bob)
    assert command(server, *words, given=PASSWORD).returncode == 0
    ended = time.monotonic()
    bob.v8("POST", "/tags", {"tag": {"name": "later", "wid": cast.acme.id}})
    assert others.until(lambda it: it["model"] == "tag")["data"]["name"] == "later"
    for device in devices:
        assert device.closed() == 1008
    assert time.monotonic() - ended < 5


def test_a_reset_token_ends_the_stream_at_once_and_the_new_one_opens_another(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    fresh = ann.v8("POST", "/reset_token").json()
    with Peer(server, fresh) as again:
        again.v8("POST", "/tags", {"tag": {"name": "later", "wid": cast.acme.id}})
    told: list[Message] = []
    assert device.closed(told=told) == 1008
    assert [it for it in told if it.get("model") == "tag"] == []
    with Device(server) as other:
        other.listen(fresh)


def test_who_does_not_read_is_dropped_and_the_others_go_on(
    server: Server, cast: Cast, listens: Listens, asks: Asks
) -> None:
    ann, device = asks(cast.ann), listens(cast.ann)
    sent = {"time_entry": {"created_with": "tests", "start": "2026-01-01T00:00:00Z", "duration": 60}}
    ids = [ann.v8("POST", "/time_entries", sent).data["id"] for _ in range(50)]
    path, end = f"/time_entries/{','.join(map(str, ids))}", time.monotonic() + 30
    with _deaf(server, cast.ann.token) as deaf:
        while not _is_reset(deaf):
            text = f"{time.monotonic()} " + "x" * 2900
            assert ann.v8("PUT", path, {"time_entry": {"description": text}}).status == 200
            device.until(lambda it, text=text: it["data"].get("description") == text)  # type: ignore[misc]
            assert time.monotonic() < end


def test_a_server_that_stops_says_so_and_stops_in_time(server: Server, cast: Cast, listens: Listens) -> None:
    device = listens(cast.ann)
    with _deaf(server, cast.bob.token), Device(server) as silent:
        began = time.monotonic()
        server.terminate()
        assert device.closed() == 1012
        assert silent.closed() == 1012
        assert server.wait() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in server.stderr
    assert "traceback" not in server.stdout


def test_a_database_that_comes_back_is_listened_to_again(cluster: Cluster, postgres_url: str, tmp_path: Path) -> None:
    with Server(postgres_url, tmp_path) as server:
        with server.visit() as (database, _):
            cast = assemble(database, tmp_path)
        with Device(server) as device, Peer(server, cast.ann.token) as ann:
            device.listen(cast.ann.token)
            cluster.crash()
            time.sleep(0.5)
            cluster.revive()
            end = time.monotonic() + 10
            while ann.v8("POST", "/tags", {"tag": {"name": "back", "wid": cast.acme.id}}).status != 200:
                assert time.monotonic() < end
            assert device.next()["data"]["name"] == "back"


def test_a_client_that_vanishes_leaves_nothing_behind(server: Server, cast: Cast, listens: Listens, asks: Asks) -> None:
    for _ in range(30):
        with Device(server) as device:
            device.listen(cast.ann.token)
            # Without a good-bye: the connection is reset.
            device.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            device.socket.socket.close()
    device, ann = listens(cast.ann), asks(cast.ann)
    ann.v8("POST", "/tags", {"tag": {"name": "after", "wid": cast.acme.id}})
    assert device.next()["data"]["name"] == "after"
    assert "traceback" not in server.stdout


def _deaf(server: Server, token: str) -> socket.socket:
    """A client that says who it is and then never reads."""
    address = urlsplit(server.url)
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    assert address.hostname is not None
    assert address.port is not None
    peer.connect((address.hostname, address.port))
    peer.sendall(
        b"GET /stream HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert peer.recv(12) == b"HTTP/1.1 101"
    said = f'{{"type":"authenticate","api_token":"{token}"}}'.encode()
    # Masked with zeros, which changes nothing.
    peer.sendall(bytes([0x81, 0x80 | len(said), 0, 0, 0, 0]) + said)
    return peer


def _is_reset(peer: socket.socket) -> bool:
    """Whether the server has given the peer up: it takes no more frames. A pong of no bytes is harmless."""
    try:
        peer.sendall(bytes([0x8A, 0x80, 0, 0, 0, 0]))
    except OSError:
        return True
    return False
