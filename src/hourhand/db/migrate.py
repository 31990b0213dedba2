"""Bring a database to this version's schema, or refuse it.

Migrations are numbered SQL files, each applied in a transaction of its own together with its
record. They are written for PostgreSQL; `for_engine` respells the few words that SQLite says
otherwise, so that both engines have one schema from one text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from importlib import resources

from msgspec import Struct

from hourhand.db.errors import BrokenMigrations, NewerSchema
from hourhand.db.tx import Database, Dialect, Tx

_RECORD = """
create table if not exists schema_migrations (
    version bigint primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null
)
"""


class Migration(Struct, frozen=True):
    """One numbered file."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrate(database: Database) -> list[Migration]:
    """Apply what is missing, in order; returns what was applied. Refuses a schema it does not know."""
    known = migrations()
    database.write_now(_make_record)
    done = check(database, known)
    return [migration for migration in known[done:] if database.write_now(_applying(migration))]


def pending(database: Database) -> list[Migration]:
    """What `migrate` would apply, without touching the database. Refuses a schema it does not know."""
    known = migrations()
    return known[check(database, known) :] if database.write_now(_has_record) else known


def check(database: Database, known: list[Migration]) -> int:
    """How many of the known migrations the database has. Refuses gaps, changes and newer schemas."""
    rows = database.write_now(lambda tx: tx.rows("select version, checksum from schema_migrations order by version"))
    if len(rows) > len(known):
        raise NewerSchema(
            f"the database has schema version {rows[-1][0]}, this Hourhand knows up to {len(known)}: "
            "install the newer version again, or restore a backup made before the upgrade"
        )
    for migration, (version, checksum) in zip(known, rows, strict=False):
        if version != migration.version or checksum != migration.checksum:
            raise BrokenMigrations(
                f"the database's record does not agree with migration {migration.version} of this Hourhand"
            )
    return len(rows)


def migrations() -> list[Migration]:
    """All migrations of this version, in order, without gaps."""
    folder = resources.files("hourhand.db") / "migrations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    found = [Migration(int(file.name[:4]), file.name[5:-4], file.read_text(encoding="utf-8")) for file in files]
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise BrokenMigrations("the migration files of this installation are not numbered without gaps")
    return found


def _make_record(tx: Tx) -> None:
    for statement in for_engine(_RECORD, tx.dialect):
        tx.run(statement)


def _has_record(tx: Tx) -> bool:
    names = "select name from sqlite_schema" if tx.dialect == "sqlite" else "select tablename from pg_tables"
    return ("schema_migrations",) in tx.rows(names)


def _applying(migration: Migration) -> Callable[[Tx], bool]:
    def apply(tx: Tx) -> bool:
        """Whether it was this process that did it; another may be starting on the same database."""
        if tx.dialect == "postgres":
            tx.run("set local statement_timeout = 0")
            tx.run("lock table schema_migrations in exclusive mode")
        if tx.row("select 1 from schema_migrations where version = :version", version=migration.version):
            return False
        # One statement a call: Citus takes no more.
        for statement in for_engine(migration.text, tx.dialect):
            tx.run(statement)
        tx.run(
            "insert into schema_migrations (version, name, checksum, applied_at)"
            " values (:version, :name, :checksum, :now)",
            version=migration.version,
            name=migration.name,
            checksum=migration.checksum,
            now=tx.now,
        )
        if tx.dialect == "sqlite":
            tx.run(f"pragma user_version = {migration.version}")
        return True

    return apply


def for_engine(text: str, dialect: Dialect) -> list[str]:
    """The statements of a migration as the engine wants them."""
    bare = re.sub(r"--[^\n]*", "", text)
    statements = [statement.strip() for statement in bare.split(";") if statement.strip()]
    return [_for_sqlite(statement) for statement in statements] if dialect == "sqlite" else statements


def _for_sqlite(statement: str) -> str:
    """A row's place is PostgreSQL's (bucket, id); in one file the id alone is the row."""
    for pattern, words in (
        (r"\bid bigint not null,", "id integer primary key,"),
        (r",\s*primary key \(bucket, id\)", ""),
        (r"foreign key \(bucket, (\w+)\) references (\w+) \(bucket, id\)", r"foreign key (\1) references \2 (id)"),
        (r"\)\s*include \(([^)]*)\)", r", \1)"),
        (r"\bbigint\b", "integer"),
        (r"\bsmallint\b", "integer"),
        (r"\bboolean\b", "integer"),
        (r"\bbytea\b", "blob"),
        (r"(?s)\A(create table .*)\Z", r"\1 strict"),
    ):
        statement = re.sub(pattern, words, statement)
    return statement
