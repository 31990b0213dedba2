"""The log as lines: none can be forged, and none is lost."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hourhand.api.edge import Edge, json_lines
from tests.edge.served import ask, request

FORGERIES = ["\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\x1b[2K", "\x9b", "\udc80", "\x00", '"}\n{"a": "']


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_value_can_forge_a_line_of_the_log(forgery: str) -> None:
    stream = io.BytesIO()

    async def write() -> None:
        log = json_lines(stream)
        log({"path": f"a{forgery}b"})
        log({"path": "c"})
        log.flush()

    asyncio.run(write())
    first, second = stream.getvalue().decode("ascii").splitlines()
    assert json.loads(first) == {"path": f"a{forgery}b"}
    assert json.loads(second) == {"path": "c"}
    assert first.isprintable()


def test_lines_are_written_soon_without_being_asked_for() -> None:
    stream = io.BytesIO()

    async def write() -> None:
        log = json_lines(stream)
        log({"a": 1})
        assert stream.getvalue() == b""
        await asyncio.sleep(0.08)
        assert stream.getvalue() == b'{"a":1}\n'

    asyncio.run(write())


def test_lines_are_written_before_the_application_is_said_to_be_down() -> None:
    stream = io.BytesIO()
    written = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "lifespan.shutdown.complete"})

    async def send(_message: Any) -> None:
        written.append(stream.getvalue())

    async def stop() -> None:
        log = json_lines(stream)
        log({"a": 1})
        await Edge(app, log=log)({"type": "lifespan"}, asyncio.Event().wait, send)  # type: ignore[arg-type] # never asked

    asyncio.run(stop())
    assert written == [b'{"a":1}\n']


SERVER = """
import socket, sys, uvicorn
from hourhand.api.edge import Edge, json_lines
from tests.edge.served import echo
async def app(scope, receive, send):
    if scope["type"] == "http":
        return await echo(scope, receive, send)
    for kind in "startup", "shutdown":
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})
edge = Edge(app, log=json_lines(sys.stdout.buffer))
uvicorn.run(edge, fd=int(sys.argv[1]), lifespan="on", ws="none", log_config=None, access_log=False)
"""


def test_no_line_is_lost_when_the_server_is_told_to_stop() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(listening.fileno())],
            pass_fds=[listening.fileno()],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        with server:
            answer = ask(listening.getsockname(), request())
            server.send_signal(signal.SIGTERM)
            written, _ = server.communicate(timeout=10)
    assert [json.loads(line)["request_id"] for line in written.splitlines()] == [answer.headers["x-request-id"]]
