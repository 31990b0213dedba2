"""No id is given twice, whoever asks and whatever becomes of the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hourhand.core import ids
from hourhand.db import Database, Tx, open_database


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """Another process's view of the same database."""
    other = open_database(database_url)
    yield other
    other.close()


def test_the_first_ids_are_small_and_carry_their_bucket(database: Database) -> None:
    made = [database.write_now(lambda tx: ids.new(tx, "project", 77)) for _ in range(3)]
    assert made[0] == (1 << 12) | 77
    assert made == sorted(set(made))
    assert {ids.bucket_of(made_id) for made_id in made} == {77}


def test_kinds_and_buckets_count_for_themselves(database: Database) -> None:
    def work(tx: Tx) -> list[int]:
        return [ids.new(tx, kind, bucket) >> 12 for kind in ("project", "tag") for bucket in (0, 4095)]

    assert database.write_now(work) == [1, 1, 1, 1]


def test_ids_never_collide_over_threads_processes_and_failures(database: Database, other: Database) -> None:
    def take(number: int) -> list[int]:
        made: list[int] = []
        for turn in range(25):
            try:
                made += (database, other)[number % 2].write_now(_taking(turn))
            except ZeroDivisionError:
                continue
        return made

    with ThreadPoolExecutor(8) as threads:
        made = [made_id for part in threads.map(take, range(8)) for made_id in part]
    # Of 25 turns, 5 fail.
    assert len(made) == 8 * 20 * 3
    assert len(set(made)) == len(made)


def test_ids_never_collide_in_a_shared_commit_with_failures(database: Database) -> None:
    async def race() -> list[list[int] | BaseException]:
        works = (database.write(_taking(turn)) for turn in range(100))
        return await asyncio.gather(*works, return_exceptions=True)

    made = [made_id for part in asyncio.run(race()) if isinstance(part, list) for made_id in part]
    assert len(made) == 80 * 3
    assert len(set(made)) == len(made)


def test_ids_go_on_where_they_were_after_a_restart(database_url: str) -> None:
    made: list[int] = []
    for _ in range(3):
        database = open_database(database_url, serving=True)
        made += [database.write_now(lambda tx: ids.new(tx, "tag", 1)) for _ in range(20)]
        database.close()
    assert made == sorted(set(made))


def test_many_ids_cost_few_leases(database_url: str) -> None:
    leases: list[str] = []
    database = open_database(database_url, observe=lambda _, sql, __: leases.append(sql))
    database.write_now(lambda tx: [ids.new(tx, "time_entry", 5) for _ in range(1000)])
    database.close()
    assert len(leases) <= 12


def _taking(turn: int) -> Callable[[Tx], list[int]]:
    def work(tx: Tx) -> list[int]:
        made = [ids.new(tx, "time_entry", 9) for _ in range(3)]
        if turn % 5 == 4:
            raise ZeroDivisionError
        return made

    return work
