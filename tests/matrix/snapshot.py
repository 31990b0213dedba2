"""All rows of a database: to see whether a request changed anything, and to undo what it changed."""

from __future__ import annotations

from typing import Any

from hourhand.db import Database, Row, Tx
from tests.catalogue import OWNERS

Rows = dict[str, list[Row]]
# Lets rows go and come back in any order; for this transaction alone.
_NO_ORDER = {"sqlite": "pragma defer_foreign_keys = on", "postgres": "set local session_replication_role = replica"}
# Where a row is kept: what tells it from all others of its table.
_PLACE = {"sqlite": "rowid", "postgres": "ctid"}


def read(database: Database) -> Rows:
    """All rows of all tables."""
    return database.write_now(
        lambda tx: {table: sorted(tx.rows(f"select * from {table}"), key=repr) for table in OWNERS}
    )


def without_lots(rows: Rows) -> Rows:
    """The rows without what is drawn by lot: secrets, their hashes and the bucket of those, and salted passwords."""
    kept = {**rows, **{table: [row[1:] for row in rows[table]] for table in ("api_tokens", "codes")}}
    return {table: sorted(tuple(map(_foretold, row)) for row in kept[table]) for table in kept}


def restore(database: Database, rows: Rows) -> None:
    """Make a database what it was when its rows were read."""
    if database.write_now(lambda tx: _restore(tx, rows)):
        # What this process remembers of ids and times is of a future that has not come now.
        database.memory.clear()


def _restore(tx: Tx, rows: Rows) -> bool:
    """Whether there was anything to undo. Only rows that changed are written, because few do."""
    place = _PLACE[tx.dialect]
    gone: dict[str, list[Any]] = {}
    lost: dict[str, list[Row]] = {}
    for table, kept in rows.items():
        there = {row[1:]: row[0] for row in tx.rows(f"select {place}, x.* from {table} x")}
        gone[table] = [there[row] for row in there.keys() - set(kept)]
        lost[table] = [row for row in kept if row not in there]
    if not any(gone.values()) and not any(lost.values()):
        return False
    tx.run(_NO_ORDER[tx.dialect])
    for table, places in gone.items():
        if places:
            tx.run_many(f"delete from {table} where {place} = :place", [{"place": it} for it in places])
    for table, missing in lost.items():
        if missing:
            values = ", ".join(f":v{i}" for i in range(len(missing[0])))
            tx.run_many(f"insert into {table} values ({values})", [_named(row) for row in missing])
    return True


def _foretold(value: Any) -> str:
    return "drawn" if isinstance(value, (bytes, memoryview)) or str(value).startswith("$argon2") else str(value)


def _named(row: Row) -> dict[str, Any]:
    return {f"v{i}": value for i, value in enumerate(row)}
