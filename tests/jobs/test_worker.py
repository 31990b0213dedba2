"""The worker: what it does, how often, and what it survives."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from hourhand.core import jobs
from hourhand.core.jobs import LEASE_SECONDS, Job
from hourhand.db import Database, open_database
from hourhand.jobs import worker
from hourhand.jobs.kinds import Failed, Hopeless, Kind, Tools, payload
from hourhand.jobs.worker import MOST_OF_A_KIND, Worker
from tests.clock import Clock
from tests.conftest import NOW
from tests.jobs.office import Do, Number, Office, until


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def noting(done: list[int]) -> Do:
    """A way to do a job that notes its number."""

    async def do(tools: Tools, job: Job) -> None:
        done.append(payload(job, Number).value)

    return do


def test_what_is_enqueued_is_done_once(office: Office) -> None:
    done: list[int] = []

    async def play() -> None:
        async with office.working({"note": Kind(noting(done))}):
            ids = await office.put("note", *range(30))
            await office.all_are(ids, "finished")

    asyncio.run(play())
    assert sorted(done) == list(range(30))
    assert office.records == []


def test_several_workers_share_the_work(office: Office) -> None:
    done: list[int] = []

    async def play() -> None:
        ids = await office.put("note", *range(60))
        async with office.working({"note": Kind(noting(done))}, workers=3):
            await office.all_are(ids, "finished")

    asyncio.run(play())
    assert sorted(done) == list(range(60))


def test_workers_of_several_processes_share_the_work(database_url: str, tmp_path: Path) -> None:
    done: list[int] = []

    async def play() -> None:
        # Each with a connection of its own, as another process has it.
        offices = [Office(open_database(database_url), tmp_path) for _ in range(2)]
        kinds = {"note": Kind(noting(done))}
        ids = await offices[0].put("note", *range(60))
        async with offices[0].working(kinds), offices[1].working(kinds):
            await offices[0].all_are(ids, "finished")
        for office in offices:
            office.database.close()

    asyncio.run(play())
    assert sorted(done) == list(range(60))


def test_a_job_whose_worker_died_between_claim_and_finish_is_done_again(office: Office, clock: Clock) -> None:
    done: list[int] = []

    async def die(tools: Tools, job: Job) -> None:
        done.append(payload(job, Number).value)
        await asyncio.Event().wait()

    async def play() -> None:
        [job_id] = await office.put("note", 7)
        first = Worker(office.tools, {"note": Kind(die)}, poll_seconds=0.01)
        running = asyncio.create_task(first.run())
        await office.all_are([job_id], "running")
        # As a process that is killed: nothing of it says a word any more.
        running.cancel()
        for _, task in first._doing.values():
            task.cancel()
        clock.advance(LEASE_SECONDS - 1)
        async with office.working({"note": Kind(noting(done))}):
            await asyncio.sleep(0.1)
            assert done == [7]
            clock.advance(1)
            await office.all_are([job_id], "finished")

    asyncio.run(play())
    assert done == [7, 7]


def test_a_poisoned_job_is_buried_and_stops_no_other(office: Office, clock: Clock) -> None:
    done: list[int] = []

    async def choke(tools: Tools, job: Job) -> None:
        raise ZeroDivisionError("poison")

    async def play() -> None:
        poisoned = await office.put("choke", *range(9))
        good = await office.put("note", *range(9))
        async with office.working({"choke": Kind(choke), "note": Kind(noting(done))}):
            await office.all_are(good, "finished")
            await until(lambda: logged(office, len(poisoned)))
            for _ in range(jobs.MOST_ATTEMPTS - 1):
                seen = len(office.records)
                clock.advance(2 * 86400)
                await until(lambda: logged(office, seen + len(poisoned)))  # noqa: B023
            await office.all_are(poisoned, "buried")

    asyncio.run(play())
    assert sorted(done) == list(range(9))
    assert {(record["kind"], record["error"]) for record in office.records} == {("choke", "ZeroDivisionError: poison")}
    assert all("ZeroDivisionError" in str(record["traceback"]) for record in office.records)


def test_what_may_be_better_the_next_time_is_tried_again_and_what_is_hopeless_is_not(office: Office) -> None:
    async def fail(tools: Tools, job: Job) -> None:
        raise Failed("the other side is busy")

    async def give_up(tools: Tools, job: Job) -> None:
        raise Hopeless("nobody of that name")

    async def play() -> None:
        failing, hopeless = await office.put("fail", 1), await office.put("give_up", 1)
        async with office.working({"fail": Kind(fail), "give_up": Kind(give_up)}):
            await office.all_are(failing, "failing")
            await office.all_are(hopeless, "buried")

    asyncio.run(play())
    assert sorted(str(record["error"]) for record in office.records) == [
        "nobody of that name",
        "the other side is busy",
    ]
    assert not any("traceback" in record for record in office.records)


def test_a_kind_that_hangs_holds_up_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.1)
    done: list[int] = []
    hanging: list[int] = []

    async def hang(tools: Tools, job: Job) -> None:
        hanging.append(payload(job, Number).value)
        await asyncio.Event().wait()

    async def play() -> None:
        await office.put("hang", *range(40))
        ids = await office.put("note", *range(5))
        async with office.working({"hang": Kind(hang), "note": Kind(noting(done))}):
            await office.all_are(ids, "finished")

    asyncio.run(play())
    assert len(hanging) == MOST_OF_A_KIND


def test_what_takes_too_long_is_given_up_while_it_is_still_claimed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker.DEADLINE_SECONDS < LEASE_SECONDS
    monkeypatch.setattr(worker, "DEADLINE_SECONDS", 0.05)

    async def hang(tools: Tools, job: Job) -> None:
        await asyncio.Event().wait()

    async def play() -> None:
        ids = await office.put("hang", 1)
        async with office.working({"hang": Kind(hang)}):
            await office.all_are(ids, "failing")

    asyncio.run(play())
    assert "it took more than" in str(office.records[0]["error"])


def test_a_worker_that_is_told_to_stop_finishes_what_it_does_and_begins_nothing(office: Office) -> None:
    release = asyncio.Event()
    begun: list[int] = []

    async def wait(tools: Tools, job: Job) -> None:
        begun.append(payload(job, Number).value)
        await release.wait()

    async def play() -> None:
        [first] = await office.put("wait", 1)
        async with office.working({"wait": Kind(wait)}) as [at_work]:
            await office.all_are([first], "running")
            at_work.stop()
            [second] = await office.put("wait", 2)
            await asyncio.sleep(0.05)
            release.set()
            await office.all_are([first], "finished")
        assert await office.state(second) == "waiting"

    asyncio.run(play())
    assert begun == [1]


def test_a_worker_that_is_told_to_stop_does_not_wait_for_long(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.2)

    async def hang(tools: Tools, job: Job) -> None:
        await asyncio.Event().wait()

    async def play() -> float:
        [job_id] = await office.put("hang", 1)
        async with office.working({"hang": Kind(hang)}) as [at_work]:
            await office.all_are([job_id], "running")
            began = time.monotonic()
            await at_work.stopped()
            took = time.monotonic() - began
        # It is done again when the time of the claim is over.
        assert await office.state(job_id) == "running"
        return took

    assert asyncio.run(play()) < 2


def test_what_comes_about_by_itself_is_done_once_in_a_period_by_all_workers_together(
    office: Office, clock: Clock
) -> None:
    done: list[int] = []

    async def do(tools: Tools, job: Job) -> None:
        done.append(int(clock()))

    async def play() -> None:
        async with office.working({"sweep": Kind(do, every=3600)}, workers=3):
            for times in range(1, 4):
                # Finished, and not just done: else the claim would run out as the time goes on.
                await until(lambda: finished_often(office, times))  # noqa: B023
                clock.advance(3600)
            await until(lambda: finished_often(office, 4))
            # And nobody does it a second time.
            await asyncio.sleep(0.15)

    asyncio.run(play())
    assert done == [NOW, NOW + 3600, NOW + 7200, NOW + 10800]


async def logged(office: Office, records: int) -> bool:
    """Whether so much has been logged."""
    return len(office.records) >= records


async def finished_often(office: Office, jobs_in_all: int) -> bool:
    """Whether so many jobs are finished."""
    rows = await office.database.read(lambda tx: tx.rows("select 1 from jobs where finished_at is not null"))
    return len(rows) >= jobs_in_all
