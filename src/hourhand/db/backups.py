"""Backup and restore, whichever the engine. Nothing that is there is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from hourhand.db import postgres_backup, sqlite_backup
from hourhand.db.copies import compare, put_in_place, unfinished
from hourhand.db.errors import DatabaseError
from hourhand.db.sqlite import SqliteDatabase
from hourhand.db.tx import Database


def back_up(database: Database, target: Path) -> int:
    """Write the whole database, as of one moment, into a new file; the number of rows that it was found to have."""
    if target.exists():
        raise DatabaseError(f"{target} exists, and is not overwritten")
    with unfinished(target) as copied:
        if isinstance(database, SqliteDatabase):
            counts, found = database.backup_to(copied), sqlite_backup.verified(copied)
        else:
            counts, found = postgres_backup.dump(database.url, copied), postgres_backup.verified(copied)
        compare(counts, found)
        put_in_place(copied, target)
    return sum(counts.values())
