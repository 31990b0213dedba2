"""What was found, as Markdown: the figures, the limits, and whether they are kept."""

from __future__ import annotations

import os
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path

import apsw
from msgspec import Struct

from bench.load import percentile
from bench.operations import OPERATIONS
from bench.report_load import Served
from bench.report_speed import Reporting, Speed
from bench.rounds import Cost, Found, Grouping
from bench.stream import Listening
from bench.waiting import Waiting
from bench.webhooks import Webhooks

MOST_GROWTH = 1.2
LEAST_GAIN = 8
MOST_MEMORY = 100
# So that 50,000 who listen to one server need no more than 3 GiB and one core while nothing happens.
MOST_KILOBYTES = 64
MOST_IDLE = 20
# So that a thousand are told within a quarter of the time that they may wait.
MOST_A_MESSAGE = 50
MOST_LATENCY = 200
# Of a year of reports: beside bare sums, beside sums over rows, and in itself.
MANY = 1_000_000
MOST_BARE = 3
LEAST_ROWS = 8
MOST_DETAILS = 10
MOST_FILL = 3
LEAST_CSV = 100_000
MOST_CSV_MEMORY = 100
MOST_WAITING = 2
# How much longer it may take because somebody else does not answer, in milliseconds.
MOST_DELAY = 1000
# What the event log may cost those who write.
MOST_LOG = 1.25
_WORDS = Path(__file__).with_name("performance.md")


class Verdict(Struct, frozen=True):
    """A line of a table, and whether its limit is kept."""

    line: str
    kept: bool


def kept(found: Found) -> bool:
    """Whether every limit is kept."""
    return all(verdict.kept for table in _tables(found).values() for verdict in table)


def page(found: Found) -> str:
    """The whole page."""
    tables = {name: "\n".join(verdict.line for verdict in table) for name, table in _tables(found).items()}
    return _WORDS.read_text(encoding="utf-8").format(
        date=datetime.now(UTC).date().isoformat(),
        machine=_machine(),
        rounds=len(found.costs[0].ours),
        listening=f"{found.listening.listeners:,}",
        **tables,
    )


def _tables(found: Found) -> dict[str, list[Verdict]]:
    sizes = f"{found.costs[0].entries:,} → {found.costs[1].entries:,}"
    return {
        "costs": [_cost(cost) for cost in found.costs],
        "growth": [
            _verdict(f"{operation.name} | {sizes}", growth, MOST_GROWTH)
            for operation in OPERATIONS
            for growth in [found.growth(operation)]
        ],
        "groupings": [_grouping(grouping) for grouping in found.groupings],
        "memory": [_verdict(f"its own (USS) {found.memory[0]:.0f} MiB", found.memory[1], MOST_MEMORY)],
        "reports": _reports(found.reporting),
        "files": _files(found.reporting.served),
        "waiting": [_waiting(it) for it in found.reporting.served.waiting],
        "listeners": _listeners(found.listening),
        "webhooks": _webhooks(found.webhooks),
        "latencies": [
            _latency("its owner alone", found.listening.alone),
            _latency(f"all {found.listening.listeners:,}", found.listening.all),
        ],
    }


def _cost(cost: Cost) -> Verdict:
    ours, bare = (statistics.median(load.microseconds for load in loads) for loads in (cost.ours, cost.bare))
    rate = statistics.median(load.rate for load in cost.ours)
    half, most = (statistics.median(load.percentile(share) for load in cost.ours) for share in (0.5, 0.99))
    figures = f"{ours:.0f} µs | {bare:.0f} µs | {rate:,.0f}/s | {half:.1f} ms | {most:.1f} ms"
    return _verdict(f"{cost.operation.name} | {cost.entries:,} | {figures}", cost.ratio, cost.operation.limit)


def _grouping(grouping: Grouping) -> Verdict:
    gain = grouping.grouped / grouping.single
    figures = f"{grouping.grouped:,.0f}/s | {grouping.single:,.0f}/s"
    good = gain >= LEAST_GAIN
    return Verdict(f"| {grouping.operation.name} | {figures} | {gain:.1f} | {LEAST_GAIN} | {_word(good)} |", good)


