"""Storage: two engines behind one `Tx`. Nothing else in the house opens a connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from hourhand.db.errors import (
    AlreadyServed,
    Corrupt,
    DatabaseError,
    InvalidUrl,
    NewerSchema,
    Overloaded,
    Retry,
    StorageFull,
    Unavailable,
)
from hourhand.db.records import columns, insert_into, parameters, reader, update_changed, update_of
from hourhand.db.sqlite import SqliteDatabase
from hourhand.db.tx import Database, Observe, Row, Tx, Value, Work, slices

__all__ = [
    "AlreadyServed",
    "Corrupt",
    "Database",
    "DatabaseError",
    "InvalidUrl",
    "NewerSchema",
    "Observe",
    "Overloaded",
    "Retry",
    "Row",
    "StorageFull",
    "Tx",
    "Unavailable",
    "Value",
    "Work",
    "columns",
    "insert_into",
    "open_database",
    "parameters",
    "reader",
    "slices",
    "sqlite_path",
    "update_changed",
    "update_of",
]


def open_database(
    url: str,
    *,
    serving: bool = False,
    clock: Callable[[], float] = time.time,
    observe: Observe | None = None,
    create: bool = True,
) -> Database:
    """Open `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`.

    `serving` takes the file for one server. Without `create`, a missing file is an error.
    """
    if url.startswith(("postgresql://", "postgres://")):
        # Not above, because the driver is half of the start of a program that does not need it.
        from hourhand.db.postgres import PostgresDatabase

        return PostgresDatabase(url, clock=clock, observe=observe)
    return SqliteDatabase(sqlite_path(url), serving=serving, clock=clock, observe=observe, create=create)


def sqlite_path(url: str) -> Path:
    """The file that a SQLite URL names."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or not url.removeprefix(prefix):
        raise InvalidUrl(
            f"{url!r} is not a database URL: use sqlite:///relative.db, sqlite:////absolute.db or postgresql://…"
        )
    return Path(url.removeprefix(prefix))
