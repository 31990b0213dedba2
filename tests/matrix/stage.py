"""A world that is served by an application in this process, on one engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from hourhand.api.http import House
from hourhand.calls.calling import Line
from hourhand.db import Database, open_database
from hourhand.db.migrate import migrate
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.clock import Clock
from tests.matrix import snapshot, world
from tests.matrix.snapshot import Rows
from tests.matrix.world import World
from tests.statements import Recorder

NOW = 1_700_000_000
TOKEN = "for-the-operator-alone"
_LINE = Line()


class Stage(Struct, frozen=True):
    """Requests that change the world are undone with `reset`."""

    database: Database
    world: World
    api: Api
    rows: Rows

    def changed(self) -> bool:
        """Whether any row is not what it was."""
        return snapshot.read(self.database) != self.rows

    def reset(self) -> None:
        """Undo all changes."""
        snapshot.restore(self.database, self.rows)


@contextmanager
def served(url: str, folder: Path, line: Line = _LINE) -> Iterator[Stage]:
    """The world, in a database without a schema; its clock stands still. `line` is its way to the outside."""
    recorder = Recorder()
    database = open_database(url, serving=True, clock=Clock(NOW), observe=recorder)
    migrate(database)
    made = world.build(database, folder)
    # It was made in one transaction, by many.
    recorder.faults.clear()
    # Ids go on from where they will after each reset.
    database.memory.clear()
    settings = Settings(log="off", rate_limit="off", metrics_token=TOKEN)
    api = Api(House(database, made.vault, settings, line=line))
    try:
        yield Stage(database, made, api, snapshot.read(database))
    finally:
        api.close()
        database.close()
    assert recorder.faults == set()