def _reports(found: Reporting) -> list[Verdict]:
    small, large = found.small, found.large
    ratio, gain = small.summary / small.bare, small.summary_of_rows / small.summary
    about = f"a summary, {_speed(small)}, beside the bare sum"
    return [
        # Of few entries, words are most of it.
        _verdict(about, ratio, MOST_BARE) if small.entries >= MANY else _measured(about, ratio),
        _at_least(f"the same, {small.summary_of_rows * 1000:.0f} ms over rows: rows beside columns", gain, LEAST_ROWS),
        _measured(f"a summary, {_speed(large)}, beside the bare sum", large.summary / large.bare),
        _measured("the same: rows beside columns", large.summary_of_rows / large.summary),
        _verdict("the first page of details, ms", small.details * 1000, MOST_DETAILS),
        _verdict("packing all entries, s", small.fill, MOST_FILL),
    ]


def _speed(speed: Speed) -> str:
    return f"{speed.items:,} items: {speed.summary * 1000:.1f} ms, bare {speed.bare * 1000:.1f} ms"


def _files(found: Served) -> list[Verdict]:
    rate = found.csv.rows / found.csv.cpu
    return [
        _at_least(f"CSV, {found.csv.rows:,} rows: rows a second of processor time", rate, LEAST_CSV),
        _verdict("CSV: memory over idle, MiB", found.csv.memory, MOST_CSV_MEMORY),
        *(
            _measured(f"{name}, {file.rows:,} rows: {about}", value)
            for name, file in (("XLSX", found.xlsx), ("PDF", found.pdf))
            for about, value in (("processor time, s", file.cpu), ("memory over idle, MiB", file.memory))
        ),
    ]


def _waiting(found: Waiting) -> Verdict:
    return _verdict(f"{found.name} | {found.idle:.1f} ms | {found.busy:.1f} ms", found.busy / found.idle, MOST_WAITING)


def _at_least(about: str, value: float, limit: float) -> Verdict:
    good = value >= limit
    return Verdict(f"| {about} | {value:,.1f} | at least {limit:,} | {_word(good)} |", good)


def _measured(about: str, value: float) -> Verdict:
    return Verdict(f"| {about} | {value:,.1f} | | |", True)


def _listeners(found: Listening) -> list[Verdict]:
    return [
        _verdict("memory of each (USS), KiB", found.kilobytes, MOST_KILOBYTES),
        _verdict("processor time of each while nothing happens, µs a second", found.idle, MOST_IDLE),
        _verdict("processor time of a message to one of all, µs", found.a_message, MOST_A_MESSAGE),
    ]


def _latency(who: str, times: list[float]) -> Verdict:
    about = f"{who} | {len(times):,} | {percentile(times, 0.5):.1f} ms | {max(times):.1f} ms"
    return _verdict(about, percentile(times, 0.95), MOST_LATENCY)


def _webhooks(found: Webhooks) -> list[Verdict]:
    delay = max(found.beside_slow) - max(found.alone)
    return [
        _measured("from a change until its subscriber has it, median, ms", percentile(found.alone, 0.5)),
        _measured("the same, 99 %, ms", percentile(found.alone, 0.99)),
        _measured("the same beside a subscriber who does not answer, median, ms", percentile(found.beside_slow, 0.5)),
        _measured("the same beside that, 99 %, ms", percentile(found.beside_slow, 0.99)),
        _verdict("how much longer the longest takes because of that, ms", delay, MOST_DELAY),
        _measured(f"deliveries a second of one worker, of {found.deliveries:,}", found.deliveries / found.elapsed),
        _measured("processor time of one, µs", found.cpu / found.deliveries * 1e6),
        _verdict("POST /time_entries: processor time, beside a server that writes no event log", found.log, MOST_LOG),
    ]


def _verdict(about: str, value: float, limit: float) -> Verdict:
    good = value <= limit
    return Verdict(f"| {about} | {value:.2f} | {limit:g} | {_word(good)} |", good)


def _word(good: bool) -> str:
    return "kept" if good else "**missed**"


def _machine() -> str:
    return (
        f"{_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
