"""The settings and the database that a command works with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hourhand.db import Database
    from hourhand.settings import Settings


def settings_with(**overrides: object) -> Settings:
    """The settings, with the command's own options above them. Raises `SettingsError`."""
    from hourhand.settings import load

    return load(os.environ, overrides, cwd=Path.cwd())


@contextmanager
def opened(settings: Settings, *, create: bool = False) -> Iterator[Database]:
    """The database with this version's schema, for a short visit beside a server that may be running."""
    from hourhand.db import open_database
    from hourhand.db.migrate import migrate

    database = open_database(settings.database, create=create)
    try:
        migrate(database)
        yield database
    finally:
        database.close()
