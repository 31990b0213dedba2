"""Word of commits: said once they are durable, of what was committed alone, and only while somebody hears."""

from __future__ import annotations

import asyncio

import pytest

from hourhand.core import events
from hourhand.core.ids import bucket_of
from hourhand.db import Database, Tx
from hourhand.db.bus import Heads
from tests.db.test_events import OTHER_WORKSPACE, WORKSPACE, Thing


def happen(tx: Tx, workspace_id: int = WORKSPACE) -> None:
    events.record(tx, None, "tag", 1, workspace_id=workspace_id, after=Thing("x"))


def test_a_commit_tells_how_far_each_log_goes_until_nobody_hears(database: Database) -> None:
    heard: list[Heads] = []
    unsubscribe = database.bus.subscribe(heard.append)
    database.write_now(happen)

    def both(tx: Tx) -> None:
        happen(tx)
        happen(tx, OTHER_WORKSPACE)

    database.write_now(both)
    asyncio.run(database.write(happen))
    unsubscribe()
    database.write_now(happen)
    bucket, other = bucket_of(WORKSPACE), bucket_of(OTHER_WORKSPACE)
    assert heard == [{bucket: 1}, {bucket: 2, other: 1}, {bucket: 3}]
    assert not database.bus.heard


def test_what_is_not_committed_is_not_told(database: Database) -> None:
    heard: list[Heads] = []
    database.bus.subscribe(heard.append)

    def fail(tx: Tx) -> None:
        happen(tx)
        raise ValueError("after all")

    async def together() -> None:
        await asyncio.gather(*(database.write(work) for work in (fail, happen, fail)), return_exceptions=True)

    with pytest.raises(ValueError, match="after all"):
        database.write_now(fail)
    asyncio.run(together())
    assert heard == [{bucket_of(WORKSPACE): 1}]


def test_a_reader_sees_that_another_connection_committed(database: Database) -> None:
    async def versions() -> list[int | None]:
        found = [await database.read(lambda tx: tx.version()) for _ in range(2)]
        await database.write(happen)
        return [*found, await database.read(lambda tx: tx.version())]

    first, second, third = asyncio.run(versions())
    assert first == second
    assert third is None or third != second
