"""Whose a SQLite file is, and what happens to one that is damaged or not ours: nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from hourhand.db import AlreadyServed, Corrupt, Database, InvalidUrl, Unavailable, open_database
from hourhand.db.sqlite import SqliteDatabase
from tests.db.rows import emails, put


@pytest.fixture
def path(sqlite_url: str) -> Path:
    """A migrated file that nobody has open, big enough to be cut in two."""
    database = open_database(sqlite_url)
    database.write_now(lambda tx: [put(f"{i:04}@example.com")(tx) for i in range(2000)])
    database.close()
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def server(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}", serving=True)
    yield database
    database.close()


def test_a_second_server_is_refused_with_the_process_that_has_the_file(path: Path) -> None:
    first = open_database(f"sqlite:///{path}", serving=True)
    with pytest.raises(AlreadyServed, match=rf"{path} is in use by another Hourhand server \(process {os.getpid()}\)"):
        open_database(f"sqlite:///{path}", serving=True)
    first.close()
    open_database(f"sqlite:///{path}", serving=True).close()


def test_a_visit_beside_a_server_writes_and_the_server_sees_it_at_once(server: Database, path: Path) -> None:
    async def write_and_read(email: str) -> list[str]:
        await server.write(put(f"server-{email}"))
        visit = open_database(f"sqlite:///{path}")
        visit.write_now(put(f"visit-{email}"))
        seen = await server.read(emails)
        visit.close()
        return seen

    for i in range(3):
        assert {f"server-{i}", f"visit-{i}"} < set(asyncio.run(write_and_read(str(i))))


def test_a_server_goes_on_writing_after_a_visit_has_ended(server: Database, path: Path) -> None:
    open_database(f"sqlite:///{path}").close()
    asyncio.run(server.write(put("ann")))
    assert "ann" in asyncio.run(server.read(emails))


def test_what_was_written_before_a_kill_is_there_afterwards(path: Path) -> None:
    program = (
        "import asyncio, os, signal; from hourhand.db import open_database; from tests.db.rows import put\n"
        f"database = open_database('sqlite:///{path}', serving=True)\n"
        "asyncio.run(database.write(put('ann')))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False, timeout=30)
    assert Path(f"{path}-wal").stat().st_size > 0
    database = open_database(f"sqlite:///{path}", serving=True)
    assert "ann" in asyncio.run(database.read(emails))
    database.close()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _no_database(path: Path) -> None:
    path.write_bytes(b"This is not a database at all. " * 1000)


def _damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(32 * 1024))


def _cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _foreign(path: Path) -> None:
    path.unlink()
    connection = apsw.Connection(str(path))
    connection.execute("create table music (title text)")
    connection.close()


def _foreign_with_a_log(path: Path) -> None:
    """As another program leaves its database when it is killed."""
    path.unlink()
    original = path.with_name("original")
    connection = apsw.Connection(str(original))
    connection.execute("pragma journal_mode = wal; create table music (title text)").fetchall()
    for suffix in ("", "-wal"):
        shutil.copy(f"{original}{suffix}", f"{path}{suffix}")
    connection.close()


@pytest.mark.parametrize("spoil", [_empty, _no_database, _damaged, _cut_off, _foreign, _foreign_with_a_log])
@pytest.mark.parametrize("serving", [True, False], ids=["server", "visit"])
def test_a_file_that_is_damaged_or_foreign_is_refused_and_left_as_it_is(
    path: Path, spoil: Callable[[Path], None], *, serving: bool
) -> None:
    spoil(path)
    before = _contents(path)
    with pytest.raises(Corrupt, match=r"Nothing was changed.*hourhand restore") as refusal:
        open_database(f"sqlite:///{path}", serving=serving)
    assert refusal.value.exit_code == 3
    assert _contents(path) == before


def test_a_file_that_is_missing_while_its_log_is_there_is_refused_and_not_made(path: Path) -> None:
    path.unlink()
    log = Path(f"{path}-wal")
    log.write_bytes(b"what was not yet in the file")
    with pytest.raises(Corrupt, match="write-ahead log"):
        open_database(f"sqlite:///{path}", serving=True)
    assert not path.exists()
    assert log.read_bytes() == b"what was not yet in the file"


def test_a_refusal_does_not_keep_the_file(path: Path) -> None:
    kept = path.read_bytes()
    _cut_off(path)
    with pytest.raises(Corrupt):
        open_database(f"sqlite:///{path}", serving=True)
    path.write_bytes(kept)
    open_database(f"sqlite:///{path}", serving=True).close()


def test_a_missing_file_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "new.db"
    with pytest.raises(Corrupt, match="does not exist"):
        open_database(f"sqlite:///{path}", create=False)
    assert not path.exists()
    open_database(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["new.db"]


def test_a_path_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["", "sqlite:///", "sqlite://data/hourhand.db", "mysql://localhost/hourhand"])
def test_a_url_of_no_engine_is_refused(url: str) -> None:
    with pytest.raises(InvalidUrl, match="use sqlite:///"):
        open_database(url)


def test_a_backup_has_all_that_was_written_before_it(server: Database, path: Path) -> None:
    assert isinstance(server, SqliteDatabase)
    asyncio.run(server.write(put("ann")))
    server.backup_to(path.with_name("backup.db"))
    asyncio.run(server.write(put("bob")))
    copy = open_database(f"sqlite:///{path.with_name('backup.db')}", create=False)
    found = copy.write_now(emails)
    copy.close()
    assert len(found) == 2001
    assert "ann" in found


def _contents(path: Path) -> dict[str, bytes]:
    """The file and what lies beside it, but for the lock and for the index of a log, which holds no data."""
    found = path.parent.glob(f"{path.name}*")
    return {file.name: file.read_bytes() for file in found if not file.name.endswith((".lock", "-shm"))}
