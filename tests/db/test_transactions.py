"""What a work may rely on, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from hourhand.db import Database, Retry, Tx, Unavailable, open_database
from hourhand.db.tx import spread
from tests import catalogue
from tests.clock import Clock
from tests.db.rows import emails, put


class _Failure(Exception):
    pass


def test_a_write_is_seen_by_the_reads_after_it(database: Database) -> None:
    async def write_and_read() -> tuple[list[str], list[str]]:
        await database.write(put("ann@example.com"))
        return await database.read(emails), await database.read_long(emails)

    assert asyncio.run(write_and_read()) == (["ann@example.com"], ["ann@example.com"])


def test_what_was_written_is_counted_with_its_commit_and_what_was_read_or_undone_is_not(database: Database) -> None:
    def failing(tx: Tx) -> None:
        put("bob@example.com")(tx)
        raise _Failure

    async def write_and_read() -> None:
        await database.write(put("ann@example.com"))
        await database.read(emails)
        await database.read_long(emails)
        with pytest.raises(_Failure):
            await database.write(failing)

    assert (database.tally.writes, database.tally.commits) == (0, 0)
    asyncio.run(write_and_read())
    assert (database.tally.writes, database.tally.commits) == (1, 1)
    database.write_now(put("cleo@example.com"))
    with pytest.raises(_Failure):
        database.write_now(failing)
    assert (database.tally.writes, database.tally.commits) == (2, 2)


def test_a_read_sees_one_moment_and_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|query_only"):
        asyncio.run(database.read(put("ann@example.com")))
    assert asyncio.run(database.read(emails)) == []


def test_a_work_that_fails_leaves_nothing(database: Database) -> None:
    def failing(tx: Tx) -> None:
        put("ann@example.com")(tx)
        raise _Failure

    with pytest.raises(_Failure):
        asyncio.run(database.write(failing))
    with pytest.raises(_Failure):
        database.write_now(failing)
    assert asyncio.run(database.read(emails)) == []


def test_retry_runs_the_work_again_from_the_start(database: Database, clock: Clock) -> None:
    tries: list[tuple[str, float, dict[str, object]]] = []

    def reluctant(tx: Tx, email: str) -> str:
        tries.append((email, tx.now, dict(tx.notes)))
        tx.notes["seen"] = True
        put(email)(tx)
        if len(tries) % 3:
            clock.advance(1)
            raise Retry
        return email

    start = clock.now
    assert asyncio.run(database.write(lambda tx: reluctant(tx, "ann"))) == "ann"
    assert database.write_now(lambda tx: reluctant(tx, "bob")) == "bob"
    assert tries[:3] == [("ann", start, {}), ("ann", start + 1, {}), ("ann", start + 2, {})]
    assert tries[3:] == [("bob", start + 2, {}), ("bob", start + 3, {}), ("bob", start + 4, {})]
    assert asyncio.run(database.read(emails)) == ["ann", "bob"]


def test_a_work_that_always_wants_to_run_again_is_given_up(database: Database) -> None:
    def never(tx: Tx) -> None:
        put("ann@example.com")(tx)
        raise Retry

    with pytest.raises(Unavailable):
        asyncio.run(database.write(never))
    with pytest.raises(Unavailable):
        database.write_now(never)
    assert asyncio.run(database.read(emails)) == []


def test_what_is_left_for_the_end_runs_inside_the_transaction(database: Database) -> None:
    def work(tx: Tx, *, fail: bool = False) -> list[str]:
        def at_end() -> None:
            put("from-the-end@example.com")(tx)
            if fail:
                raise _Failure

        tx.at_end(at_end)
        return emails(tx)

    with pytest.raises(_Failure):
        asyncio.run(database.write(lambda tx: work(tx, fail=True)))
    assert asyncio.run(database.write(work)) == []
    assert asyncio.run(database.read(emails)) == ["from-the-end@example.com"]


def test_what_is_left_for_a_rollback_runs_backwards_and_only_then(database: Database) -> None:
    undone: list[str] = []

    def work(tx: Tx, *, fail: bool) -> None:
        tx.on_rollback(lambda: undone.append("first"))
        tx.on_rollback(lambda: undone.append("second"))
        if fail:
            raise _Failure

    asyncio.run(database.write(lambda tx: work(tx, fail=False)))
    database.write_now(lambda tx: work(tx, fail=False))
    assert undone == []
    with pytest.raises(_Failure):
        asyncio.run(database.write(lambda tx: work(tx, fail=True)))
    assert undone == ["second", "first"]
    with pytest.raises(_Failure):
        database.write_now(lambda tx: work(tx, fail=True))
    assert undone == ["second", "first"] * 2


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 200, 4096])
def test_a_list_spreads_to_its_members(database: Database, size: int) -> None:
    def work(tx: Tx) -> int:
        tx.run_many(
            "insert into emails (bucket, email, account_id) values (:bucket, :email, :account_id)",
            [{"bucket": i % 4, "email": f"{i}@example.com", "account_id": i} for i in range(4100)],
        )
        rows = tx.rows(
            "select account_id from emails where account_id in (:ids) and bucket in (:buckets) order by account_id",
            ids=list(range(size)),
            buckets=(0, 1, 2, 3),
        )
        return len(rows) if rows == [(i,) for i in range(size)] else -1

    assert database.write_now(work) == size


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="ids has 4097 members"):
        spread("select 1 where 1 in (:ids)", {"ids": list(range(4097))})


def test_lists_of_similar_length_make_one_text() -> None:
    texts = {spread("select 1 where 1 in (:ids)", {"ids": list(range(1, size + 1))})[0] for size in range(5, 9)}
    assert len(texts) == 1


def test_signs_that_mean_something_to_a_driver_are_only_signs(database: Database) -> None:
    def work(tx: Tx) -> list[tuple[str, str]]:
        put("100%s@example.com")(tx)
        return tx.rows("select email, '%s' from emails where email like '100%' and email like :like", like="%@%")

    assert database.write_now(work) == [("100%s@example.com", "%s")]


def test_of_racing_works_one_creates_and_the_others_see_it(database: Database) -> None:
    def create_once(tx: Tx) -> bool:
        if tx.row("select 1 from emails where bucket = 0 and email = :email", email="ann@example.com"):
            return False
        put("ann@example.com")(tx)
        return True

    async def race() -> list[bool]:
        return await asyncio.gather(*(database.write(create_once) for _ in range(32)))

    assert sum(asyncio.run(race())) == 1


def test_works_that_serialise_on_a_person_do_not_overtake_each_other(database: Database) -> None:
    def count(tx: Tx) -> None:
        tx.serialise(0, 4096)
        row = tx.row("select next from id_counters where bucket = 0 and kind = 'race'")
        assert row is not None
        tx.run("update id_counters set next = :next where bucket = 0 and kind = 'race'", next=row[0] + 1)

    def prepare(tx: Tx) -> None:
        _insert_account(tx, 4096)
        tx.run("insert into id_counters (bucket, kind, next) values (0, 'race', 0)")

    async def race() -> None:
        await asyncio.gather(*(database.write(count) for _ in range(64)))

    database.write_now(prepare)
    asyncio.run(race())
    assert database.write_now(lambda tx: tx.row("select next from id_counters where kind = 'race'")) == (64,)


def test_whoever_observes_is_told_every_statement(database_url: str) -> None:
    seen: list[tuple[str, dict[str, object]]] = []
    database = open_database(database_url, observe=lambda _, sql, named: seen.append((sql, named)))
    try:
        database.write_now(put("ann@example.com", bucket=7))
    finally:
        database.close()
    assert seen == [
        (
            "insert into emails (bucket, email, account_id) values (:bucket, :email, 1)",
            {"bucket": 7, "email": "ann@example.com"},
        )
    ]


def _insert_account(tx: Tx, account_id: int) -> None:
    """A row of nothing but what the schema insists on. Each engine reads '0' as what the column wants."""
    needed = [c.name for c in catalogue.read(tx).columns if c.table == "accounts" and not c.nullable]
    values = dict.fromkeys(needed, "'0'") | {"id": str(account_id), "bucket": str(account_id & 4095)}
    tx.run(f"insert into accounts ({', '.join(values)}) values ({', '.join(values.values())})")
