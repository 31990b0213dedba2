"""Every report equals a slow and obvious one: over random worlds, on both engines, over rows and over packed columns.

And a report sees what was written before it: some of what is asked is asked again after somebody changed something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.db import Tx, open_database
from hourhand.db.migrate import migrate
from hourhand.reports import column_batches, covers, dashboards, detailed, packs, running_sums, summary, sums, weekly
from hourhand.reports.filters import Filter
from hourhand.reports.results import Bar, Detailed, Line, Summary, Totals, Weekly
from tests.clock import Clock
from tests.properties import slow_dashboards, slow_reports
from tests.properties.edits import edits
from tests.properties.questions import Asked, questions
from tests.properties.slow_entries import World as Seen
from tests.properties.slow_entries import dumped
from tests.properties.worlds import Stage, World, built, furnish, worlds
from tests.reports import office
from tests.statements import Recorder

Q = TypeVar("Q")
R = TypeVar("R")
NOW = 1_300_000_000
# Worlds, and questions for each.
EXTENT = {"sqlite": (40, 4), "postgres": (12, 4)}
# Up to so many days, each has a bar.
_MOST_BARS = 45
_PATHS = ("rows", "columns")


@pytest.fixture
def stage(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A database with people in it, on each engine."""
    # Worlds are small: with the table of a large one, no sum would ever be taken from it.
    monkeypatch.setattr(running_sums, "step", lambda places: 3)
    monkeypatch.setattr(column_batches, "AT_ONCE", 3)
    recorder, clock = Recorder(), Clock(NOW)
    database = open_database(empty_url, serving=True, clock=clock, observe=recorder)
    migrate(database)
    yield built(database, clock, tmp_path)
    database.close()
    assert recorder.faults == set()


def test_reports_equal_the_obvious_ones(stage: Stage) -> None:
    def over(data: st.DataObject, world: World, several: int) -> None:
        asked = [data.draw(questions(stage, world)) for _ in range(several)]
        tables = dumped(stage.database)
        for path in _PATHS:
            reckon_over(stage, path)
            for one in asked:
                compare(stage, world, one, Seen(tables, stage.acme, stage.people[one.reader].id))

    over_worlds(stage, over)


def test_a_report_sees_what_was_written_before_it(stage: Stage) -> None:
    def over(data: st.DataObject, world: World, several: int) -> None:
        asked = [data.draw(questions(stage, world)) for _ in range(2)]
        # Kept from one report to the next, and so about to be stale.
        reckon_over(stage, "columns")
        for one in asked:
            ask(stage, one.reader, summary.report, one.summary)
        for _ in range(several):
            change = data.draw(edits(stage, world))
            if change():
                tables = dumped(stage.database)
                for one in asked:
                    compare(stage, world, one, Seen(tables, stage.acme, stage.people[one.reader].id))

    over_worlds(stage, over)


def test_sums_agree_with_each_other(stage: Stage) -> None:
    def over(data: st.DataObject, world: World, several: int) -> None:
        for path in _PATHS:
            reckon_over(stage, path)
            for _ in range(several):
                add_up(stage, data.draw(questions(stage, world)))

    over_worlds(stage, over)


def over_worlds(stage: Stage, check: Callable[[st.DataObject, World, int], None]) -> None:
    """Check this in many worlds."""
    examples, several = EXTENT[stage.database.dialect]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        # The same worlds each time: a run that fails must fail for whoever looks into it.
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        # To make a world that fails smaller takes longer than a test may.
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.data())
    def each(data: st.DataObject) -> None:
        world = data.draw(worlds(stage))
        furnish(stage, world)
        check(data, world, several)

    each()


def reckon_over(stage: Stage, path: str) -> None:
    """From now on, let reports be reckoned over rows, or over columns that are not filled yet."""
    if path == "rows":
        stage.database.memory.pop(sums.SHELF, None)
    else:
        packs.kept_in(stage.database.memory, 64 << 20, 1)


# The same -----------------------------------------------------------------------------------------


def compare(stage: Stage, world: World, asked: Asked, seen: Seen) -> None:
    """Ask for all reports, and make each the slow way too."""
    reader, entries = asked.reader, asked.summary.filter
    assert ask(stage, reader, summary.report, asked.summary) == slow_reports.summarised(seen, asked.summary)
    assert ask(stage, reader, weekly.report, asked.weekly) == slow_reports.week(seen, asked.weekly)
    assert ask(stage, reader, detailed.report, asked.detailed) == slow_reports.listed(seen, asked.detailed)
    assert ask(stage, reader, all_lines, asked.detailed) == slow_reports.lines(seen, asked.detailed)
    assert ask(stage, reader, office.listed, asked.detailed) == slow_reports.rows(seen, asked.detailed)
    assert ask(stage, reader, detailed.totals, asked.detailed) == slow_reports.totals(seen.facts(entries))
    if slow_reports.span_of(entries) <= _MOST_BARS:
        assert ask(stage, reader, covers.bars, entries) == slow_dashboards.bars(seen, entries)
    # All that there is, is within these days.
    days = world.anchor - timedelta(30), world.anchor + timedelta(30)
    found = told(lambda: ask(stage, reader, dashboards.report, asked.dashboard))
    assert found == told(lambda: slow_dashboards.dashboard(seen, asked.dashboard, *days))


