"""Jobs as they are stored: once for a key, claimed by one worker, put off, buried, and tried again."""

from __future__ import annotations

import pytest
from msgspec import Struct

from hourhand.core import jobs
from hourhand.core.errors import Conflict, NotFound
from hourhand.core.jobs import LEASE_SECONDS, MOST_ATTEMPTS, RETRY_SECONDS, Job
from hourhand.db import Database, Tx, open_database
from tests.clock import Clock
from tests.conftest import NOW

BUCKET = 77


class Greeting(Struct):
    """What a job of these tests is about."""

    name: str


def put(database: Database, *, kind: str = "greet", key: str | None = None, run_at: int | None = None) -> int:
    """A new job."""
    job_id = database.write_now(
        lambda tx: jobs.enqueue(tx, kind, Greeting("Ann"), bucket=BUCKET, key=key, run_at=run_at)
    )
    assert job_id is not None
    return job_id


def due(database: Database) -> list[int]:
    return [job_id for job_id, _ in database.write_now(lambda tx: jobs.due(tx, ["greet", "part"], 100))]


def claim(database: Database, job_id: int) -> Job | None:
    return database.write_now(lambda tx: jobs.claim(tx, job_id))


def claimed(database: Database, job_id: int) -> Job:
    job = claim(database, job_id)
    assert job is not None
    return job


def fail(database: Database, job: Job, error: str) -> None:
    assert database.write_now(lambda tx: jobs.fail(tx, job, error))


def find(database: Database, job_id: int) -> Job:
    return database.write_now(lambda tx: jobs.find(tx, job_id))


def test_a_job_is_there_if_and_only_if_its_transaction_committed(database: Database) -> None:
    def work(fail: bool) -> None:
        def do(tx: Tx) -> None:
            jobs.enqueue(tx, "greet", Greeting("Ann"), bucket=BUCKET)
            if fail:
                raise ZeroDivisionError

        database.write_now(do)

    with pytest.raises(ZeroDivisionError):
        work(fail=True)
    assert due(database) == []
    work(fail=False)
    [job_id] = due(database)
    job = find(database, job_id)
    assert (job.kind, job.payload, job.run_at, job.attempts) == ("greet", '{"name":"Ann"}', NOW, 0)


def test_a_job_is_due_at_its_time_and_those_that_wait_longest_come_first(database: Database, clock: Clock) -> None:
    later = put(database, run_at=NOW + 60)
    now = put(database)
    assert due(database) == [now]
    assert claim(database, later) is None
    clock.advance(60)
    assert due(database) == [now, later]


def test_with_a_key_there_is_one_such_job_and_never_a_second(database: Database) -> None:
    first = put(database, key="2024-W01")
    again = database.write_now(lambda tx: jobs.enqueue(tx, "greet", Greeting("Bob"), bucket=BUCKET, key="2024-W01"))
    assert again is None
    job = claimed(database, first)
    database.write_now(lambda tx: jobs.finish(tx, job))
    again = database.write_now(lambda tx: jobs.enqueue(tx, "greet", Greeting("Bob"), bucket=BUCKET, key="2024-W01"))
    assert again is None
    assert due(database) == []
    # Another kind, another bucket or another key is another job.
    assert put(database, kind="part", key="2024-W01") != first
    assert put(database, key="2024-W02") != first
    assert database.write_now(lambda tx: jobs.enqueue(tx, "greet", Greeting("Bob"), bucket=78, key="2024-W01"))


def test_a_job_is_claimed_by_one_and_done_once(database: Database) -> None:
    job_id = put(database)
    job = claimed(database, job_id)
    assert claim(database, job_id) is None
    assert due(database) == []
    assert database.write_now(lambda tx: jobs.finish(tx, job))
    assert due(database) == []
    assert find(database, job_id).state(NOW) == "finished"


