"""Backups of a SQLite file: copied as of one moment beside a running server, and put in place again.

A backup is one plain file without a log beside it.
"""

from __future__ import annotations

import time
from pathlib import Path

import apsw

from hourhand.db.copies import Counts, compare, flush, put_in_place, unfinished
from hourhand.db.errors import Corrupt, DatabaseError
from hourhand.db.sqlite_file import damage, lock

_LOOK_SECONDS = 1.5


def copy(source: apsw.Connection, target: Path) -> Counts:
    """Copy what a connection sees at one moment into an empty file, compacted; the rows of each table then."""
    copied = apsw.Connection(str(target))
    try:
        # Counted and copied in one read transaction, which no writer waits for.
        with source:
            counts = count(source)
            with copied.backup("main", source, "main") as backup:
                backup.step(-1)
        copied.execute("pragma journal_mode = delete").fetchall()
        copied.execute("vacuum")
    except apsw.Error as error:
        raise DatabaseError(f"the database cannot be copied: {error}") from error
    finally:
        copied.close()
    return counts


def verified(path: Path) -> Counts:
    """The rows of each table of a backup, once all of it has been looked at. Raises `Corrupt`."""
    if not path.exists():
        raise DatabaseError(f"{path} does not exist")
    problem = damage(path, _LOOK_SECONDS)
    if problem:
        raise Corrupt(f"{path} is damaged: {problem}")
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        refuse_damage(connection, path)
        return count(connection)
    finally:
        connection.close()


def refuse_damage(connection: apsw.Connection, path: Path) -> None:
    """Look at every page, index and reference, which takes as long as the file is large. Raises `Corrupt`."""
    try:
        answer = connection.execute("pragma integrity_check(1)").get
        dangling = connection.execute("pragma foreign_key_check").fetchall()
    except apsw.Error as error:
        raise Corrupt(f"{path} is damaged: {error}") from error
    if answer != "ok":
        raise Corrupt(f"{path} is damaged: {answer}")
    if dangling:
        table, row, parent, _ = dangling[0]
        raise Corrupt(f"{path} is damaged: row {row} of {table} refers to a row of {parent} that is missing")


def count(connection: apsw.Connection) -> Counts:
    """The rows of each table."""
    found = connection.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    tables = [str(name) for (name,) in found.fetchall()]
    return {table: int(connection.execute(f'select count(*) from "{table}"').get) for table in tables}


def restore(path: Path, source: Path, *, move_aside: bool) -> Path | None:
    """Put a backup in a database's place; returns where the database that was there is now.

    Without `move_aside` a database that is there is an error. Raises `AlreadyServed` beside a server.
    """
    counts = verified(source)
    held = lock(path)
    try:
        present = path.exists() or Path(f"{path}-wal").exists()
        if present and not move_aside:
            raise DatabaseError(
                f"{path} exists, and a restore never overwrites: add --move-aside to keep it under another name"
            )
        with unfinished(path) as copied:
            connection = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
            try:
                copy(connection, copied)
            finally:
                connection.close()
            compare(counts, verified(copied))
            aside = set_aside(path) if present else None
            put_in_place(copied, path)
        return aside
    finally:
        held.close()


def set_aside(path: Path) -> Path:
    """Give a database and its log another name, which is returned.

    An empty log stays behind: with that and no file, a server refuses to start. So whatever cuts a
    restore short, no server begins with an empty database.
    """
    aside, log = _free_name(path), Path(f"{path}-wal")
    log.touch()
    written = log.stat().st_size > 0
    if written:
        Path(f"{aside}-wal").hardlink_to(log)
    if path.exists():
        path.rename(aside)
    if written:
        with unfinished(log) as empty:
            empty.replace(log)
    Path(f"{path}-shm").unlink(missing_ok=True)
    flush(path.parent)
    return aside


def _free_name(path: Path) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    name, tries = Path(f"{path}.before-restore-{stamp}"), 1
    while name.exists() or Path(f"{name}-wal").exists():
        tries += 1
        name = Path(f"{path}.before-restore-{stamp}-{tries}")
    return name
