"""What every backup is made of: an unfinished file that is flushed, compared, and only then put in place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hourhand.db.errors import Corrupt, DatabaseError

# The rows of each table.
Counts = dict[str, int]


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """An empty file beside the target, readable by its owner alone; gone at the end unless it was put in place."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".unfinished", dir=target.parent)
    except OSError as error:
        raise DatabaseError(f"{target} cannot be written: {error.strerror}") from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def put_in_place(copied: Path, target: Path) -> None:
    """Give a finished file its name, durably. Raises `DatabaseError` rather than replace a file."""
    flush(copied)
    try:
        # Taken first, because a rename replaces what is there; and not every disk has links.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise DatabaseError(f"{target} exists, and is not overwritten") from None
    copied.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def compare(expected: Counts, found: Counts) -> None:
    """Raise `Corrupt` if a copy has not the rows it should have."""
    for table in sorted(expected.keys() | found.keys()):
        if expected.get(table) != found.get(table):
            raise Corrupt(
                f"the copy is not complete: {table} has {found.get(table)} rows instead of {expected.get(table)}"
            )
