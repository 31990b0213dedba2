"""Every report equals a slow and obvious one, over random worlds, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hourhand.core.actor import Actor
from hourhand.db import Tx, open_database
from hourhand.db.migrate import migrate
from hourhand.reports import packs, sums, summary
from tests.clock import Clock
from tests.properties import slow_reports
from tests.properties.questions import Asked, questions
from tests.properties.slow_entries import World as Seen
from tests.properties.slow_entries import dumped
from tests.properties.worlds import Stage, built, furnish, worlds
from tests.statements import Recorder

Q = TypeVar("Q")
R = TypeVar("R")
NOW = 1_300_000_000
# Worlds, and questions for each.
EXTENT = {"sqlite": (60, 6), "postgres": (15, 6)}


@pytest.fixture
def stage(empty_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A database with people in it, on each engine."""
    recorder, clock = Recorder(), Clock(NOW)
    database = open_database(empty_url, serving=True, clock=clock, observe=recorder)
    migrate(database)
    yield built(database, clock, tmp_path)
    database.close()
    assert recorder.faults == set()


def test_reports_equal_the_obvious_ones(stage: Stage) -> None:
    examples, several = EXTENT[stage.database.dialect]

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # To make a world that fails smaller takes longer than a test may.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(st.data())
    def over_worlds(data: st.DataObject) -> None:
        world = data.draw(worlds(stage))
        furnish(stage, world)
        asked = [data.draw(questions(stage, world)) for _ in range(several)]
        compare(stage, asked)

    over_worlds()


def compare(stage: Stage, asked: list[Asked]) -> None:
    """Ask over rows, and over packed columns."""
    tables = dumped(stage.database)
    for one in asked:
        seen = Seen(tables, stage.acme, stage.people[one.reader].id)
        stage.database.memory.pop(sums.SHELF, None)
        found = ask(stage, one, summary.report, one.summary)
        assert found == slow_reports.summarised(seen, one.summary)


def ask(stage: Stage, asked: Asked, report: Callable[[Tx, Actor, Q], R], question: Q) -> R:
    return stage.database.write_now(lambda tx: report(tx, stage.people[asked.reader].at(tx), question))
