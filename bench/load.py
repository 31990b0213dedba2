"""The load: some connections, each of which sends its next request when the last one is answered, or a while later."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator

import uvloop
from msgspec import Struct

from bench.servers import Server

CONNECTIONS = 32
MOST_SECONDS = 60
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Load(Struct, frozen=True):
    """What it cost to answer some requests. `bodies` are in the order of the requests; times are in seconds."""

    count: int
    cpu: float
    elapsed: float
    latencies: list[float]
    bodies: list[bytes]

    @property
    def microseconds(self) -> float:
        """Processor time of the server a request."""
        return self.cpu / self.count * 1e6

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.elapsed

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the requests did not exceed."""
        return percentile(self.latencies, share) * 1000


def send(server: Server, requests: list[bytes], *, connections: int = CONNECTIONS, pause: float = 0) -> Load:
    """Send requests over so many connections, with about so many seconds before each.

    Raises when one is not answered with 200, or all take too long.
    """
    return uvloop.run(asyncio.wait_for(_send(server, requests, connections, pause), MOST_SECONDS))


async def _send(server: Server, requests: list[bytes], count: int, pause: float) -> Load:
    loop = asyncio.get_running_loop()
    bodies, latencies = [b""] * len(requests), [0.0] * len(requests)
    waiting = iter(range(len(requests)))
    connections = [_Connection(requests, waiting, bodies, latencies, pause) for _ in range(count)]
    for connection in connections:
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", server.port)  # type: ignore[misc]
    cpu, began = server.cpu(), time.perf_counter()
    for connection in connections:
        connection.rest()
    await asyncio.gather(*(connection.done for connection in connections))
    elapsed, used = time.perf_counter() - began, server.cpu() - cpu
    for connection in connections:
        connection.close()
    return Load(len(requests), used, elapsed, latencies, bodies)


class _Connection(asyncio.Protocol):
    """One keep-alive connection. `done` is settled when there is nothing left to send."""

    def __init__(
        self, requests: list[bytes], waiting: Iterator[int], bodies: list[bytes], latencies: list[float], pause: float
    ) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._waiting = waiting
        self._bodies = bodies
        self._latencies = latencies
        self._pause = pause
        self._transport: asyncio.Transport | None = None
        self._current = 0
        self._began = 0.0
        self._received = b""
        self._size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvloop
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._size:
            self._size = _size(self._received)
        if self._size and len(self._received) >= self._size:
            self._take()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed a connection"))

    def rest(self) -> None:
        """Go on after the pause; not always after the same, or all connections would send at once."""
        if self._pause:
            asyncio.get_running_loop().call_later(random.uniform(0, 2 * self._pause), self.go_on)
        else:
            self.go_on()

    def go_on(self) -> None:
        """Send the next request, if there is one."""
        following = next(self._waiting, None)
        if following is None:
            self.done.set_result(None)
            return
        assert self._transport is not None
        self._current, self._received, self._size = following, b"", 0
        self._began = time.perf_counter()
        self._transport.write(self._requests[following])

    def close(self) -> None:
        """Hang up."""
        assert self._transport is not None
        self._transport.close()

    def _take(self) -> None:
        if not self._received.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(self._received[:2000].decode(errors="replace")))
            return
        self._latencies[self._current] = time.perf_counter() - self._began
        self._bodies[self._current] = self._received[self._received.index(_END_OF_HEAD) + 4 :]
        self.rest()


def percentile(times: list[float], share: float) -> float:
    """The time that this share of them did not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _size(received: bytes) -> int:
    """How long the whole answer is; 0 while that is not known."""
    end = received.find(_END_OF_HEAD)
    if end < 0:
        return 0
    at = received.lower().index(_LENGTH, 0, end + 2) + len(_LENGTH)
    return end + 4 + int(received[at : received.index(b"\r", at)])
