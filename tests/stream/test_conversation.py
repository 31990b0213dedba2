"""The conversation itself: who may listen, what a client may say, and what becomes of those who say something else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.cast import Cast
from tests.server import Peer, Server
from tests.stream.conftest import Asks, Listens
from tests.stream.device import Device

GARBAGE: list[str | bytes] = [
    "",
    "hello",
    "null",
    "[]",
    "{}",
    '{"type": 7}',
    '{"type":"subscribe"}',
    '{"type":"authenticate","api_token":"a","since":"soon"}',
    '{"type":"authenticate","since":{}}',
    '"\\ud800"',
    b"\x00\xff",
    "[" * 1500,
    "x" * 3000,
]


def hello(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"type": "authenticate", "api_token": cast.ann.token, **more}


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server on one engine, because none of this has to do with it."""
    with Server(sqlite_url, tmp_path) as server:
        yield server


def test_a_client_says_who_it_is_in_a_text_or_a_binary_frame(server: Server, cast: Cast, asks: Asks) -> None:
    ann = asks(cast.ann)
    for path, binary in (("/stream", False), ("/stream", True), ("/ws", False), ("/ws", True)):
        with Device(server, path) as device:
            device.say({"type": "pong"})
            device.say(hello(cast, more="than we know"), binary=binary)
            assert device.first_sign() == {"type": "ping", "model": None}
            name = f"{path} {binary}"
            ann.v8("POST", "/tags", {"tag": {"name": name, "wid": cast.acme.id}})
            assert device.next()["data"]["name"] == name


def test_what_a_client_says_later_changes_nothing(cast: Cast, listens: Listens, asks: Asks) -> None:
    device, ann = listens(cast.ann), asks(cast.ann)
    device.say({"type": "pong"})
    device.say(hello(cast, api_token="wrong"))
    device.socket.send(b"\xff\xfe")
    device.socket.send("")
    ann.v8("POST", "/tags", {"tag": {"name": "dull", "wid": cast.acme.id}})
    assert device.next()["data"]["name"] == "dull"


def test_a_bad_token_is_closed_upon(server: Server, cast: Cast) -> None:
    tokens: list[Any] = ["", "0" * 32, "x" * 1000, None, 7, ["a"], {}]
    for token in tokens:
        with Device(server) as device:
            device.say(hello(cast, api_token=token))
            assert device.closed() == 1008, token


def test_who_says_something_else_first_is_closed_upon(server: Server) -> None:
    for frame in GARBAGE:
        with Device(server) as device:
            with suppress(ConnectionClosed):
                for _ in range(6):
                    device.socket.send(frame)
            assert device.closed() == 1008, frame


def test_who_says_nothing_but_pong_does_not_get_to_say_it_for_ever(server: Server) -> None:
    with Device(server) as device:
        for _ in range(5):
            device.say({"type": "pong"})
        assert device.closed() == 1008


def test_a_message_that_is_too_large_is_closed_upon(server: Server, cast: Cast, listens: Listens) -> None:
    for device in (Device(server), listens(cast.ann)):
        with device:
            device.socket.send("x" * 5000)
            assert device.closed() == 1009


def test_who_talks_without_end_is_closed_upon(cast: Cast, listens: Listens) -> None:
    device = listens(cast.ann)
    with suppress(ConnectionClosed):
        for _ in range(100):
            device.say({"type": "pong"})
    assert device.closed() == 1008


def test_who_is_silent_has_ten_seconds_and_who_listens_gets_a_sign_of_life(
    server: Server, cast: Cast, listens: Listens
) -> None:
    listening, began = listens(cast.ann), time.monotonic()
    with Device(server) as silent:
        assert silent.closed(12) == 1008
        assert 9 < time.monotonic() - began < 12
        assert listening.first_sign(0.1) == {"type": "ping", "model": None}


def test_pages_of_our_own_and_listed_ones_may_listen_and_no_others(sqlite_url: str, tmp_path: Path) -> None:
    with Server(sqlite_url, tmp_path, cors_origins="https://page.example") as server:
        for origin in ("https://localhost", "https://page.example", server.url):
            with Device(server, origin=origin) as device:
                device.say({"type": "authenticate", "api_token": "wrong"})
                assert device.closed() == 1008
        for origin in ("https://evil.example", "http://localhost", "null", "https://localhost.evil.example"):
            with pytest.raises(InvalidStatus) as refused, Device(server, origin=origin):
                pass
            assert refused.value.response.status_code == 403


def test_elsewhere_there_is_nothing_to_listen_to(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused, Device(server, "/api/v8/stream"):
        pass
    assert refused.value.response.status_code == 404
    with Peer(server) as peer:
        assert peer("GET", "/stream").status == 404


def test_a_conversation_is_one_line_in_the_log_without_its_token(server: Server, cast: Cast) -> None:
    with Device(server) as device:
        device.listen(cast.ann.token)
    with Device(server) as device:
        device.say(hello(cast, api_token="wrong"))
        device.closed()
    end = time.monotonic() + 5
    while len(lines := [it for it in map(json.loads, server.stdout.splitlines()) if it["path"] == "/stream"]) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert [(it["method"], it["status"], "traceback" in it) for it in lines] == [("GET", 101, False)] * 2
    assert cast.ann.token not in server.stdout
    assert server.stderr.count("\n") == 3  # what it says at its start
