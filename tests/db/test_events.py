"""The event log: positions without gaps in the order of commits, and a time that never goes back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator

import pytest
from msgspec import Struct

from hourhand.core import events
from hourhand.core.actor import Actor
from hourhand.db import Database, Row, Tx, open_database
from tests.clock import Clock
from tests.conftest import NOW
from tests.db.rows import put

WORKSPACE = (1 << 12) | 3
OTHER_WORKSPACE = (1 << 12) | 4


class Thing(Struct):
    name: str


@pytest.fixture
def late(database_url: str, clock: Clock) -> Iterator[Database]:
    """Another process's view of the same database, whose clock is an hour behind."""
    late = open_database(database_url, clock=lambda: clock.now - 3600)
    yield late
    late.close()


def test_an_event_says_what_happened_to_what_by_whom(database: Database, clock: Clock) -> None:
    actor = Actor(account_id=4096, now=0, caller="a stopwatch")

    def work(tx: Tx) -> None:
        old, new = Thing("old"), Thing("new")
        events.record(tx, actor, "tag", 1, workspace_id=WORKSPACE, after=old)
        events.record(tx, actor, "tag", 1, workspace_id=WORKSPACE, before=old, after=new)
        events.record(tx, None, "tag", 1, workspace_id=WORKSPACE, before=new)

    database.write_now(work)
    at = int(clock.now)
    assert _log(database, "position, action, account_id, caller, at, before, after") == [
        (1, "created", 4096, "a stopwatch", at, None, '{"name":"old"}'),
        (2, "updated", 4096, "a stopwatch", at, '{"name":"old"}', '{"name":"new"}'),
        (3, "deleted", None, None, at, '{"name":"new"}', None),
    ]


def test_what_has_no_workspace_is_logged_with_itself(database: Database) -> None:
    database.write_now(
        lambda tx: events.record(tx, None, "account", (8 << 12) | 5, workspace_id=None, after=Thing("x"))
    )
    assert _log(database, "bucket, position, workspace_id, thing_id") == [(5, 1, None, (8 << 12) | 5)]


def test_positions_have_no_gaps_and_are_in_the_order_of_commits(database: Database) -> None:
    observed: list[list[Row]] = []

    async def write(number: int) -> int:
        done = 0
        for turn in range(12):
            try:
                await database.write(_two_workspaces(number, turn))
                done += 1
            except ZeroDivisionError:
                continue
        return done

    async def race() -> int:
        writers = asyncio.gather(*(write(number) for number in range(8)))
        while not writers.done():
            observed.append(await database.read(_positions))
            await asyncio.sleep(0)
        return sum(await writers)

    done = asyncio.run(race())
    assert done == 8 * 9
    assert len(observed) > 1
    # Whoever looks in between never sees a position before all that came before it.
    for seen in [*observed, database.write_now(_positions)]:
        assert all(count == highest for _, count, highest in seen)
    assert database.write_now(_positions) == [(3, done * 2, done * 2), (4, done, done)]


def test_time_never_goes_back_when_the_clock_does(database: Database, clock: Clock) -> None:
    stamps: list[int] = []
    for step in (0, 10, -5, -86400, 1, 86400, 30):
        clock.advance(step)
        stamps.append(asyncio.run(database.write(_stamped)))
    assert stamps == sorted(stamps)
    assert stamps[-1] == clock.now
    assert _log(database, "at") == [(stamp,) for stamp in stamps]


def test_time_never_goes_back_for_a_process_that_is_late(database: Database, late: Database, clock: Clock) -> None:
    stamps = []
    for _ in range(3):
        clock.advance(1)
        stamps.append(database.write_now(_stamped))
        stamps.append(late.write_now(_stamped))
    assert stamps == sorted(stamps)
    assert _log(database, "at") == [(stamp,) for stamp in stamps]


def test_a_work_that_another_overtakes_runs_again_with_the_later_time(postgres_url: str, clock: Clock) -> None:
    stamps: list[int] = []

    def work(tx: Tx) -> None:
        stamps.append(events.stamp(tx, 3))
        if len(stamps) == 1:
            clock.advance(10)
            tx.apart(_stamped)
        events.record(tx, None, "tag", 1, workspace_id=WORKSPACE, after=Thing("x"))

    database = open_database(postgres_url, clock=clock)
    database.write_now(work)
    times = [at for (at,) in _log(database, "at")]
    database.close()
    assert stamps == [NOW, NOW + 10]
    assert times == [NOW + 10, NOW + 10]


def test_time_never_goes_back_among_writers_at_once(database: Database, clock: Clock) -> None:
    chance = random.Random(1)

    async def write() -> None:
        for _ in range(12):
            clock.advance(chance.choice([-50, 0, 20, 60]))
            stamps.append(await database.write(_stamped))

    stamps: list[int] = []

    async def race() -> None:
        await asyncio.gather(*(write() for _ in range(8)))

    asyncio.run(race())
    times = [at for (at,) in _log(database, "at")]
    assert times == sorted(times)
    # What a work wrote into its rows is what its event says.
    assert sorted(stamps) == times


def _stamped(tx: Tx) -> int:
    stamp = events.stamp(tx, 3)
    events.record(tx, None, "tag", 1, workspace_id=WORKSPACE, after=Thing("x"))
    return stamp


def _two_workspaces(number: int, turn: int) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        put(f"{number}-{turn}")(tx)
        # In turns, so that two works over the same workspaces begin with different ones.
        first, second = (WORKSPACE, OTHER_WORKSPACE)[:: 1 if number % 2 else -1]
        events.record(tx, None, "tag", 1, workspace_id=first, after=Thing("x"))
        events.record(tx, None, "tag", 1, workspace_id=second, after=Thing("x"))
        events.record(tx, None, "tag", 2, workspace_id=WORKSPACE, after=Thing("y"))
        if turn % 4 == 1:
            raise ZeroDivisionError

    return work


def _positions(tx: Tx) -> list[Row]:
    return tx.rows("select bucket, count(*), max(position) from events group by bucket order by bucket")


def _log(database: Database, columns: str) -> list[Row]:
    return database.write_now(lambda tx: tx.rows(f"select {columns} from events order by bucket, position"))
