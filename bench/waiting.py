"""How long it takes to start and to stop a timer: when nothing else happens, and while reports are made."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from typing import Any

from msgspec import Struct

from bench import load, operations, servers
from bench.asking import Asking
from bench.load import percentile
from bench.operations import START, STOP, Operation
from bench.seed import World
from bench.servers import Server

# People at work, who do something else in between: how long somebody waits, and not how many can be served. Without a
# pause they would keep the server busy alone, and what is measured would be how they wait for each other.
CONNECTIONS = 4
_PAUSE_SECONDS = 0.02
_ROUND_SECONDS = 3
_MOST_SECONDS = 60
_DAYS = 365
_NICENESS = 10
_ANSWERS = ("summary", "details", "weekly", "summary", "details")
_FILES = ("details.csv", "details.xlsx", "summary.pdf")


class Waiting(Struct, frozen=True):
    """How long starting and stopping takes, 99 % of the times, in milliseconds: idle, and while reports are made."""

    name: str
    idle: float
    busy: float


def measure(server: Server, world: World, last: date, rounds: int) -> list[Waiting]:
    """Idle and busy rounds in turn; the times of all rounds of a kind count together."""
    found: dict[tuple[str, bool], list[float]] = {}
    _round(server, world)
    for number in range(rounds):
        for busy in (False, True):
            with _reports(Asking(server.port, world.reader, last), number) if busy else _nothing():
                times = _round(server, world)
            for name, taken in times.items():
                found.setdefault((name, busy), []).extend(taken)
    most = {key: percentile(times, 0.99) * 1000 for key, times in found.items()}
    return [Waiting(it.name, most[it.name, False], most[it.name, True]) for it in (START, STOP)]


def _round(server: Server, world: World) -> dict[str, list[float]]:
    """Have everybody start and stop, again and again for some seconds."""
    times: dict[str, list[float]] = {START.name: [], STOP.name: []}
    end = time.monotonic() + _ROUND_SECONDS
    while time.monotonic() < end:
        running: list[int] = []
        for operation in (START, STOP):
            done = load.send(
                server, _requests(world, operation, running), connections=CONNECTIONS, pause=_PAUSE_SECONDS
            )
            # The first of each connection waits until it is accepted: of so few requests, that is more than 1 %.
            times[operation.name] += done.latencies[CONNECTIONS:]
            running = operations.started(done.bodies) if operation.starts else []
    return times


def _requests(world: World, operation: Operation, running: list[int]) -> list[bytes]:
    return operation.requests(world, min(operation.count, len(world.people)), running)


@contextmanager
def _nothing() -> Iterator[None]:
    # Reports that nobody waits for any more are called off.
    time.sleep(2)
    yield


@contextmanager
def _reports(asking: Asking, number: int) -> Iterator[None]:
    """Have a process ask for eight reports at once, all the time. Raises if one of them is not made."""
    context = get_context("spawn")
    made = context.Queue()
    first = number % len(_FILES)
    process = context.Process(target=ask_again_and_again, args=(asking, _FILES[first:] + _FILES[:first], made))
    process.start()
    try:
        # Once there is a summary the entries are packed, and the first of the files is being made.
        while _next(made) != "summary":
            continue
        yield
        while not made.empty():
            _next(made)
    finally:
        process.kill()
        process.join()


def _next(made: Any) -> str:
    path, error = made.get(timeout=_MOST_SECONDS)
    if error is not None:
        raise RuntimeError(f"{path} was not made, so fewer reports than all were: {error}")
    return str(path)


def ask_again_and_again(asking: Asking, files: tuple[str, ...], made: Any) -> None:
    """Have reports made all the time. Puts into a queue which are made, and of one that is not its error as well."""
    # Who asks for reports sits elsewhere, and delays neither the server nor those whose times are taken.
    os.sched_setaffinity(0, {servers.LOAD_CORE})
    os.nice(_NICENESS)
    for path in (*files, *_ANSWERS):
        threading.Thread(target=_ask, args=(asking, path, made)).start()


def _ask(asking: Asking, path: str, made: Any) -> None:
    try:
        while True:
            asking.size(path, _DAYS)
            made.put((path, None))
    except Exception as error:  # noqa: BLE001 - it is told to the process that measures
        made.put((path, repr(error)))
