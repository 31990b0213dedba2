"""Any row of verbs does to the database what it does to the model; the events tell all of it, each change once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from hourhand.db import open_database
from hourhand.db.migrate import migrate
from tests.cast import assemble
from tests.clock import Clock
from tests.matrix import snapshot
from tests.properties.machine import NOW, Arena, Tracking
from tests.statements import Recorder

# Rows of verbs, and verbs in each.
EXTENT = {"sqlite": (100, 30), "postgres": (20, 25)}


@pytest.fixture
def arena(empty_url: str, tmp_path: Path) -> Iterator[Arena]:
    """A database with the cast in it, on each engine."""
    recorder, clock = Recorder(), Clock(NOW)
    database = open_database(empty_url, serving=True, clock=clock, observe=recorder)
    migrate(database)
    cast = assemble(database, tmp_path)
    recorder.faults.clear()
    yield Arena(database, cast, clock, snapshot.read(database))
    database.close()
    assert recorder.faults == set()


def test_any_row_of_verbs_does_what_the_model_does(arena: Arena) -> None:
    rows, verbs = EXTENT[arena.database.dialect]
    extent = settings(
        max_examples=rows,
        stateful_step_count=verbs,
        deadline=None,
        # The first is enough: to make two short takes longer than a test may.
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )

    class Here(Tracking):
        def __init__(self) -> None:
            super().__init__(arena)

    run_state_machine_as_test(Here, settings=extent)
