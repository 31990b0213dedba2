"""Backup and restore, whichever the engine. Nothing that is there is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from hourhand.db import open_database, postgres_backup, sqlite_backup, sqlite_path
from hourhand.db.copies import compare, put_in_place, unfinished
from hourhand.db.errors import DatabaseError
from hourhand.db.sqlite import SqliteDatabase


def back_up(url: str, target: Path) -> int:
    """Write a whole database, as of one moment, into a new file; the number of rows that it was found to have."""
    if target.exists():
        raise DatabaseError(f"{target} exists, and is not overwritten")
    database = open_database(url, create=False)
    try:
        with unfinished(target) as copied:
            if isinstance(database, SqliteDatabase):
                counts, found = database.backup_to(copied), sqlite_backup.verified(copied)
            else:
                counts, found = postgres_backup.dump(url, copied), postgres_backup.verified(copied)
            compare(counts, found)
            put_in_place(copied, target)
    finally:
        database.close()
    return sum(counts.values())


def restore(url: str, source: Path, *, move_aside: bool) -> Path | None:
    """Make a database of a backup; returns where the one that was there is now.

    A SQLite file that is there is an error without `move_aside`. A PostgreSQL database must be empty.
    """
    if url.startswith("sqlite:"):
        return sqlite_backup.restore(sqlite_path(url), source, move_aside=move_aside)
    postgres_backup.load(url, source)
    return None
