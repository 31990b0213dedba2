"""What webhooks cost: how long after a change its subscriber is told, how many are told in a second, and what the log
that they are told from costs those who write.

Everything is on this machine. A latency runs from the moment the request is sent until the event is there, and so
includes the request.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from bench import load, operations, servers, talking
from bench.load import Load
from bench.operations import CREATE
from bench.seed import Person, Size, World, seed
from bench.servers import Server

MOST_SECONDS = 300
PAUSE_SECONDS = 0.02
# A thing each, as they come from people who work: deliveries of one thing wait for each other.
ENTRIES = 20_000
_PEOPLE = Size(1, 100, 20)
_NETWORKS = "127.0.0.0/8"
_HOOKS = "/webhooks/api/v1/subscriptions"


class Webhooks(Struct, frozen=True):
    """All that was measured. Latencies are in milliseconds: with a subscriber who answers at once, and with another
    beside it who takes every call and answers none.

    A worker made so many `deliveries`, in `elapsed` seconds and with `cpu` seconds of processor time. `logged` and
    `unlogged` are rounds of writes with and without the event log, in turn.
    """

    alone: list[float]
    beside_slow: list[float]
    deliveries: int
    elapsed: float
    cpu: float
    logged: list[Load]
    unlogged: list[Load]

    @property
    def log(self) -> float:
        """What a write costs, as a multiple of what it costs without the log."""
        return statistics.median(a.cpu / b.cpu for a, b in zip(self.logged, self.unlogged, strict=True))


def measure(folder: Path, changes: int, deliveries: int, rounds: int) -> Webhooks:
    """Measure with a database of its own; so many changes with each kind of subscriber, and so many to be caught up."""
    folder.mkdir()
    database, key = folder / "hourhand.db", folder / "secret.key"
    world = seed(database, key, ENTRIES, int(time.time()), _PEOPLE)
    logged, unlogged = _log(database, key, world, rounds)
    with servers.hourhand(database, key, webhook_allow_networks=_NETWORKS) as server:
        alone, beside_slow = _run(_latencies(server, world, changes))
    elapsed, cpu = _run(_caught_up(database, key, world, deliveries))
    return Webhooks(alone, beside_slow, deliveries, elapsed, cpu, logged, unlogged)


def _run(work: Any) -> Any:
    return uvloop.run(asyncio.wait_for(work, MOST_SECONDS))


def _log(database: Path, key: Path, world: World, rounds: int) -> tuple[list[Load], list[Load]]:
    """The same writes by two servers in turn; the first round of each is not counted."""
    copy = database.with_name("unlogged.db")
    copy.write_bytes(database.read_bytes())
    logged: list[Load] = []
    unlogged: list[Load] = []
    with servers.hourhand(database, key) as ours, servers.unlogged_hourhand(copy, key) as other:
        for number in range(rounds + 1):
            turns = [(ours, logged), (other, unlogged)]
            for server, loads in turns if number % 2 else reversed(turns):
                loads.append(load.send(server, CREATE.requests(world, CREATE.count, [])))
    return logged[1:], unlogged[1:]


async def _latencies(server: Server, world: World, changes: int) -> tuple[list[float], list[float]]:
    quick, slow = Receiver(), Receiver(answers=False)
    async with await quick.listen(), await slow.listen():
        with _Asking(server, world.reader) as ask:
            await ask.subscribe(quick, "quick")
            await _told(ask, quick, changes // 4, "warm")
            alone = await _told(ask, quick, changes, "alone")
            await ask.subscribe(slow, "slow")
            beside_slow = await _told(ask, quick, changes, "beside")
            assert slow.events, "the slow one was not told, so nothing was measured"
    return alone, beside_slow


async def _told(ask: _Asking, receiver: Receiver, changes: int, name: str) -> list[float]:
    """How long after each change it is told, in milliseconds."""
    latencies = []
    for number in range(changes):
        told, began = receiver.expect(f"{name} {number}"), time.perf_counter()
        await ask.tag(f"{name} {number}")
        latencies.append((await told - began) * 1000)
        await asyncio.sleep(PAUSE_SECONDS)
    return latencies


async def _caught_up(database: Path, key: Path, world: World, count: int) -> tuple[float, float]:
    """How long one worker takes for what has waited for it: seconds, and seconds of processor time."""
    receiver = Receiver()
    async with await receiver.listen():
        with servers.hourhand(database, key, worker="off", webhook_allow_networks=_NETWORKS) as server:
            with _Asking(server, world.reader) as ask:
                await ask.subscribe(receiver, "late")
            requests = operations.tags(world, count)
            await asyncio.to_thread(load.send, server, requests)
        assert not receiver.events
        with servers.worker(database, key, webhook_allow_networks=_NETWORKS) as worker:
            await receiver.reached(1)
            began, cpu = time.perf_counter(), worker.cpu()
            await receiver.reached(count)
            return time.perf_counter() - began, worker.cpu() - cpu


class Receiver:
    """Takes what is delivered, and answers at once, or not at all. Events are told apart by the names of their tags."""

    def __init__(self, *, answers: bool = True) -> None:
        self.events: set[str] = set()
        self.url = ""
        self._answers = answers
        self._expected: dict[str, asyncio.Future[float]] = {}
        self._reached: dict[int, asyncio.Future[None]] = {}

    async def listen(self) -> asyncio.Server:
        """Be there for whoever calls."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server

    def expect(self, name: str) -> asyncio.Future[float]:
        """When it is told of the tag of this name."""
        self._expected[name] = asyncio.get_running_loop().create_future()
        return self._expected[name]

    def reached(self, count: int) -> asyncio.Future[None]:
        """When it has been told of so many tags."""
        self._reached[count] = asyncio.get_running_loop().create_future()
        return self._reached[count]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled it is at the end, while it keeps somebody waiting.
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            said = msgspec.json.decode((await talking.message(reader))[1])
            if said["payload"] == "ping":
                await _answer(writer, msgspec.json.encode({"validation_code": said.get("validation_code")}))
                return
            self._note(said["payload"]["name"])
            if self._answers:
                await _answer(writer, b"")
            else:
                await reader.read()
        writer.close()

    def _note(self, name: str) -> None:
        self.events.add(name)
        if name in self._expected:
            self._expected.pop(name).set_result(time.perf_counter())
        if len(self.events) in self._reached:
            self._reached.pop(len(self.events)).set_result(None)


class _Asking:
    """One person's requests, on a connection; a context manager that hangs up."""

    def __init__(self, server: Server, person: Person) -> None:
        self._server = server
        self._person = person
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def __enter__(self) -> _Asking:
        return self

    def __exit__(self, *error: object) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def tag(self, name: str) -> None:
        """Make a tag."""
        await self._ask("/api/v8/tags", {"tag": {"name": name, "wid": self._person.workspace_id}})

    async def subscribe(self, receiver: Receiver, name: str) -> None:
        """Have a receiver told of all new tags."""
        wanted = {
            "url_callback": receiver.url,
            "event_filters": [{"entity": "tag", "action": "created"}],
            "enabled": True,
            "description": name,
            "secret": "bench",
        }
        await self._ask(f"{_HOOKS}/{self._person.workspace_id}", wanted)

    async def _ask(self, path: str, content: object) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._server.port)
        await talking.post(*self._streams, self._person.token, path, content)


async def _answer(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))
    await writer.drain()
    writer.close()
