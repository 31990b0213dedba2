"""Parts of a transaction that may be refused alone: of a refused one nothing stays, and all of the others."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import partial

import pytest
from msgspec import Struct

from hourhand.core import events, ids
from hourhand.core.errors import Invalid, NotFound, Refusal
from hourhand.db import Database, Retry, Row, Tx
from tests.db.rows import emails, put

WORKSPACE = (1 << 12) | 3
OTHER_WORKSPACE = (1 << 12) | 4
REFUSALS = (Refusal,)


class Thing(Struct):
    name: str


class _Failure(Exception):
    pass


def test_a_part_gives_what_its_work_gives(database: Database) -> None:
    assert database.write_now(lambda tx: tx.part(lambda _: 5, REFUSALS)) == 5


def test_what_a_refused_part_wrote_is_undone_and_the_rest_stays(database: Database) -> None:
    def work(tx: Tx) -> list[str]:
        put("before")(tx)
        tx.part(put("kept part"), REFUSALS)
        _refused(tx, put("refused part"))
        seen = emails(tx)
        put("after")(tx)
        return seen

    assert asyncio.run(database.write(work)) == ["before", "kept part"]
    assert asyncio.run(database.read(emails)) == ["after", "before", "kept part"]


def test_the_refusal_itself_is_what_whoever_asked_gets(database: Database) -> None:
    refusal = NotFound("tag", 7)

    def work(tx: Tx) -> object:
        try:
            return tx.part(_raising(refusal), REFUSALS)
        except NotFound as caught:
            return caught

    assert database.write_now(work) is refusal


def test_a_part_inside_a_part_is_undone_alone_or_with_it(database: Database) -> None:
    def outer(tx: Tx, *, refuse: bool) -> None:
        put(f"outer {refuse}")(tx)
        tx.part(put(f"inner {refuse}"), REFUSALS)
        _refused(tx, put(f"refused {refuse}"))
        if refuse:
            raise Invalid

    def work(tx: Tx) -> None:
        tx.part(lambda tx: outer(tx, refuse=False), REFUSALS)
        with pytest.raises(Invalid):
            tx.part(lambda tx: outer(tx, refuse=True), REFUSALS)

    database.write_now(work)
    assert asyncio.run(database.read(emails)) == ["inner False", "outer False"]


def test_what_is_no_refusal_ends_the_whole_transaction(database: Database) -> None:
    def work(tx: Tx, error: BaseException) -> None:
        put("before")(tx)
        tx.part(_raising(error), REFUSALS)

    for error in (_Failure(), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            database.write_now(partial(work, error=error))
    with pytest.raises(_Failure):
        asyncio.run(database.write(partial(work, error=_Failure())))
    assert asyncio.run(database.read(emails)) == []


def test_a_part_that_wants_to_run_again_runs_the_whole_again(database: Database) -> None:
    tries: list[int] = []

    def reluctant(tx: Tx) -> None:
        put("part")(tx)
        if len(tries) % 3:
            raise Retry

    def work(tx: Tx) -> None:
        tries.append(1)
        put("whole")(tx)
        tx.part(reluctant, REFUSALS)

    asyncio.run(database.write(work))
    assert len(tries) == 3
    assert asyncio.run(database.read(emails)) == ["part", "whole"]


def test_what_the_engine_refuses_ends_the_whole_transaction(database: Database) -> None:
    def work(tx: Tx) -> None:
        put("before")(tx)
        tx.part(lambda tx: (put("twice")(tx), put("twice")(tx)), REFUSALS)

    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write_now(work)
    assert asyncio.run(database.read(emails)) == []


def test_works_that_lock_each_other_out_in_parts_are_run_again_as_wholes(database: Database) -> None:
    def work(tx: Tx, names: str) -> None:
        for name in names:
            tx.part(partial(_count, name=name), REFUSALS)

    async def race() -> None:
        await asyncio.gather(*(database.write(partial(work, names=names)) for names in ("ab", "ba", "ab", "ba")))

    for name in "ab":
        database.write_now(partial(_begin_count, name=name))
    asyncio.run(race())
    counted = database.write_now(lambda tx: tx.rows("select kind, next from id_counters order by kind"))
    assert counted == [("a", 4), ("b", 4)]


def test_what_a_refused_part_left_for_the_end_or_noted_is_forgotten(database: Database) -> None:
    done: list[str] = []

    def part(tx: Tx) -> None:
        tx.at_end(lambda: done.append("end of the part"))
        tx.on_rollback(lambda: done.append("undone first"))
        tx.on_rollback(lambda: done.append("undone second"))
        tx.notes |= {"old": "changed", "new": "noted"}

    def work(tx: Tx) -> dict[str, object]:
        tx.at_end(lambda: done.append("end"))
        tx.on_rollback(lambda: done.append("undone"))
        tx.notes["old"] = "noted"
        _refused(tx, part)
        return dict(tx.notes)

    assert database.write_now(work)["old"] == "noted"
    assert done == ["undone second", "undone first", "end"]
    assert "new" not in database.write_now(work)


def test_what_a_part_that_stayed_remembers_is_undone_with_the_whole(database: Database) -> None:
    undone: list[str] = []

    def work(tx: Tx) -> None:
        tx.on_rollback(lambda: undone.append("whole"))
        tx.part(lambda tx: tx.on_rollback(lambda: undone.append("part")), REFUSALS)
        _refused(tx, lambda tx: tx.on_rollback(lambda: undone.append("refused part")))
        raise _Failure

    with pytest.raises(_Failure):
        database.write_now(work)
    assert undone == ["refused part", "part", "whole"]


def test_no_id_is_given_twice_over_refused_parts(database: Database) -> None:
    chance = random.Random(1)

    def work(tx: Tx) -> list[int]:
        made: list[int] = []
        for _ in range(20):
            taking = partial(_take, count=chance.randrange(4))
            if chance.random() < 0.5:
                _refused(tx, taking)
            else:
                made += tx.part(taking, REFUSALS)
            made.append(ids.new(tx, "tag", 9))
        return made

    async def race() -> list[list[int]]:
        return await asyncio.gather(*(database.write(work) for _ in range(20)))

    made = [made_id for part in asyncio.run(race()) for made_id in part]
    made += [made_id for _ in range(5) for made_id in database.write_now(work)]
    assert len(made) > 500
    assert len(set(made)) == len(made)


def test_ids_that_a_refused_part_leased_are_not_lost_to_the_counter(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        first = ids.new(tx, "project", 5)
        _refused(tx, lambda tx: [ids.new(tx, "project", 5) for _ in range(300)])
        return first, ids.new(tx, "project", 5)

    first, then = database.write_now(work)
    row = database.write_now(lambda tx: tx.row("select next from id_counters where bucket = 5 and kind = 'project'"))
    assert row is not None
    # What was given stands before the counter, so that another process goes on behind it.
    assert first < then < row[0] << 12


def test_events_of_refused_parts_leave_no_gap(database: Database) -> None:
    def work(tx: Tx) -> None:
        _refused(tx, _telling("refused first", OTHER_WORKSPACE))
        tx.part(_telling("one"), REFUSALS)
        _refused(tx, _telling("refused"))
        tx.part(_telling("two"), REFUSALS)
        _refused(tx, _telling("refused again", OTHER_WORKSPACE))

    for _ in range(2):
        database.write_now(work)
    assert _log(database) == [(3, i + 1, f'{{"name":"{name}"}}') for i, name in enumerate(["one", "two"] * 2)]


def test_a_transaction_whose_every_part_was_refused_leaves_no_trace(database: Database) -> None:
    database.write_now(lambda tx: _refused(tx, _telling("refused")))
    assert _log(database) == []
    assert database.write_now(lambda tx: tx.rows("select * from bucket_heads")) == []
    database.write_now(_telling("first"))
    assert _log(database) == [(3, 1, '{"name":"first"}')]


def test_positions_have_no_gaps_among_writers_with_refused_parts(database: Database) -> None:
    def work(tx: Tx, number: int) -> None:
        for turn in range(6):
            telling = _telling(f"{number}-{turn}", (WORKSPACE, OTHER_WORKSPACE)[turn % 2])
            if (number + turn) % 3:
                tx.part(telling, REFUSALS)
            else:
                _refused(tx, telling)

    async def race() -> None:
        await asyncio.gather(*(database.write(partial(work, number=number)) for number in range(24)))

    asyncio.run(race())
    log = _log(database)
    assert len(log) == 24 * 4
    for bucket in (3, 4):
        positions = [position for at, position, _ in log if at == bucket]
        assert positions == list(range(1, len(positions) + 1))


def _refused(tx: Tx, work: Callable[[Tx], object]) -> None:
    """Run a part that does its work and is then refused."""

    def part(tx: Tx) -> None:
        work(tx)
        raise Invalid

    with pytest.raises(Invalid):
        tx.part(part, REFUSALS)


def _raising(error: BaseException) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        put("part")(tx)
        raise error

    return work


def _take(tx: Tx, count: int) -> list[int]:
    return [ids.new(tx, "tag", 9) for _ in range(count)]


def _telling(name: str, workspace_id: int = WORKSPACE) -> Callable[[Tx], None]:
    return lambda tx: events.record(tx, None, "tag", 1, workspace_id=workspace_id, after=Thing(name))


def _begin_count(tx: Tx, name: str) -> None:
    tx.run("insert into id_counters (bucket, kind, next) values (0, :name, 0)", name=name)


def _count(tx: Tx, name: str) -> None:
    tx.run("update id_counters set next = next + 1 where bucket = 0 and kind = :name", name=name)


def _log(database: Database) -> list[Row]:
    text = "select bucket, position, after from events order by bucket, position"
    return database.write_now(lambda tx: tx.rows(text))
