"""Writes `docs/conformance.md` anew, from what a run sees: `make conformance`.

The run is on SQLite and in the documented mode; the tests compare the page with runs on both engines and in both modes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.api.conftest import Api
from tests.api.v8.stage import Stage
from tests.cast import assemble
from tests.clock import Clock
from tests.conformance import page
from tests.conformance.chapters import CHAPTERS, SETTINGS
from tests.conformance.promises import Chapter
from tests.conformance.run import Story, run
from tests.conftest import NOW

from hourhand.api.http import House
from hourhand.db import open_database
from hourhand.db.migrate import migrate
from hourhand.settings import Settings


def main() -> None:
    """Try every chapter, each on a stage of its own, and write the page."""
    sections = []
    for chapter in CHAPTERS:
        with tempfile.TemporaryDirectory() as folder:
            sections.append(page.section(_tried(chapter, Path(folder))))
    page.PAGE.write_text(page.assemble(sections), encoding="utf-8")


def _tried(chapter: Chapter, folder: Path) -> Story:
    clock = Clock(NOW)
    database = open_database(f"sqlite:///{folder}/hourhand.db", serving=True, clock=clock)
    try:
        migrate(database)
        cast = assemble(database, folder)
        api = Api(House(database, cast.vault, Settings(**SETTINGS)))
        try:
            return run(chapter, Stage(api, cast, clock))
        finally:
            api.close()
    finally:
        database.close()


if __name__ == "__main__":
    main()
