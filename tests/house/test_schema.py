"""The rules for keys and growth, read from both engines' catalogues. They keep the way to many servers open.

A table lives with its owner: a person, a secret, an e-mail address, or a workspace. A new table
needs a line in `catalogue.OWNERS`.
"""

from __future__ import annotations

import pytest

from hourhand.db import Database
from tests import catalogue
from tests.catalogue import OWNERS, Catalogue

# Ordinary indexes that begin with the bucket nevertheless, and why.
BEGIN_WITH_BUCKET = {"events_thing": "an event of a person has no workspace to begin with"}


@pytest.fixture
def schema(database: Database) -> Catalogue:
    return database.write_now(catalogue.read)


def test_every_table_has_an_owner(schema: Catalogue) -> None:
    assert schema.tables() == {*OWNERS, "schema_migrations"}


def test_every_table_carries_its_bucket(schema: Catalogue) -> None:
    carrying = {column.table for column in schema.columns if column.name == "bucket" and not column.nullable}
    assert carrying == set(OWNERS)


def test_every_primary_and_unique_key_begins_with_the_bucket(schema: Catalogue) -> None:
    keys = [key for key in schema.keys if key.unique and key.table in OWNERS]
    assert {key.table for key in keys if key.primary} == set(OWNERS)
    # In one file the id alone is the row.
    unrouted = [key for key in keys if key.columns[0] != "bucket"]
    assert {key.columns for key in unrouted} == ({("id",)} if schema.dialect == "sqlite" else set())


def test_every_foreign_key_names_the_bucket_and_stays_with_its_owner(schema: Catalogue) -> None:
    assert schema.foreign_keys
    assert [key for key in schema.foreign_keys if OWNERS[key.table] != OWNERS[key.target]] == []
    if schema.dialect == "postgres":
        assert [key for key in schema.foreign_keys if key.columns[0] != "bucket"] == []


def test_no_foreign_key_acts_on_its_own(schema: Catalogue) -> None:
    assert [key for key in schema.foreign_keys if not key.inert] == []


def test_the_bucket_is_tied_to_the_ids_that_carry_it(schema: Catalogue) -> None:
    tied = {"id": set(OWNERS), "workspace_id": _owned_by("workspace"), "account_id": _owned_by("person")}
    wanted = {(table, f"{name}&4095=bucket") for name in tied for table in tied[name] & schema.tables_with(name)}
    assert wanted - set(schema.checks) == set()


def test_the_database_makes_no_value_of_its_own(schema: Catalogue) -> None:
    assert [column for column in schema.columns if column.made] == []
    assert schema.makers == []


def test_ordinary_indexes_do_not_begin_with_the_bucket(schema: Catalogue) -> None:
    ordinary = [key for key in schema.keys if not key.unique]
    assert ordinary
    assert {key.name for key in ordinary if key.columns[0] == "bucket"} == set(BEGIN_WITH_BUCKET)


def test_no_table_takes_values_of_any_type(schema: Catalogue) -> None:
    assert schema.loose == []


def _owned_by(owner: str) -> set[str]:
    return {table for table, of in OWNERS.items() if of == owner}
