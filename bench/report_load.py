"""What reports cost a server that makes them: files of many rows, and how long a timer takes to start meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
from msgspec import Struct

from bench import servers, waiting
from bench.asking import Asking
from bench.seed import World
from bench.servers import Server
from bench.waiting import Waiting

_SAMPLE_SECONDS = 0.02


class File(Struct, frozen=True):
    """A file of so many rows: seconds of processor time, and MiB at most over what its process has idle."""

    rows: int
    cpu: float
    memory: float


class Served(Struct, frozen=True):
    """All that was measured of one server."""

    csv: File
    xlsx: File
    pdf: File
    waiting: list[Waiting]


def measure(database: Path, key: Path, world: World, last: date, rounds: int) -> Served:
    """Ask a server for reports on the year that ends with a day."""
    with servers.hourhand(database, key) as server:
        asking = Asking(server.port, world.reader, last)
        # Both processes are there after that, and what is packed is packed.
        asking.size("summary", 365)
        asking.size("details.csv", 0)
        csv = _measured(server, asking, "details.csv", 365)
        # A day of the year has as many as another, and the last has just begun.
        days = -(-10_000 * 366 // max(csv.rows, 1))
        xlsx, pdf = (_measured(server, asking, f"details.{kind}", days) for kind in ("xlsx", "pdf"))
        found = waiting.measure(server, world, last, rounds)
    return Served(csv, xlsx, pdf, found)


def _measured(server: Server, asking: Asking, path: str, days: int) -> File:
    """Ask for a file, and look at the processes that make it."""
    rows = asking.rows(days)
    before = _cpu(server)
    with _most_memory(server) as most:
        asking.size(path, days)
    return File(rows, _cpu(server) - before, most())


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
