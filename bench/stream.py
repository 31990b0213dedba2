"""`python -m bench.stream [--listeners N …] [--rounds N]`: what listening costs, and how long it takes to be told.

One workspace with as many people as listen, each from a connection of their own. Two kinds of change, by turns: an
entry, of which its owner alone is told, and a tag, of which everybody is. A latency runs from the moment the request is
sent until the message is there, and so includes the request.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import struct
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

import uvloop
from msgspec import Struct

from bench import servers, talking
from bench.load import percentile
from bench.servers import Server
from hourhand.core import members, new_accounts, tokens, workspaces
from hourhand.core.actor import Actor
from hourhand.core.secrets import open_vault
from hourhand.db import Tx, open_database
from hourhand.db.migrate import migrate

LISTENERS = (200, 1000)
ROUNDS = 40
IDLE_SECONDS = 10.0
PAUSE_SECONDS = 0.05
MOST_SECONDS = 300
# Besides its connections a process has its libraries, its database and its log open.
OTHER_FILES = 100
# One address may have only so many connections, and all of 127.0.0.0/8 is this machine.
PER_ADDRESS = 150
_HEAD = """\
| listeners | KiB each | idle, µs/s each | own, p50/p99 ms | all, p50/p99 ms | a message, µs | write, µs | unheard, µs |
|---|---|---|---|---|---|---|---|"""


class World(Struct, frozen=True):
    """Who listens: their tokens, and the workspace they are all in."""

    tokens: list[str]
    workspace_id: int


class Listening(Struct, frozen=True):
    """What was measured with so many listeners. Times are in milliseconds, costs in microseconds of processor time."""

    listeners: int
    kilobytes: float
    idle: float
    alone: list[float]
    all: list[float]
    a_message: float
    a_write: float
    a_write_unheard: float


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(prog="python -m bench.stream", description="Measure what listening costs.")
    arguments.add_argument("--listeners", type=int, nargs="+", default=LISTENERS, help="how many listen")
    arguments.add_argument("--rounds", type=int, default=ROUNDS, help="changes of each kind")
    given = arguments.parse_args()
    print(_HEAD)
    for count in given.listeners:
        with tempfile.TemporaryDirectory(prefix="hourhand-bench-") as folder:
            print(_line(measure(Path(folder), count, given.rounds)), flush=True)


def measure(folder: Path, count: int, rounds: int) -> Listening:
    """Let so many people listen to a server of their own, with its database in a folder, and make changes."""
    _allow_files(count + OTHER_FILES)
    database, key = folder / "hourhand.db", folder / "secret.key"
    world = _seed(database, key, count)
    with servers.hourhand(database, key) as server:
        return uvloop.run(asyncio.wait_for(_listen(server, world, rounds), MOST_SECONDS))


def _line(found: Listening) -> str:
    alone, everybody = (
        f"{percentile(times, 0.5):.1f} / {percentile(times, 0.99):.1f}" for times in (found.alone, found.all)
    )
    return (
        f"| {found.listeners} | {found.kilobytes:.0f} | {found.idle:.0f} | {alone} | {everybody}"
        f" | {found.a_message:.0f} | {found.a_write:.0f} | {found.a_write_unheard:.0f} |"
    )


def _allow_files(count: int) -> None:
    """Let this process and the servers that it starts have so many files open; most machines allow 1,024 at first."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if count > allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, most))


def _seed(path: Path, key: Path, count: int) -> World:
    database = open_database(f"sqlite:///{path}", serving=True)
    try:
        migrate(database)
        vault = open_vault(key)

        def people(tx: Tx) -> World:
            made = [
                new_accounts.create(tx, vault, new_accounts.Draft(f"person{number}@example.org"), None)
                for number in range(count)
            ]
            owner = Actor(made[0].id, tx.now)
            workspace_id = workspaces.create(tx, owner, workspaces.Draft("All")).id
            for account in made[1:]:
                members.join(tx, owner, workspace_id, account.id, "member")
            return World([tokens.shown(tx, vault, account.id) or "" for account in made], workspace_id)

        return database.write_now(people)
    finally:
        database.close()


async def _listen(server: Server, world: World, rounds: int) -> Listening:
    async with asyncio.timeout(MOST_SECONDS):
        await _writes(server, world, rounds)  # the first ones of a process cost more
        unheard = await _writes(server, world, rounds)
        memory = server.megabytes()[0]
        ears = [await _connect(server, token, number) for number, token in enumerate(world.tokens)]
        await asyncio.gather(*(ear.ready for ear in ears))
        kilobytes = (server.megabytes()[0] - memory) * 1024 / len(ears)
        idle = await _idle(server, len(ears))
        heard = await _writes(server, world, rounds)
        await asyncio.sleep(1)
        alone, everybody, cost = await _changes(server, world, ears, rounds)
        for ear in ears:
            ear.close()
    return Listening(len(ears), kilobytes, idle, alone, everybody, cost, heard, unheard)


