"""`hourhand backup` and `restore`: verified copies beside a running server, and nothing ever overwritten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hourhand.db import Corrupt, Database, Tx, open_database
from hourhand.db.sqlite_backup import set_aside
from tests.cli.conftest import Cli
from tests.postgres import Cluster


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a place to restore into, of the same engine."""
    if database_url.startswith("sqlite:"):
        yield f"sqlite:///{tmp_path}/restored.db"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


def test_a_restored_backup_is_the_database_to_the_last_row(cli: Cli, elsewhere: str) -> None:
    told = cli.add("ann@example.org", "--name", 'Ann \\. "the\tfirst"')
    cli.add("bob@example.org")
    said = cli.done("backup", "copy")
    assert "secret.key" in said
    assert (cli.folder / "copy").stat().st_mode & 0o777 == 0o600
    cli.done("restore", "copy", "--database", elsewhere)
    assert contents(elsewhere) == contents(cli.environment["HOURHAND_DATABASE"])
    assert cli.done("account", "token", "ann@example.org", "--database", elsewhere).strip() == told["api_token"]
    assert cli("check", "--database", elsewhere).returncode == 0
    assert [path.name for path in cli.folder.glob(".*")] == []


def test_a_backup_beside_writes_has_all_that_came_before_and_nothing_halfway(cli: Cli, elsewhere: str) -> None:
    url = cli.environment["HOURHAND_DATABASE"]
    with writing(url) as acknowledged:
        while len(acknowledged) < 100:
            pass
        before = len(acknowledged)
        cli.done("backup", "copy")
        after = len(acknowledged)
    assert after > before
    cli.done("restore", "copy", "--database", elsewhere)
    pairs: dict[str, int] = {}
    for _, email, _ in contents(elsewhere)["emails"]:
        pairs[email[:-1]] = pairs.get(email[:-1], 0) + 1
    assert set(pairs.values()) == {2}
    assert set(acknowledged[:before]) <= pairs.keys() <= {f"{number} " for number in range(after + 1)}


def test_a_backup_overwrites_nothing(cli: Cli) -> None:
    (cli.folder / "copy").write_text("precious")
    assert "not overwritten" in cli.refused("backup", "copy")
    assert (cli.folder / "copy").read_text() == "precious"
    assert "no/copy" in cli.refused("backup", "no/copy")


def test_a_backup_that_is_damaged_or_missing_is_not_restored(cli: Cli, elsewhere: str) -> None:
    cli.add("ann@example.org")
    cli.done("backup", "copy")
    path = cli.folder / "copy"
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"nonsense" * 1000, b""):
        path.write_bytes(damaged)
        assert "damaged" in cli.refused("restore", "copy", "--database", elsewhere, code=3)
    assert "does not exist" in cli.refused("restore", "nowhere", "--database", elsewhere)
    path.write_bytes(whole)
    cli.done("restore", "copy", "--database", elsewhere)


def test_a_second_restore_is_refused(cli: Cli, elsewhere: str) -> None:
    cli.done("backup", "empty")
    cli.add("ann@example.org")
    cli.done("backup", "copy")
    cli.done("restore", "copy", "--database", elsewhere)
    there = contents(elsewhere)
    assert "never overwrites" in cli.refused("restore", "empty", "--database", elsewhere)
    assert contents(elsewhere) == there


def test_what_a_restore_moves_aside_is_whole_and_never_overwritten(on_sqlite: Cli) -> None:
    on_sqlite.done("backup", "empty")
    on_sqlite.add("ann@example.org")
    url = on_sqlite.environment["HOURHAND_DATABASE"]
    before = contents(url)
    for _ in range(3):
        on_sqlite.done("restore", "empty", "--move-aside")
        assert on_sqlite.done("account", "list") == ""
    aside = sorted(on_sqlite.folder.glob("hourhand.db.before-restore-*"))
    assert len(aside) == 3
    assert [contents(f"sqlite:///{path}") == before for path in aside] == [True, False, False]


