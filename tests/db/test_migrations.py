"""Bringing a database to this version's schema, and the schemas that are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hourhand.db import Database, DatabaseError, NewerSchema, open_database
from hourhand.db.errors import BrokenMigrations
from hourhand.db.migrate import migrate, migrations
from tests import catalogue


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database without a schema."""
    database = open_database(empty_url)
    yield database
    database.close()


def test_both_engines_end_with_the_same_schema(sqlite_url: str, postgres_url: str) -> None:
    sqlite, postgres = _catalogue(sqlite_url), _catalogue(postgres_url)
    assert sqlite.columns == postgres.columns
    # PostgreSQL words a check in its own way, so they are counted.
    assert Counter(table for table, _ in sqlite.checks) == Counter(table for table, _ in postgres.checks)
    assert _indexes(sqlite) == _indexes(postgres)
    assert _references(sqlite) == _references(postgres)


def test_migrating_brings_every_migration_once(empty: Database) -> None:
    assert migrate(empty) == migrations()
    before = empty.write_now(catalogue.read)
    assert migrate(empty) == []
    assert empty.write_now(catalogue.read) == before


def test_servers_that_start_together_migrate_once(empty_url: str) -> None:
    def start(_: int) -> int:
        database = open_database(empty_url)
        try:
            return len(migrate(database))
        finally:
            database.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(start, range(4))) == len(migrations())


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ("insert into schema_migrations select 9999, 'later', 'x', 0", NewerSchema, "schema version 9999"),
        ("update schema_migrations set checksum = 'x' where version = 1", BrokenMigrations, "migration 1"),
        ("delete from schema_migrations where version = 1", BrokenMigrations, "migration 1"),
    ],
    ids=["newer", "changed", "gap"],
)
def test_a_schema_that_is_not_of_this_version_is_refused_and_left_alone(
    empty: Database, change: str, error: type[DatabaseError], message: str
) -> None:
    migrate(empty)
    empty.write_now(lambda tx: tx.run(change))
    before = _records(empty)
    with pytest.raises(error, match=message):
        migrate(empty)
    assert _records(empty) == before


def _records(database: Database) -> list[tuple[object, ...]]:
    return database.write_now(lambda tx: tx.rows("select * from schema_migrations order by version"))


def _catalogue(url: str) -> catalogue.Catalogue:
    database = open_database(url)
    try:
        return database.write_now(catalogue.read)
    finally:
        database.close()


def _indexes(schema: catalogue.Catalogue) -> set[tuple[object, ...]]:
    return {(key.table, key.name, key.columns, key.unique, key.partial) for key in schema.keys if not key.primary}


def _references(schema: catalogue.Catalogue) -> set[tuple[str, str, str]]:
    return {(key.table, key.columns[-1], key.target) for key in schema.foreign_keys}