async def _idle(server: Server, count: int) -> float:
    await asyncio.sleep(1)
    cpu = server.cpu()
    await asyncio.sleep(IDLE_SECONDS)
    return (server.cpu() - cpu) / IDLE_SECONDS / count * 1e6


async def _writes(server: Server, world: World, rounds: int) -> float:
    """What an entry costs, on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    cpu = server.cpu()
    for number in range(10 * rounds):
        token = world.tokens[number % len(world.tokens)]
        await talking.post(reader, writer, token, "/api/v8/time_entries", _entry(world))
    spent = server.cpu() - cpu
    writer.close()
    return spent / (10 * rounds) * 1e6


async def _changes(
    server: Server, world: World, ears: list[Ear], rounds: int
) -> tuple[list[float], list[float], float]:
    alone: list[float] = []
    everybody: list[float] = []
    spent = 0.0
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for number in range(rounds):
        token, ear = world.tokens[number % len(ears)], ears[number % len(ears)]
        alone += await _told(
            [ear],
            talking.post(reader, writer, token, "/api/v8/time_entries", _entry(world)),
        )
        await asyncio.sleep(PAUSE_SECONDS)
        cpu = server.cpu()
        tag = {"tag": {"name": f"tag {number}", "wid": world.workspace_id}}
        everybody += await _told(ears, talking.post(reader, writer, token, "/api/v8/tags", tag))
        spent += server.cpu() - cpu
        await asyncio.sleep(PAUSE_SECONDS)
    writer.close()
    return alone, everybody, spent / rounds / len(ears) * 1e6


async def _told(ears: list[Ear], request: Awaitable[None]) -> list[float]:
    """How long after a request each of these is told of it, in milliseconds."""
    told = [ear.expect() for ear in ears]
    began = time.perf_counter()
    await request
    return [(moment - began) * 1000 for moment in await asyncio.gather(*told)]


def _entry(world: World) -> object:
    return {"time_entry": _ENTRY | {"wid": world.workspace_id}}


_ENTRY = {"description": "Meeting", "start": "2026-01-01T00:00:00Z", "duration": 60, "created_with": "bench"}


async def _connect(server: Server, token: str, number: int) -> Ear:
    loop = asyncio.get_running_loop()
    address = (f"127.0.0.{1 + number // PER_ADDRESS}", 0)
    _, ear = await loop.create_connection(lambda: Ear(token), "127.0.0.1", server.port, local_addr=address)
    return ear


class Ear(asyncio.Protocol):
    """A connection that listens, and does as little else as it can. `ready` is settled by the first sign of life."""

    def __init__(self, token: str) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self._said = f'{{"type":"authenticate","api_token":"{token}"}}'.encode()
        self._expected: asyncio.Future[float] | None = None
        self._received = b""
        self._open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvloop
        self._transport = transport
        transport.write(
            b"GET /stream HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._open:
            self._shake_hands()
        while self._open and (frame := self._frame()) is not None:
            if b'"ping"' in frame[:20]:
                if not self.ready.done():
                    self.ready.set_result(None)
            elif self._expected is not None and not self._expected.done():
                self._expected.set_result(time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in (self.ready, self._expected):
            if waiting is not None and not waiting.done():
                waiting.set_exception(exc or ConnectionError("the server closed a connection"))

    def expect(self) -> asyncio.Future[float]:
        """When the next message that is no sign of life is there."""
        self._expected = asyncio.get_running_loop().create_future()
        return self._expected

    def close(self) -> None:
        """Hang up."""
        assert self._transport is not None
        self._transport.close()

    def _shake_hands(self) -> None:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if end:
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._received = True, rest
            assert self._transport is not None
            # Masked with zeros, which changes nothing.
            self._transport.write(bytes([0x81, 0x80 | len(self._said), 0, 0, 0, 0]) + self._said)

    def _frame(self) -> bytes | None:
        if len(self._received) < 2:
            return None
        size, begin = self._received[1], 2
        if size == 126:
            if len(self._received) < 4:
                return None
            size, begin = struct.unpack(">H", self._received[2:4])[0], 4
        if len(self._received) < begin + size:
            return None
        frame, self._received = self._received[begin : begin + size], self._received[begin + size :]
        return frame


if __name__ == "__main__":
    main()
