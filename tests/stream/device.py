"""A device that listens: a real web socket client, and what it has been told."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.server import Server

# A promise, and one more for a busy machine.
IN_TIME = 0.2
PATIENCE = 5.0
LARGEST = 10 * 1024 - 1
Message = dict[str, Any]


class Device:
    """A connection to the stream; a context manager that hangs up."""

    def __init__(self, server: Server, path: str = "/stream", **options: Any) -> None:
        url = server.url.replace("http://", "ws://") + path
        self._opening = connect(url, max_size=LARGEST, open_timeout=PATIENCE, close_timeout=1, **options)
        self.socket: ClientConnection
        # What was told before the first sign of life: what happened before this device came.
        self._missed: deque[Message] = deque()

    def __enter__(self) -> Device:
        self.socket = self._opening.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._opening.__exit__(None, None, None)

    def listen(self, token: str, since: float | None = None) -> Device:
        """Say whose device this is, and wait for the first sign of life: from then on it is told everything."""
        said: Message = {"type": "authenticate", "api_token": token}
        self.say(said if since is None else said | {"since": since})
        while (message := self._receive(PATIENCE)) != {"type": "ping", "model": None}:
            self._missed.append(message)
        return self

    def say(self, message: object, *, binary: bool = False) -> None:
        """Send a message."""
        text = json.dumps(message)
        self.socket.send(text.encode() if binary else text)

    def next(self, seconds: float = PATIENCE) -> Message:
        """The next change."""
        if self._missed:
            return self._missed.popleft()
        end = time.monotonic() + seconds
        while True:
            message = self._receive(end - time.monotonic())
            if "action" in message:
                return message

    def take(self, count: int) -> list[tuple[str, str, Any]]:
        """The next changes, as action, model and data."""
        return [(it["action"], it["model"], it["data"]) for it in (self.next() for _ in range(count))]

    def until(self, true: Callable[[Message], Any], seconds: float = PATIENCE) -> Message:
        """The first change for which it is true, whatever comes before."""
        end = time.monotonic() + seconds
        while True:
            message = self.next(end - time.monotonic())
            if true(message):
                return message

    def silent(self, seconds: float = 0.5) -> list[Message]:
        """The changes that come within some time; a test hopes for none."""
        found = []
        end = time.monotonic() + seconds
        while True:
            try:
                found.append(self.next(end - time.monotonic()))
            except TimeoutError:
                return found

    def first_sign(self, seconds: float = PATIENCE) -> Message:
        """The next message, whatever it is."""
        return self._receive(seconds)

    def closed(self, seconds: float = PATIENCE, told: list[Message] | None = None) -> int:
        """The code that the server closes with; `told` takes what it sends before."""
        with pytest.raises(ConnectionClosed) as closed:
            self._drain(time.monotonic() + seconds, [] if told is None else told)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code

    def _drain(self, end: float, told: list[Message]) -> None:
        while True:
            told.append(self._receive(end - time.monotonic()))

    def _receive(self, seconds: float) -> Message:
        message: Message = json.loads(self.socket.recv(timeout=max(seconds, 0)))
        return message
