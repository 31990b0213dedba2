"""What has to hold of a SQLite file before it is opened: one server, undamaged, ours.

A file that is refused is left as it is, byte for byte, and an empty one never takes its place.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

import apsw

from hourhand.db.errors import AlreadyServed, Corrupt, Unavailable

APPLICATION_ID = 0x484F5552  # "HOUR"
BUSY_MILLISECONDS = 5000
_CHECK_SECONDS = 1.5
_MOST_LOOKS = 3


def lock(path: Path) -> IO[str]:
    """Hold the file for one server. The lock goes with the process, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = Path(f"{path}.lock").open("a+")  # noqa: SIM115 - held as long as the database is
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise AlreadyServed(f"{path} is in use by another Hourhand server (process {holder})") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def make_or_check(path: Path, *, create: bool) -> None:
    """Make a new database where there is none, or refuse what is there if it is damaged or not ours."""
    if not path.exists():
        if Path(f"{path}-wal").exists():
            raise corrupt(path, "its write-ahead log is there, the file itself is missing")
        if not create:
            raise Corrupt(f"{path} does not exist: hourhand migrate makes it, hourhand restore fills it from a backup")
        _make(path)
    problem = damage(path, _CHECK_SECONDS)
    if problem:
        raise corrupt(path, problem)


def damage(path: Path, seconds: float | None = None) -> str | None:
    """What is wrong with a database file, or None. With `seconds`, looks no longer than that."""
    if not path.is_file():
        raise Unavailable(f"{path} cannot be opened: it is not a file")
    for _ in range(_MOST_LOOKS):
        before = _state(path)
        problem = _look(path, seconds)
        # Whoever wrote meanwhile may have been seen halfway.
        if problem is None or _state(path) == before:
            break
    return problem


def corrupt(path: Path, problem: str) -> Corrupt:
    """The refusal of a file, with the way back."""
    return Corrupt(
        f"{path} cannot be used: {problem}. Nothing was changed. "
        f"To go back to a backup: hourhand restore BACKUP --move-aside --database sqlite:///{path}"
    )


def _make(path: Path) -> None:
    """Put a new database in place in one step, so that an empty file is never one of ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        connection = apsw.Connection(str(unfinished))
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.close()
        # A link, because unlike a rename it never replaces a file that another process has made meanwhile.
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _state(path: Path) -> tuple[int, int, bool]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, Path(f"{path}-wal").exists()


def _look(path: Path, seconds: float | None) -> str | None:
    if path.stat().st_size == 0:
        return "the file is empty"
    # A file that nobody has open is read without any lock, since those leave traces beside it.
    traces = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    try:
        connection = apsw.Connection(
            f"file:{quote(str(path))}?mode=ro{traces}", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )
        try:
            connection.set_busy_timeout(BUSY_MILLISECONDS)
            return _ask(connection, seconds)
        finally:
            connection.close()
    except (apsw.BusyError, apsw.CantOpenError) as error:
        raise Unavailable(f"{path} cannot be opened: {error}") from error
    except apsw.Error as error:
        return str(error)


def _ask(connection: apsw.Connection, seconds: float | None) -> str | None:
    if connection.execute("pragma application_id").get != APPLICATION_ID:
        return "it is a database of another program"
    if seconds is not None:
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    try:
        answer = connection.execute("pragma quick_check(1)").get
    except apsw.InterruptError:
        return None
    return None if answer == "ok" else str(answer)
