"""The measurement: short rounds in which every server takes its turn, so that a busy moment of the machine meets all.

What is compared is always of one round; of all rounds the median counts.
"""

from __future__ import annotations

import re
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct, structs

from bench import baseline, load, operations, servers
from bench.load import Load
from bench.operations import ME, OPERATIONS, Operation
from bench.seed import World, seed
from bench.servers import Server

SLOW_REQUESTS = 160


class Plan(Struct, frozen=True):
    """How much to measure: databases of `sizes` entries, ascending, and so many rounds of everything."""

    sizes: tuple[int, int]
    rounds: int
    slow_rounds: int


class Stage(Struct):
    """A seeded database with Hourhand on it, and the bare application with the same data.

    `running` is what the last `start` left running, in the same order as the people.
    """

    entries: int
    world: World
    ours: Server
    bare: Server
    running: dict[int, list[int]] = {}

    def load(self, server: Server, operation: Operation) -> Load:
        """Measure an operation on one of the two."""
        requests = operation.requests(self.world, operation.count, self.running.get(server.port, []))
        done = load.send(server, requests)
        if operation.starts:
            self.running[server.port] = operations.started(done.bodies)
        return done


class Cost(Struct, frozen=True):
    """What an operation cost at one size, in every round: Hourhand's load and the bare application's."""

    operation: Operation
    entries: int
    ours: list[Load]
    bare: list[Load]

    @property
    def ratio(self) -> float:
        """Hourhand's processor time as a multiple of the bare application's."""
        pairs = zip(self.ours, self.bare, strict=True)
        return statistics.median(ours.cpu / bare.cpu for ours, bare in pairs)


class Grouping(Struct, frozen=True):
    """Requests a second on a slow disk, with group commit and with one commit a request."""

    operation: Operation
    grouped: float
    single: float


class Found(Struct, frozen=True):
    """All that was measured. `memory` is USS and RSS in MiB of the idle server on the largest database."""

    costs: list[Cost]
    groupings: list[Grouping]
    memory: tuple[float, float]

    def growth(self, operation: Operation) -> float:
        """What an operation costs at the largest size as a multiple of the smallest."""
        small, large = (cost for cost in self.costs if cost.operation is operation)
        return statistics.median(b.cpu / a.cpu for a, b in zip(small.ours, large.ours, strict=True))


def measure(folder: Path, plan: Plan) -> Found:
    """Seed, start, measure and stop everything. `folder` has to be on the disk that is to be measured."""
    with ExitStack() as stack:
        stages = [stack.enter_context(_stage(folder / str(entries), entries)) for entries in plan.sizes]
        memory = stages[-1].ours.megabytes()
        costs = [Cost(operation, stage.entries, [], []) for operation in OPERATIONS for stage in stages]
        for number in range(plan.rounds):
            for cost, stage in zip(costs, stages * len(OPERATIONS), strict=True):
                _round(cost, stage, ours_first=number % 2 == 0)
        for cost in costs:
            _check_same(cost)
    return Found(costs, _groupings(folder / str(plan.sizes[0]), stages[0].world, plan.slow_rounds), memory)


@contextmanager
def _stage(folder: Path, entries: int) -> Iterator[Stage]:
    folder.mkdir()
    database, key, bare_database = folder / "hourhand.db", folder / "secret.key", folder / "bare.db"
    world = seed(database, key, entries, int(time.time()))
    with servers.hourhand(database, key) as ours:
        answer = load.send(ours, ME.requests(world, 1, []))
        baseline.fill(str(bare_database), str(database), answer.bodies[0])
        with servers.bare(bare_database) as bare:
            yield Stage(entries, world, ours, bare)


def _round(cost: Cost, stage: Stage, *, ours_first: bool) -> None:
    turns = [(stage.ours, cost.ours), (stage.bare, cost.bare)]
    for server, loads in turns if ours_first else reversed(turns):
        loads.append(stage.load(server, cost.operation))


def _check_same(cost: Cost) -> None:
    """Make sure that both gave the same answer, but for what an id, a guid or the clock puts into it."""
    ours, bare = (_masked(loads[0].bodies[0], cost.operation) for loads in (cost.ours, cost.bare))
    if ours != bare:
        raise AssertionError(f"the bare application answers {cost.operation.name} differently:\n{ours!r}\n{bare!r}")


def _masked(body: bytes, operation: Operation) -> bytes:
    varying = rb"id|guid|uid|start|stop|duration|at" if operation.writes else rb"since"
    return re.sub(rb'"(' + varying + rb')":("[^"]*"|-?[0-9]+)', rb'"\1":', body)


def _groupings(folder: Path, world: World, rounds: int) -> list[Grouping]:
    """Both servers take turns, each on a copy of its own."""
    database, key, copy = folder / "hourhand.db", folder / "secret.key", folder / "single.db"
    shutil.copy(database, copy)
    writes = [operation for operation in OPERATIONS if operation.writes]
    rates: dict[str, list[tuple[float, float]]] = {operation.name: [] for operation in writes}
    with servers.slow_hourhand(database, key) as ours, servers.slow_hourhand(copy, key, most_per_commit=1) as single:
        grouped = Stage(0, world, ours, single)
        for _ in range(rounds):
            for operation in writes:
                few = structs.replace(operation, count=SLOW_REQUESTS)
                rates[operation.name].append((grouped.load(ours, operation).rate, grouped.load(single, few).rate))
    return [Grouping(operation, *_medians(rates[operation.name])) for operation in writes]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
