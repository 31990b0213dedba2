"""`hourhand migrate` and `check`."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import psycopg
import pytest

from hourhand.db import open_database
from tests.cli.conftest import Cli
from tests.postgres import Cluster


@pytest.fixture
def empty(tmp_path: Path, empty_url: str) -> Cli:
    """The command line on a database without a schema; the SQLite file is not there yet."""
    return Cli(tmp_path, empty_url)


def test_migrating_makes_the_schema_once(empty: Cli) -> None:
    assert empty.done("migrate").startswith("applied 0001 ")
    assert empty.done("migrate") == "nothing to do\n"
    assert "schema     ok" in empty.done("check").splitlines()


def test_a_database_without_a_schema_is_to_be_migrated(empty: Cli, tmp_path: Path) -> None:
    ended = empty("check")
    if empty.environment["HOURHAND_DATABASE"].startswith("sqlite"):
        assert (ended.returncode, ended.stdout) == (3, "settings   ok\n")
        assert "does not exist" in ended.stderr
        assert list(tmp_path.glob("hourhand.db*")) == []
    else:
        assert ended.returncode == 2
        assert "run hourhand migrate" in ended.stderr


def test_a_database_in_order_is_said_to_be(cli: Cli) -> None:
    assert cli.done("check").splitlines()[-2:] == ["schema     ok", "key        ok"]
    cli.add("ann@example.org")
    assert cli.done("check").splitlines()[-2:] == ["schema     ok", "key        ok"]


def test_a_key_that_is_missing_or_another_is_told(cli: Cli) -> None:
    cli.add("ann@example.org")
    key = cli.folder / "secret.key"
    kept = key.read_bytes()
    key.unlink()
    ended = cli("check")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "put it back" in ended.stderr
    assert not key.exists()
    key.write_bytes(bytes(reversed(kept)))
    assert "--reset" in cli("check").stderr
    key.write_bytes(kept)
    assert cli("check").returncode == 0


def test_a_newer_schema_is_refused_by_every_command(cli: Cli) -> None:
    newer = "insert into schema_migrations (version, name, checksum, applied_at) values (1000, 'later', '', 0)"
    database = open_database(cli.environment["HOURHAND_DATABASE"])
    database.write_now(lambda tx: tx.run(newer))
    for words in (["migrate"], ["account", "list"], ["serve"]):
        assert "install the newer version" in cli.refused(*words)
    assert "install the newer version" in cli("check").stderr
    database.write_now(lambda tx: tx.run("delete from schema_migrations where version = 1000"))
    database.close()


def test_a_damaged_file_stops_every_command_with_code_3_and_stays_as_it_is(on_sqlite: Cli) -> None:
    on_sqlite.add("ann@example.org")
    path = on_sqlite.folder / "hourhand.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096 : len(damaged) // 2] = b"\xa5" * (len(damaged) // 2 - 4096)
    path.write_bytes(damaged)
    for words in (["serve"], ["migrate"], ["account", "list"], ["backup", "copy.db"]):
        line = on_sqlite.refused(*words, code=3)
        assert "hourhand restore BACKUP --move-aside" in line
    assert on_sqlite("check").returncode == 3
    assert path.read_bytes() == damaged
    assert not (on_sqlite.folder / "copy.db").exists()


def test_damage_that_a_quick_look_misses_is_found_by_a_check(on_sqlite: Cli) -> None:
    on_sqlite.add("ann@example.org")
    # As another program would open it, which need not ask the references.
    connection = apsw.Connection(str(on_sqlite.folder / "hourhand.db"))
    connection.execute("delete from workspaces")
    connection.close()
    assert on_sqlite("account", "list").returncode == 0
    ended = on_sqlite("check")
    assert ended.returncode == 3
    assert "refers to a row of workspaces that is missing" in ended.stderr
    ended = on_sqlite("backup", "copy.db")
    assert ended.returncode == 3
    assert not (on_sqlite.folder / "copy.db").exists()


def test_a_right_that_is_missing_is_told_in_one_line(tmp_path: Path, cluster: Cluster) -> None:
    name = cluster.create()
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        connection.execute("create role weak login")
        cli = Cli(tmp_path, cluster.url(name).replace("hourhand@", "weak@"))
        assert "permission denied for schema public" in cli.refused("migrate")
        connection.execute("drop role weak")
    cluster.drop(name)


def test_a_file_of_another_program_is_refused(on_sqlite: Cli) -> None:
    shutil.copy(__file__, on_sqlite.folder / "hourhand.db")
    assert "not a database" in on_sqlite.refused("migrate", code=3)
