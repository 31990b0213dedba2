"""Once a day what nobody needs any more goes, and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hourhand.core import codes, jobs, sessions
from hourhand.core.errors import NotFound
from hourhand.db import Database, Tx
from hourhand.jobs import tidy_up
from hourhand.jobs.kinds import Nothing, Tools
from hourhand.settings import Settings
from tests.cast import Cast, assemble
from tests.clock import Clock


def test_sessions_that_ran_out_and_jobs_of_long_ago_go(database: Database, clock: Clock, tmp_path: Path) -> None:
    cast = assemble(database, tmp_path)
    idle, used = (database.write_now(lambda tx: sessions.begin(tx, cast.ann.account)) for _ in range(2))
    old = _finished(database)
    clock.advance(sessions.IDLE_SECONDS - 10)
    database.write_now(lambda tx: sessions.touch(tx, used))
    recent = _finished(database)
    _tidy(database, cast)
    assert _count(database, "sessions") == 2
    clock.advance(20)
    _tidy(database, cast)
    assert _count(database, "sessions") == 1
    assert database.write_now(lambda tx: sessions.find(tx, used))[0].id == cast.ann.id
    with pytest.raises(NotFound):
        database.write_now(lambda tx: sessions.find(tx, idle))
    with pytest.raises(NotFound):
        database.write_now(lambda tx: jobs.find(tx, old))
    assert database.write_now(lambda tx: jobs.find(tx, recent)).id == recent


def test_codes_that_expired_go_and_history_where_it_has_an_end(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    cast = assemble(database, tmp_path)
    database.write_now(lambda tx: codes.issue(tx, "test", cast.ann.account, 60))
    kept = database.write_now(lambda tx: codes.issue(tx, "test", cast.ann.account, 10 * 86400))
    clock.advance(3 * 86400)
    events = _count(database, "events")
    _tidy(database, cast)
    assert database.write_now(lambda tx: codes.find(tx, "test", kept)).account_id == cast.ann.id
    assert (_count(database, "codes"), _count(database, "events")) == (1, events)
    _tidy(database, cast, Settings(history_days=2))
    # The last of each bucket stays: its position is what the next one counts on.
    assert 0 < _count(database, "events") == _count(database, "bucket_heads") < events


def _finished(database: Database) -> int:
    def make(tx: Tx) -> int:
        job_id = jobs.enqueue(tx, "tidy_up", Nothing(), bucket=5)
        job = job_id and jobs.claim(tx, job_id)
        assert job
        jobs.finish(tx, job)
        return job.id

    return database.write_now(make)


def _tidy(database: Database, cast: Cast, settings: Settings | None = None) -> None:
    job = database.write_now(lambda tx: jobs.find(tx, jobs.enqueue(tx, "tidy_up", Nothing(), bucket=6) or 0))
    asyncio.run(tidy_up.do(Tools(database, cast.vault, settings or Settings(), lambda record: None), job))


def _count(database: Database, table: str) -> int:
    [(count,)] = database.write_now(lambda tx: tx.rows(f"select count(*) from {table}"))
    return int(count)
