"""The databases that tests run on. Whatever asks for `database` or `database_url` runs on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hourhand.db import Database, open_database
from hourhand.db.migrate import migrate
from tests.clock import Clock
from tests.postgres import Cluster
from tests.statements import Recorder

NOW = 1_700_000_000


@pytest.fixture
def clock() -> Clock:
    """The time that `database` sees, 2023-11-14 22:13:20 UTC until a test moves it."""
    return Clock(NOW)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL cluster for all tests of this process."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, of which the tests of this process get copies: to migrate takes ten times as long."""
    path = tmp_path_factory.mktemp("migrated") / "hourhand.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    path = shutil.copyfile(sqlite_file, tmp_path / "hourhand.db")
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_name(cluster: Cluster) -> str:
    """The migrated database of the cluster that the tests of this process use in turn."""
    name = cluster.create()
    _migrate(cluster.url(name))
    return name


@pytest.fixture
def postgres_url(cluster: Cluster, postgres_name: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database without a row."""
    yield cluster.url(postgres_name)
    cluster.clear(postgres_name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database, for tests that start a server process on it."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Sees every statement on `database`, and lets no test pass with one that breaks the rules for buckets."""
    recorder = Recorder()
    yield recorder
    assert recorder.faults == set()


@pytest.fixture
def database(database_url: str, clock: Clock, recorder: Recorder) -> Iterator[Database]:
    """A fresh, migrated database, open as a server has it, with the test's clock."""
    database = open_database(database_url, serving=True, clock=clock, observe=recorder)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has no schema yet, for tests of migrations; the SQLite file is not there yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hourhand.db"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


def _migrate(url: str) -> None:
    database = open_database(url)
    try:
        migrate(database)
    finally:
        database.close()
