"""Records and rows: what is stored comes back as it was, with the same types on both engines."""

from __future__ import annotations

import pytest
from msgspec import Struct

from hourhand.db import Database, Tx, columns, insert_into, parameters, reader, update_of


class Thing(Struct, frozen=True):
    """A row of the table below; `uses` has a default and so comes from elsewhere."""

    id: int
    name: str
    active: bool
    note: str | None
    uses: int = 0


_TABLE = """
create temporary table things (bucket integer, id bigint, name text, active boolean, note text)
"""


@pytest.mark.parametrize("active", [True, False])
def test_a_record_comes_back_as_it_was_stored(database: Database, *, active: bool) -> None:
    thing = Thing(id=(1 << 53) - 1, name="Ünïcode 🕰", active=active, note=None)
    [found] = database.write_now(lambda tx: _store(tx, thing))
    assert found == thing
    assert found.active is active


def test_a_changed_record_replaces_the_former_and_no_other(database: Database) -> None:
    former, changed = (Thing(1, name, True, None) for name in ("former", "changed"))
    other = Thing(2, "other", True, "stays")

    def work(tx: Tx) -> tuple[int, list[Thing]]:
        _store(tx, former, other)
        return tx.run(update_of("things", Thing), bucket=0, **parameters(changed)), _all(tx)

    assert database.write_now(work) == (1, [changed, other])


def _store(tx: Tx, *things: Thing) -> list[Thing]:
    tx.run(_TABLE)
    for thing in things:
        tx.run(insert_into("things", Thing), bucket=0, **parameters(thing))
    return _all(tx)


def _all(tx: Tx) -> list[Thing]:
    read = reader(Thing)
    return [read(row) for row in tx.rows(f"select {columns(Thing, 't')} from things t order by id")]
