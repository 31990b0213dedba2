"""The measurement: short rounds in which every server takes its turn, so that a busy moment of the machine meets all.

What is compared is always of one round; of all rounds the median counts.
"""

from __future__ import annotations

import re
import shutil
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct, structs

from bench import baseline, load, operations, report_speed, servers, stream, webhooks
from bench.load import Load
from bench.operations import ME, OPERATIONS, Operation
from bench.report_speed import Reporting
from bench.seed import World, seed
from bench.servers import Server
from bench.stream import Listening
from bench.webhooks import Webhooks

SLOW_REQUESTS = 160


class Plan(Struct, frozen=True):
    """How much to measure: databases of `sizes` entries, ascending, so many rounds of everything, and changes of each
    kind that so many `listeners` are told of; so many that a subscriber is `told` of, and
    `deliveries` that have waited; reports on a workspace of the larger size, so many `turns` of each.

    A sitting begins with fresh processes, because two of the same program differ by a tenth and more.
    """

    sizes: tuple[int, int]
    sittings: int
    rounds: int
    slow_rounds: int
    listeners: int
    changes: int
    told: int
    deliveries: int
    turns: int
    report_rounds: int


class Place(Struct, frozen=True):
    """A folder with a seeded database, and the bare application's file with the same data."""

    folder: Path
    entries: int
    world: World

    @property
    def database(self) -> Path:
        return self.folder / "hourhand.db"

    @property
    def key(self) -> Path:
        return self.folder / "secret.key"

    @property
    def bare(self) -> Path:
        return self.folder / "bare.db"


class Stage(Struct):
    """Two servers on the data of one place. `running` is what the last `start` left running on each, by port."""

    world: World
    ours: Server
    other: Server
    running: dict[int, list[int]] = {}

    def load(self, server: Server, operation: Operation) -> Load:
        """Measure an operation on one of the two."""
        requests = operation.requests(self.world, operation.count, self.running.get(server.port, []))
        done = load.send(server, requests)
        if operation.starts:
            self.running[server.port] = operations.started(done.bodies)
        return structs.replace(done, bodies=done.bodies[:1])


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
    listening: Listening
    webhooks: Webhooks
    reporting: Reporting

    def growth(self, operation: Operation) -> float:
        """What an operation costs at the largest size as a multiple of the smallest."""
        small, large = (cost for cost in self.costs if cost.operation is operation)
        return statistics.median(b.cpu / a.cpu for a, b in zip(small.ours, large.ours, strict=True))


def measure(folder: Path, plan: Plan) -> Found:
    """Seed, start, measure and stop everything. `folder` has to be on the disk that is to be measured."""
    places = [_seeded(folder / str(entries), entries) for entries in plan.sizes]
    costs = [Cost(operation, place.entries, [], []) for operation in OPERATIONS for place in places]
    memory = [_sitting(places, costs, plan.rounds) for _ in range(plan.sittings)]
    for cost in costs:
        _check_same(cost)
    groupings = _groupings(places[0], plan.slow_rounds)
    listening = _listening(folder / "stream", plan)
    told = webhooks.measure(folder / "webhooks", plan.told, plan.deliveries, plan.rounds)
    reporting = report_speed.measure(folder / "reports", plan.sizes[-1], plan.turns, plan.report_rounds)
    return Found(costs, groupings, max(memory), listening, told, reporting)


def _listening(folder: Path, plan: Plan) -> Listening:
    folder.mkdir()
    return stream.measure(folder, plan.listeners, plan.changes)


def _seeded(folder: Path, entries: int) -> Place:
    folder.mkdir()
    database, key = folder / "hourhand.db", folder / "secret.key"
    place = Place(folder, entries, seed(database, key, entries, int(time.time())))
    with servers.hourhand(database, key) as ours:
        answer = load.send(ours, ME.requests(place.world, 1, []))
    baseline.fill(str(place.bare), str(database), answer.bodies[0])
    return place


def _sitting(places: list[Place], costs: list[Cost], rounds: int) -> tuple[float, float]:
    """Some rounds with fresh processes. Returns the memory of an idle one."""
    with ExitStack() as stack:
        stages = [
            Stage(
                place.world,
                stack.enter_context(servers.hourhand(place.database, place.key)),
                stack.enter_context(servers.bare(place.bare)),
            )
            for place in places
        ]
        memory = stages[-1].ours.megabytes()
        unmeasured = [Cost(cost.operation, cost.entries, [], []) for cost in costs]
        for number in range(rounds + 1):
            for cost, stage in zip(costs if number else unmeasured, stages * len(OPERATIONS), strict=True):
                _round(cost, stage, ours_first=number % 2 == 0)
    return memory


def _round(cost: Cost, stage: Stage, *, ours_first: bool) -> None:
    turns = [(stage.ours, cost.ours), (stage.other, cost.bare)]
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


def _groupings(place: Place, rounds: int) -> list[Grouping]:
    """Both servers take turns, each on a copy of its own."""
    copy = place.folder / "single.db"
    shutil.copy(place.database, copy)
    writes = [operation for operation in OPERATIONS if operation.writes]
    rates: dict[str, list[tuple[float, float]]] = {operation.name: [] for operation in writes}
    with (
        servers.slow_hourhand(place.database, place.key) as grouped,
        servers.slow_hourhand(copy, place.key, most_per_commit=1) as single,
    ):
        stage = Stage(place.world, grouped, single)
        for _ in range(rounds):
            for operation in writes:
                few = structs.replace(operation, count=SLOW_REQUESTS)
                rates[operation.name].append((stage.load(grouped, operation).rate, stage.load(single, few).rate))
    return [Grouping(operation, *_medians(rates[operation.name])) for operation in writes]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