def test_a_job_whose_worker_died_is_claimed_again_when_its_time_is_over(database: Database, clock: Clock) -> None:
    job_id = put(database)
    dead = claimed(database, job_id)
    clock.advance(LEASE_SECONDS - 1)
    assert due(database) == []
    clock.advance(1)
    assert due(database) == [job_id]
    alive = claimed(database, job_id)
    assert alive.attempts == 2
    # The first was not dead but slow: what it says now counts for nothing.
    assert not database.write_now(lambda tx: jobs.finish(tx, dead))
    assert not database.write_now(lambda tx: jobs.fail(tx, dead, "too late"))
    assert find(database, job_id) == alive
    assert database.write_now(lambda tx: jobs.finish(tx, alive))


def test_a_job_that_fails_is_put_off_for_longer_each_time_and_then_buried(database: Database, clock: Clock) -> None:
    job_id = put(database)
    for pause in RETRY_SECONDS:
        fail(database, claimed(database, job_id), "no \x00 answer \udc80")
        failed = find(database, job_id)
        assert (failed.state(int(clock())), failed.error) == ("failing", "no  answer ?")
        assert pause * 0.79 <= failed.run_at - clock() <= pause * 1.21
        assert due(database) == []
        clock.now = failed.run_at
    last = claimed(database, job_id)
    assert last.attempts == MOST_ATTEMPTS
    database.write_now(lambda tx: jobs.fail(tx, last, "no answer"))
    clock.advance(10**7)
    assert due(database) == []
    assert find(database, job_id).state(int(clock())) == "buried"


def test_a_job_that_ends_its_worker_time_and_again_is_buried(database: Database, clock: Clock) -> None:
    job_id = put(database)
    for _ in range(MOST_ATTEMPTS):
        claimed(database, job_id)
        clock.advance(LEASE_SECONDS)
    assert claim(database, job_id) is None
    buried = find(database, job_id)
    assert (buried.state(int(clock())), buried.error) == ("buried", "its worker ended while it ran")
    assert due(database) == []


def test_a_hopeless_job_is_buried_at_once_and_may_be_tried_anew(database: Database) -> None:
    job_id = put(database)
    job = claimed(database, job_id)
    database.write_now(lambda tx: jobs.fail(tx, job, "nobody there", hopeless=True))
    assert due(database) == []
    assert [job.id for job in database.write_now(jobs.unfinished)] == [job_id]
    database.write_now(lambda tx: jobs.requeue(tx, job_id))
    again = claimed(database, job_id)
    assert (again.attempts, again.error) == (1, "nobody there")
    # What is being done, or done, is not tried anew; what is not there neither.
    with pytest.raises(Conflict, match="running"):
        database.write_now(lambda tx: jobs.requeue(tx, job_id))
    database.write_now(lambda tx: jobs.finish(tx, again))
    with pytest.raises(Conflict, match="finished"):
        database.write_now(lambda tx: jobs.requeue(tx, job_id))
    for unknown in (job_id + 4096, 5, -1, 2**62):
        with pytest.raises(NotFound):
            find(database, unknown)
    assert database.write_now(jobs.unfinished) == []


def test_what_was_finished_long_ago_is_forgotten_and_nothing_else(database: Database, clock: Clock) -> None:
    old, buried, waiting = put(database), put(database), put(database)
    done, failed = claimed(database, old), claimed(database, buried)
    database.write_now(lambda tx: jobs.finish(tx, done))
    database.write_now(lambda tx: jobs.fail(tx, failed, "no", hopeless=True))
    clock.advance(jobs.KEEP_SECONDS)
    assert database.write_now(jobs.with_old) == []
    clock.advance(1)
    assert database.write_now(jobs.with_old) == [BUCKET]
    assert database.write_now(lambda tx: jobs.forget_old(tx, BUCKET)) == 1
    with pytest.raises(NotFound):
        find(database, old)
    assert {job.id for job in database.write_now(jobs.unfinished)} == {buried, waiting}


def test_what_another_just_claims_is_passed_over_without_waiting(postgres_url: str) -> None:
    first, second = open_database(postgres_url), open_database(postgres_url)
    try:
        job_id = put(first)

        def claim_slowly(tx: Tx) -> Job | None:
            taken = jobs.claim(tx, job_id)
            assert claim(second, job_id) is None
            return taken

        assert first.write_now(claim_slowly) is not None
    finally:
        first.close()
        second.close()
