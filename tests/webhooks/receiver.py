"""Somebody who is told what happens, and keeps a ledger of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from msgspec import Struct


class Call(Struct, frozen=True):
    """One request: its headers by lower-case name, and its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """What the body says."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found

    @property
    def is_ping(self) -> bool:
        return bool(self.said["payload"] == "ping")


# What is answered to a call: the status, the headers, the body.
Reply = tuple[int, dict[str, str], bytes]


def agree(call: Call) -> Reply:
    """Take it, and prove to be the subscriber's where that is asked."""
    code = call.said.get("validation_code")
    return 200, {}, b"" if code is None else msgspec.json.encode({"validation_code": code})


class Receiver:
    """An address on this machine. `answer` says what is answered; all calls are kept in `calls`."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.calls: list[Call] = []
        self.answer: Callable[[Call], Reply] = agree
        self._guard = threading.Lock()

    @property
    def events(self) -> list[dict[str, Any]]:
        """All that was told but pings, in the order in which it came."""
        return [call.said for call in self.calls if not call.is_ping]

    def take(self, call: Call) -> Reply:
        """Keep a call, and answer it."""
        with self._guard:
            self.calls.append(call)
        return self.answer(call)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that is there until the block ends."""
    receiver: Receiver

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, content = receiver.take(Call(self.path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
