"""What can happen between Hourhand and a PostgreSQL server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from hourhand.db import Database, DatabaseError, InvalidUrl, Tx, Unavailable, open_database
from tests.db.rows import emails, put
from tests.postgres import Cluster


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = open_database(postgres_url)
    yield database
    database.close()


def test_a_connection_lost_between_works_is_made_again(database: Database, postgres_url: str) -> None:
    asyncio.run(_at_once(database, [put(f"before-{i}") for i in range(8)]))
    database.write_now(lambda tx: tx.apart(emails))
    _end_connections(postgres_url)
    asyncio.run(_at_once(database, [put(f"after-{i}") for i in range(8)]))
    assert len(database.write_now(lambda tx: tx.apart(emails))) == 16


def test_a_work_whose_connection_is_lost_midway_runs_again(database: Database, postgres_url: str) -> None:
    tries: list[None] = []

    def work(tx: Tx) -> None:
        put("ann")(tx)
        tries.append(None)
        if len(tries) == 1:
            _end_connections(postgres_url)
        put("bob")(tx)

    asyncio.run(database.write(work))
    assert len(tries) == 2
    assert asyncio.run(database.read(emails)) == ["ann", "bob"]


def test_a_commit_whose_fate_is_unknown_is_said_and_not_repeated(database: Database, postgres_url: str) -> None:
    tries: list[None] = []

    def work(tx: Tx) -> None:
        put("ann")(tx)
        tries.append(None)
        tx.at_end(lambda: _end_connections(postgres_url))

    with pytest.raises(Unavailable, match="may have been made"):
        asyncio.run(database.write(work))
    assert len(tries) == 1
    assert asyncio.run(database.write(emails)) == []


def test_a_deadlock_is_nobodys_failure(database: Database) -> None:
    def swap(first: str, second: str) -> Callable[[Tx], None]:
        def work(tx: Tx) -> None:
            for email in (first, second):
                tx.run("update emails set account_id = account_id + 1 where email = :email", email=email)
                tx.rows("select pg_sleep(0.05)")

        return work

    database.write_now(lambda tx: [put("ann")(tx), put("bob")(tx)])
    asyncio.run(_at_once(database, [swap("ann", "bob"), swap("bob", "ann")]))
    assert database.write_now(lambda tx: tx.rows("select account_id from emails")) == [(3,), (3,)]


def test_what_is_done_apart_stays_when_the_work_fails(database: Database) -> None:
    def work(tx: Tx) -> None:
        put("ann")(tx)
        tx.apart(put("bob"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(database.write(work))
    assert asyncio.run(database.read(emails)) == ["bob"]


def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    def work(tx: Tx) -> None:
        tx.run("set local statement_timeout = 50")
        tx.rows("select pg_sleep(10)")

    with pytest.raises(Unavailable, match="timeout"):
        asyncio.run(database.write(work))
    assert asyncio.run(database.write(put("ann"))) == 1


def test_commits_are_durable_whatever_the_server_would_do_by_itself(cluster: Cluster, postgres_url: str) -> None:
    with _set(cluster, "synchronous_commit", "off"):
        database = open_database(postgres_url)
        assert database.write_now(lambda tx: tx.row("show synchronous_commit")) == ("on",)
        database.close()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(
    cluster: Cluster, postgres_url: str, setting: str
) -> None:
    with _set(cluster, setting, "off"), pytest.raises(DatabaseError, match=f"{setting} = off; Hourhand needs on"):
        open_database(postgres_url)
    open_database(postgres_url).close()


def test_a_server_that_is_not_there_is_said_in_one_line() -> None:
    with pytest.raises(Unavailable, match=r"\APostgreSQL cannot be reached: [^\n]+\Z"):
        open_database("postgresql://hourhand:open-sesame@127.0.0.1:1/hourhand")


def test_a_url_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(InvalidUrl) as refusal:
        open_database("postgresql://hourhand:open-sesame@127.0.0.1:no-port/hourhand?open-sesame=1")
    assert "sesame" not in str(refusal.value)


async def _at_once(database: Database, works: list[Callable[[Tx], object]]) -> None:
    await asyncio.gather(*(database.write(work) for work in works))


def _end_connections(url: str) -> None:
    """End all connections to a database but this one; returns when they are gone."""
    others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"select pg_terminate_backend(pid) {others}")
        while connection.execute(f"select 1 {others}").fetchone():
            pass


@contextmanager
def _set(cluster: Cluster, setting: str, value: str) -> Iterator[None]:
    """Change a setting of the whole cluster, until the block ends."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:

        def change(statement: str, wanted: str) -> None:
            connection.execute(statement)
            connection.execute("select pg_reload_conf()")
            while connection.execute(f"show {setting}").fetchone() != (wanted,):
                pass

        change(f"alter system set {setting} = {value}", value)
        try:
            yield
        finally:
            change(f"alter system reset {setting}", "on")
