"""What reports cost: the year of a workspace with as many entries, beside sums over rows, and beside a bare sum.

Everything is measured as processor time of one process, each in turn, and of all turns the median counts. A bare sum is
what NumPy needs for the same sums over columns of plain numbers, with nobody to ask, no rates, no zones and no words.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from bench import report_load
from bench.report_load import Served
from bench.seed import Size, World, seed
from hourhand.core.actor import Actor
from hourhand.db import Database, Tx, open_database
from hourhand.reports import detailed, packing, packs, summary
from hourhand.reports.columns import Columns
from hourhand.reports.filters import Filter
from hourhand.reports.sums import SHELF

T = TypeVar("T")
MOST_BYTES = 256 << 20
# People describe what they do in few words, or in many.
SMALL = Size(1, 300, 60)
LARGE = Size(1, 300, 60, tuple(f"Ticket {number}" for number in range(300)))


class Speed(Struct, frozen=True):
    """Seconds of processor time, each the median of some turns; `items` is how many a summary has."""

    entries: int
    items: int
    summary: float
    summary_of_rows: float
    bare: float
    details: float
    fill: float


class Reporting(Struct, frozen=True):
    """All that was measured of reports: where people describe what they do in few words, and in many; and served."""

    small: Speed
    large: Speed
    served: Served


def measure(folder: Path, entries: int, turns: int, rounds: int) -> Reporting:
    """Seed two workspaces, and report on their year."""
    now = int(time.time())
    small, world = _measured(folder / "small", entries, SMALL, now, turns)
    large, _ = _measured(folder / "large", entries, LARGE, now, turns)
    database, key = folder / "small" / "hourhand.db", folder / "small" / "secret.key"
    return Reporting(small, large, report_load.measure(database, key, world, _day(now), rounds))


def _measured(folder: Path, entries: int, size: Size, now: int, turns: int) -> tuple[Speed, World]:
    folder.mkdir(parents=True)
    world = seed(folder / "hourhand.db", folder / "secret.key", entries, now, size)
    database = open_database(f"sqlite:///{folder / 'hourhand.db'}", clock=lambda: now)
    try:
        last = _day(now)
        asked = Filter(workspace_id=world.reader.workspace_id, since=last - timedelta(days=365), until=last)
        return _Measuring(database, Actor(world.reader.account_id, now), asked).speed(entries, turns), world
    finally:
        database.close()


def _day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()


class _Measuring:
    """Measures on one database, as one person."""

    def __init__(self, database: Database, actor: Actor, asked: Filter) -> None:
        self._database = database
        self._actor = actor
        self._asked = asked

    def speed(self, entries: int, turns: int) -> Speed:
        of_rows, _ = self._median(self._summary, 3)
        fill, packed = self._median(lambda tx: packing.filled(tx, self._asked.workspace_id), 3)
        packs.kept_in(self._database.memory, MOST_BYTES, 1)
        self._median(self._summary, 1)
        bare_sum = _bare(packed)
        warm, bare, details, items = [], [], [], 0
        for _ in range(turns):
            seconds, items = self._once(self._summary)
            warm.append(seconds)
            bare.append(self._once(lambda tx: bare_sum())[0])
            details.append(self._once(self._details)[0])
        self._database.memory.pop(SHELF)
        median = statistics.median
        return Speed(entries, items, median(warm), of_rows, median(bare), median(details), fill)

    def _summary(self, tx: Tx) -> int:
        found = summary.report(tx, self._actor, summary.Question(self._asked))
        msgspec.json.encode(found)
        return sum(len(group.items) for group in found.groups)

    def _details(self, tx: Tx) -> None:
        msgspec.json.encode(detailed.report(tx, self._actor, detailed.Question(self._asked)))

    def _median(self, work: Callable[[Tx], T], turns: int) -> tuple[float, T]:
        taken = [self._once(work) for _ in range(turns)]
        return statistics.median(seconds for seconds, _ in taken), taken[-1][1]

    def _once(self, work: Callable[[Tx], T]) -> tuple[float, T]:
        gc.collect()
        began = time.process_time()
        found = self._database.write_now(work)
        return time.process_time() - began, found


def _bare(packed: Columns) -> Callable[[], Any]:
    """The same sums, as anybody would write them: of two columns of small numbers, in a range of time."""
    project = packed.places.project.codes[packed.place].astype(np.int32)
    description = packed.matters.description.codes[packed.matter].astype(np.int32)
    billable = packed.places.billable.judged(bool)[packed.place]
    seconds, start = packed.seconds.astype(np.int32), packed.start.copy()
    words = len(packed.matters.description.values)
    first, last = int(start[0]), int(start[-1])

    def total() -> Any:
        inside = (start >= first) & (start < last)
        keys = (project[inside] * words + description[inside]) * 2 + billable[inside]
        return np.bincount(keys, weights=seconds[inside])

    return total