def test_what_was_only_in_the_log_is_moved_aside_too(on_sqlite: Cli) -> None:
    on_sqlite.done("backup", "empty")
    path, url = on_sqlite.folder / "hourhand.db", on_sqlite.environment["HOURHAND_DATABASE"]
    log = Path(f"{path}-wal")
    # The file and the log as a power cut leaves them.
    server = open_database(url, serving=True)
    server.write_now(pair("ann"))
    left = (path.read_bytes(), log.read_bytes())
    server.close()
    path.write_bytes(left[0])
    assert contents(url)["emails"] == []
    path.write_bytes(left[0])
    log.write_bytes(left[1])
    said = on_sqlite.done("restore", "empty", "--move-aside").splitlines()[0]
    assert contents(url)["emails"] == []
    aside = said.removeprefix("the database that was there is now ")
    assert [email for _, email, _ in contents(f"sqlite:///{aside}")["emails"]] == ["anna", "annb"]


def test_a_damaged_database_gives_way_to_its_backup(on_sqlite: Cli) -> None:
    told = on_sqlite.add("ann@example.org")
    on_sqlite.done("backup", "copy")
    path = on_sqlite.folder / "hourhand.db"
    path.write_bytes(b"\0" * 100_000)
    on_sqlite.refused("account", "list", code=3)
    on_sqlite.done("restore", "copy", "--move-aside")
    assert on_sqlite.done("account", "token", "ann@example.org").strip() == told["api_token"]


def test_no_server_begins_empty_while_a_database_is_set_aside(on_sqlite: Cli) -> None:
    path, url = on_sqlite.folder / "hourhand.db", on_sqlite.environment["HOURHAND_DATABASE"]
    on_sqlite.add("ann@example.org")
    set_aside(path)
    with pytest.raises(Corrupt, match="the file itself is missing"):
        open_database(url)
    assert not path.exists()


def test_a_restore_beside_a_server_is_refused(on_sqlite: Cli) -> None:
    on_sqlite.done("backup", "copy")
    server = open_database(on_sqlite.environment["HOURHAND_DATABASE"], serving=True)
    line = on_sqlite.refused("restore", "copy", "--move-aside")
    server.close()
    assert "in use by another Hourhand server" in line
    on_sqlite.done("restore", "copy", "--move-aside")


def test_postgresqls_programs_are_found_off_the_path(tmp_path: Path, postgres_url: str) -> None:
    cli = Cli(tmp_path, postgres_url)
    cli.environment["PATH"] = str(tmp_path)
    cli.done("backup", "copy")


def contents(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    database = open_database(url, create=False)
    try:
        return database.write_now(_rows)
    finally:
        database.close()


def _rows(tx: Tx) -> dict[str, list[Any]]:
    tables = "select name from sqlite_schema where type = 'table'"
    if tx.dialect == "postgres":
        tables = "select tablename from pg_tables where schemaname = 'public'"
    names = sorted(name for (name,) in tx.rows(tables) if not name.startswith("sqlite_"))
    return {name: sorted(tx.rows(f"select * from {name}"), key=repr) for name in names}


def pair(name: str) -> Any:
    """A work that stores two rows that belong together."""

    def work(tx: Tx) -> None:
        for half in "ab":
            tx.run("insert into emails (bucket, email, account_id) values (0, :email, 1)", email=name + half)

    return work


@contextmanager
def writing(url: str) -> Iterator[list[str]]:
    """Pairs that were acknowledged, by a server that writes one after the other until the block ends."""
    acknowledged: list[str] = []
    enough = threading.Event()
    server: Database = open_database(url, serving=True)

    def write() -> None:
        while not enough.is_set():
            name = f"{len(acknowledged)} "
            server.write_now(pair(name))
            acknowledged.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield acknowledged
    finally:
        enough.set()
        thread.join()
        server.close()
