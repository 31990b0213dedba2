"""A real server in a thread, a small application behind it, and a peer with a bare socket in front of it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import uvicorn
from msgspec import Struct

from hourhand.api.guard import Limits, guarded

Address = tuple[str, int]
App = Callable[[Any, Any, Any], Awaitable[None]]

_DEFAULT = Limits()


@contextmanager
def served(app: App, limits: Limits = _DEFAULT, **config: Any) -> Iterator[Address]:
    """The address of a server that runs until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings: dict[str, Any] = {"ws": "none", "lifespan": "off", "log_config": None, "access_log": False, **config}
    server = uvicorn.Server(uvicorn.Config(app, http=guarded(limits), **settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield listening.getsockname()
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
        listening.close()
    assert not thread.is_alive()


def wait_for(true: Callable[[], Any], seconds: float = 5) -> None:
    """Return once `true()` is; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


class Answer(Struct):
    """An answer as it came. Names of headers are in lower case; one sent twice holds both values."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class Peer:
    """A connection that sends any bytes at all. Nothing waits longer than five seconds."""

    def __init__(self, address: Address, source: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(address, timeout=5, source_address=(source, 0))
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, *pieces: bytes, pause: float = 0) -> Peer:
        """Send the pieces, with a pause before each but the first, until the server takes no more."""
        for number, piece in enumerate(pieces):
            time.sleep(pause if number else 0)
            try:
                self.socket.sendall(piece)
            except ConnectionError:
                break
        return self

    def answer(self) -> Answer:
        """The next answer. Answers have a Content-Length here."""
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(": ")
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        return Answer(status, headers, self._file.read(int(headers.get("content-length", "0"))))

    def rest(self) -> bytes:
        """All that still comes. Fails if the server does not close."""
        try:
            return self._file.read()
        except ConnectionError:
            return b""


def ask(address: Address, *pieces: bytes) -> Answer:
    """The answer to one request on a connection of its own."""
    with Peer(address) as peer:
        return peer.send(*pieces).answer()


def request(target: str = "/", *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """The bytes of a request."""
    return "\r\n".join((f"{method} {target} HTTP/1.1", "Host: here", *headers, "", "")).encode() + body


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with what it was given."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        pieces.append(message["body"].decode("latin-1"))
        if not message["more_body"]:
            break
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "raw_path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "headers": {name.decode(): value.decode("latin-1") for name, value in scope["headers"]},
        "pieces": pieces,
        "request_id": scope["state"].get("request_id"),
    }
    await answer_with(send, json.dumps(seen).encode())


async def answer_with(send: Any, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Answer 200 with a body."""
    sized = [(b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": 200, "headers": sized})
    await send({"type": "http.response.body", "body": body})


class Seen:
    """An application that echoes, and remembers which paths reached it."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        await echo(scope, receive, send)


def memory() -> int:
    """What this process, server and all, holds in memory, in bytes."""
    resident: int = psutil.Process().memory_info().rss
    return resident
