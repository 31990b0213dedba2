"""What reports cost a server that makes them: files of many rows, and how long a timer takes to start meanwhile."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
from msgspec import Struct

from bench import load, operations, servers
from bench.load import Load
from bench.operations import START, STOP, Operation, authorization
from bench.seed import World
from bench.servers import Server

# People at work, one by one: how long somebody waits, and not how many can be served.
CONNECTIONS = 4
REPORTS = 8
_SAMPLE_SECONDS = 0.02


class File(Struct, frozen=True):
    """A file of so many rows: seconds of processor time, and MiB at most over what its process has idle."""

    rows: int
    cpu: float
    memory: float


class Waiting(Struct, frozen=True):
    """How long starting and stopping takes, 99 % of the times, in milliseconds: idle, and while reports are made."""

    name: str
    idle: float
    busy: float


class Served(Struct, frozen=True):
    """All that was measured of one server."""

    csv: File
    xlsx: File
    pdf: File
    waiting: list[Waiting]


def measure(database: Path, key: Path, world: World, last: date, rounds: int) -> Served:
    """Ask a server for reports on the year that ends with a day."""
    with servers.hourhand(database, key) as server:
        asking = _Asking(server, world, last)
        # Both processes are there after that, and what is packed is packed.
        asking.summary(365)
        asking.file("details.csv", 0)
        csv = asking.measured("details.csv", 365)
        # A day of the year has as many as another.
        days = max(1, 10_000 * 366 // max(csv.rows, 1)) - 1
        xlsx, pdf = (asking.measured(f"details.{kind}", days) for kind in ("xlsx", "pdf"))
        waiting = _waiting(server, world, last, rounds)
    return Served(csv, xlsx, pdf, waiting)


class _Asking:
    """Asks one server for reports, as the owner of a workspace."""

    def __init__(self, server: Server, world: World, last: date) -> None:
        self._server = server
        self._world = world
        self._last = last

    def summary(self, days: int) -> None:
        """Ask for sums."""
        _read(_url(self._server.port, "summary", self._world, self._last, days), self._world)

    def file(self, path: str, days: int) -> int:
        """Ask for a file; its size."""
        return _read(_url(self._server.port, path, self._world, self._last, days), self._world)

    def measured(self, path: str, days: int) -> File:
        """Ask for a file, and look at the processes that make it."""
        rows = self._rows(days)
        before = _cpu(self._server)
        with _most_memory(self._server) as most:
            self.file(path, days)
        return File(rows, _cpu(self._server) - before, most())

    def _rows(self, days: int) -> int:
        url = _url(self._server.port, "details", self._world, self._last, days)
        return int(_content(url, self._world).partition(b'"total_count":')[2].partition(b",")[0])


def _waiting(server: Server, world: World, last: date, rounds: int) -> list[Waiting]:
    """Idle and busy rounds in turn; of each the median of its rounds counts."""
    found: dict[tuple[str, bool], list[float]] = {}
    for number in range(2 * rounds):
        busy = number % 2 == 1
        with _reports(server.port, world, last) if busy else _nothing():
            started = _times(server, world, START, [])
            stopped = _times(server, world, STOP, operations.started(started.bodies))
        for operation, times in ((START, started), (STOP, stopped)):
            found.setdefault((operation.name, busy), []).append(times.percentile(0.99))
    medians = {key: statistics.median(times) for key, times in found.items()}
    return [Waiting(it.name, medians[it.name, False], medians[it.name, True]) for it in (START, STOP)]


def _times(server: Server, world: World, operation: Operation, running: list[int]) -> Load:
    requests = operation.requests(world, min(operation.count, len(world.people)), running)
    return load.send(server, requests, connections=CONNECTIONS)


@contextmanager
def _reports(port: int, world: World, last: date) -> Iterator[None]:
    """Reports that are asked for again as soon as they are made, by a process of their own."""
    context = get_context("spawn")
    asking = context.Process(target=ask_again_and_again, args=(port, world, last), daemon=True)
    asking.start()
    time.sleep(2)
    try:
        yield
    finally:
        asking.kill()
        asking.join()


@contextmanager
def _nothing() -> Iterator[None]:
    # As long as a process takes to begin.
    time.sleep(2)
    yield


def ask_again_and_again(port: int, world: World, last: date) -> None:
    """Have eight reports made at once, all the time."""
    kinds = ("summary", "details", "weekly", "details.csv", "summary", "details", "details.xlsx", "summary.pdf")
    assert len(kinds) == REPORTS

    def ask(path: str) -> None:
        while True:
            _read(_url(port, path, world, last, 365), world)

    threads = [threading.Thread(target=ask, args=(path,)) for path in kinds]
    for thread in threads:
        thread.start()


def _url(port: int, path: str, world: World, last: date, days: int) -> str:
    reader = world.reader
    asked = f"workspace_id={reader.workspace_id}&since={last - timedelta(days=days)}&until={last}"
    return f"http://127.0.0.1:{port}/reports/api/v2/{path}?user_agent=bench&{asked}"


def _read(url: str, world: World) -> int:
    with urlopen(Request(url, headers={"Authorization": authorization(world.reader)})) as answer:
        size = 0
        while part := answer.read(1 << 20):
            size += len(part)
        return size


def _content(url: str, world: World) -> bytes:
    with urlopen(Request(url, headers={"Authorization": authorization(world.reader)})) as answer:
        content: bytes = answer.read()
        return content


def _cpu(server: Server) -> float:
    """What the processes that make reports have used, with those that they had print."""
    times = [it.cpu_times() for it in server.process.children()]
    return sum(it.user + it.system + it.children_user + it.children_system for it in times)


@contextmanager
def _most_memory(server: Server) -> Iterator[Callable[[], float]]:
    """The most MiB that any of them has over what it has now, or has at all if it comes later."""
    idle = {it.pid: it.memory_info().rss for it in server.process.children(recursive=True)}
    most, over = 0, threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(_SAMPLE_SECONDS):
            for it in server.process.children(recursive=True):
                try:
                    most = max(most, it.memory_info().rss - idle.get(it.pid, 0))
                except psutil.NoSuchProcess:
                    continue

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield lambda: most / 2**20
    finally:
        over.set()
        looking.join()