def ask(stage: Stage, reader: str, report: Callable[[Tx, Actor, Q], R], question: Q) -> R:
    return stage.database.write_now(lambda tx: report(tx, stage.people[reader].at(tx), question))


def all_lines(tx: Tx, actor: Actor, question: detailed.Question) -> list[Line]:
    return list(detailed.lines(tx, actor, question))


def told(work: Callable[[], R]) -> R | str:
    try:
        return work()
    except NotFound as refusal:
        return refusal.noun


# Sums ---------------------------------------------------------------------------------------------


def add_up(stage: Stage, asked: Asked) -> None:
    """Whatever is asked of the same entries, the sums are the same: those shown, and those of what is shown."""
    week = structs.replace(asked.summary.filter, until=asked.weekly.filter.since + timedelta(6))
    groups = ask(stage, asked.reader, summary.report, structs.replace(asked.summary, filter=week))
    days = ask(stage, asked.reader, weekly.report, asked.weekly)
    bars = ask(stage, asked.reader, covers.bars, week)
    pages = list(listed(stage, asked, week))
    assert groups.totals == days.totals == pages[0].totals
    assert len(pages[0].lines) == min(50, pages[0].count)
    assert sum(len(page.lines) for page in pages) == pages[0].count
    check_summary(groups)
    check_week(days)
    check_lines(pages)
    check_bars(bars, groups.totals)


def listed(stage: Stage, asked: Asked, entries: Filter) -> Iterator[Detailed]:
    """All pages, and the empty one after the last."""
    page, lines = 1, 1
    while lines:
        question = structs.replace(asked.detailed, filter=entries, page=page)
        found = ask(stage, asked.reader, detailed.report, question)
        yield found
        page, lines = page + 1, len(found.lines)


def check_summary(found: Summary) -> None:
    assert sum(group.seconds for group in found.groups) == (found.totals.seconds or 0)
    assert sum(group.billable_seconds for group in found.groups) == (found.totals.billable_seconds or 0)
    for group in found.groups:
        assert group.seconds == sum(item.seconds for item in group.items)
        for total in group.amounts:
            parts = [item.amount or 0 for item in group.items if item.currency == total.currency]
            # Each was rounded up for itself.
            assert sum(parts) - len(parts) < (total.amount or 0) <= sum(parts)


def check_week(found: Weekly) -> None:
    for days in [found.week, *(row.days for row in found.rows), *(it.days for row in found.rows for it in row.details)]:
        assert days.seconds[7] == (sum(it or 0 for it in days.seconds[:7]) if any_of(days.seconds[:7]) else None)
        assert len(days.seconds) == 8
    for slot in range(8):
        of_rows = [row.days.seconds[slot] for row in found.rows]
        assert found.week.seconds[slot] == (sum(it or 0 for it in of_rows) if any_of(of_rows) else None)
        for row in found.rows:
            of_details = [it.days.seconds[slot] for it in row.details]
            assert row.days.seconds[slot] == (sum(it or 0 for it in of_details) if any_of(of_details) else None)
    shown = tuple((earned.currency, earned.amounts[7]) for earned in found.week.earnings)
    assert shown == tuple((amount.currency, amount.amount) for amount in found.totals.amounts)


def any_of(slots: tuple[int | None, ...] | list[int | None]) -> bool:
    return any(it is not None for it in slots)


def check_lines(pages: list[Detailed]) -> None:
    lines = [line for page in pages for line in page.lines]
    assert len({line.id for line in lines}) == len(lines)
    ended = [line for line in lines if line.stop is not None]
    assert sum(line.seconds for line in ended) == (pages[0].totals.seconds or 0)
    assert sum(line.seconds for line in ended if line.billable) == (pages[0].totals.billable_seconds or 0)
    for total in pages[0].totals.amounts:
        if total.currency is not None:
            exact = sum(line.seconds * (line.rate or 0) for line in ended if line.currency == total.currency)
            assert total.amount == -(-exact // 3600)


def check_bars(bars: list[Bar], totals: Totals) -> None:
    assert sum(bar.seconds for bar in bars) == (totals.seconds or 0)
    assert sum(bar.billable_seconds for bar in bars) == (totals.billable_seconds or 0)
