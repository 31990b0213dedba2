"""The promises of the one writer of SQLite: many works a commit, and each for itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import apsw
import pytest

from hourhand.db import Database, Overloaded, Tx, Work, open_database
from hourhand.db.sqlite import SqliteTx
from hourhand.db.sqlite_writer import MOST_QUEUED
from tests.clock import Clock
from tests.db.rows import emails, put


@pytest.fixture
def served(sqlite_url: str, clock: Clock) -> Iterator[Database]:
    database = open_database(sqlite_url, serving=True, clock=clock)
    yield database
    database.close()


def test_writes_that_come_together_share_a_commit(served: Database) -> None:
    commits = _count_commits(served)
    asyncio.run(_together(served, [put(f"{i:03}@example.com") for i in range(200)]))
    assert len(commits) == 2, "one for the work that kept the writer busy, one for all others"
    assert (served.tally.writes, served.tally.commits) == (202, 3), "and one write that set the hook"
    assert len(served.write_now(emails)) == 200


def test_a_failing_work_harms_only_itself(served: Database) -> None:
    def interrupted(_: Tx) -> int:
        raise _Interrupt

    works = [
        put("ann@example.com"),
        put("ann@example.com"),
        lambda _: next(iter(())),
        interrupted,
        put("bob@example.com"),
    ]
    answers = asyncio.run(_together(served, works))
    assert [type(answer) for answer in answers] == [int, apsw.ConstraintError, RuntimeError, _Interrupt, int]
    assert served.tally.writes == 1 + 2, "the one that kept the writer busy, Ann and Bob"
    assert served.write_now(emails) == ["ann@example.com", "bob@example.com"]


def test_a_commit_that_fails_fails_all_its_works_and_the_next_one_succeeds(served: Database) -> None:
    undone: list[str] = []

    def remembering(tx: Tx) -> int:
        tx.on_rollback(lambda: undone.append("ann"))
        return put("ann@example.com")(tx)

    def breaking_the_commit(tx: Tx) -> int:
        tx.run("pragma defer_foreign_keys = on")
        return tx.run("insert into time_entry_tags (bucket, time_entry_id, tag_id) values (0, 4096, 4096)")

    answers = asyncio.run(_together(served, [remembering, breaking_the_commit]))
    assert [type(answer) for answer in answers] == [apsw.ConstraintError] * 2
    assert undone == ["ann"]
    assert (served.tally.writes, served.tally.commits) == (1, 1)
    assert asyncio.run(served.write(put("bob@example.com"))) == 1
    assert served.write_now(emails) == ["bob@example.com"]


def test_an_answer_comes_after_its_commit(served: Database, sqlite_url: str) -> None:
    beside = open_database(sqlite_url)
    try:
        for i in range(20):
            asyncio.run(served.write(put(f"{i:02}@example.com")))
            assert len(beside.write_now(emails)) == i + 1
    finally:
        beside.close()


def test_more_writes_than_may_wait_are_refused_and_the_others_are_done(served: Database) -> None:
    works = [put(f"{i:04}@example.com") for i in range(MOST_QUEUED + 5)]
    answers = asyncio.run(_together(served, works))
    assert [type(answer) for answer in answers] == [int] * MOST_QUEUED + [Overloaded] * 5
    assert len(served.write_now(emails)) == MOST_QUEUED


def test_a_write_from_another_thread_waits_for_its_turn(served: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(tx: Tx) -> int:
        put("ann")(tx)
        begun.set()
        assert go_on.wait(10)
        return put("bob")(tx)

    async def race() -> bool:
        held = asyncio.ensure_future(served.write(hold))
        await asyncio.to_thread(begun.wait, 10)
        other = asyncio.ensure_future(asyncio.to_thread(served.write_now, put("cleo")))
        await asyncio.wait([other], timeout=0.1)
        waited = not other.done()
        go_on.set()
        await asyncio.gather(held, other)
        return waited

    assert asyncio.run(race())
    assert served.write_now(emails) == ["ann", "bob", "cleo"]


def test_a_loop_that_was_closed_meanwhile_keeps_nobody_waiting(served: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: Tx) -> None:
        begun.set()
        assert go_on.wait(10)

    async def abandon() -> None:
        held = asyncio.ensure_future(served.write(hold))
        await asyncio.to_thread(begun.wait, 10)
        left = asyncio.ensure_future(served.write(put("ann@example.com")))
        await asyncio.sleep(0)
        assert not held.done()
        assert not left.done()

    asyncio.run(abandon())
    go_on.set()
    assert asyncio.run(served.write(put("bob@example.com"))) == 1
    assert served.write_now(emails) == ["ann@example.com", "bob@example.com"]


async def _together(database: Database, works: list[Work[int]]) -> list[int | BaseException]:
    """Keep the writer busy until all the works wait for it, then let it go on; what became of each."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: Tx) -> None:
        begun.set()
        assert go_on.wait(10)

    first = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(begun.wait, 10)
    waiting = [asyncio.ensure_future(database.write(work)) for work in works]
    # Each queues its work before it first waits, so one turn of the loop has queued them all.
    await asyncio.sleep(0)
    go_on.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def _count_commits(database: Database) -> list[None]:
    commits: list[None] = []

    def hook() -> bool:
        commits.append(None)
        return False

    def watch(tx: Tx) -> None:
        assert isinstance(tx, SqliteTx)
        tx.connection.set_commit_hook(hook)

    database.write_now(watch)
    commits.clear()
    return commits


class _Interrupt(BaseException):
    """What no `except Exception` catches."""
