"""The worker: what it does, how often, and what it survives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import Struct

from hourhand.core import jobs
from hourhand.core.jobs import LEASE_SECONDS, Job
from hourhand.core.secrets import open_vault
from hourhand.db import Database, open_database
from hourhand.jobs import worker
from hourhand.jobs.kinds import Failed, Hopeless, Kind, Kinds, Record, Tools, payload
from hourhand.jobs.worker import MOST_OF_A_KIND, Worker
from hourhand.settings import Settings
from tests.clock import Clock
from tests.conftest import NOW

Do = Callable[[Tools, Job], Awaitable[None]]


class Number(Struct):
    """What a job of these tests is about."""

    value: int


class Office:
    """A database with work to do, the tools for it, and what was logged."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.records: list[Record] = []
        self.tools = Tools(database, open_vault(folder / "secret.key"), Settings(), self.records.append)

    async def put(self, kind: str, *values: int) -> list[int]:
        """New jobs, each in a bucket of its own."""
        ids = []
        for value in values:
            ids.append(await self.database.write(lambda tx: jobs.enqueue(tx, kind, Number(value), bucket=value)))  # noqa: B023, PERF401
        return [job_id for job_id in ids if job_id is not None]

    async def state(self, job_id: int) -> str:
        """In which part of its life a job is."""
        return await self.database.read(lambda tx: jobs.find(tx, job_id).state(tx.now))

    async def all_are(self, ids: list[int], state: str) -> None:
        """Wait until all these jobs are in a state."""

        async def reached() -> bool:
            return {await self.state(job_id) for job_id in ids} == {state}

        await until(reached)

    @asynccontextmanager
    async def working(self, kinds: Kinds, workers: int = 1) -> AsyncIterator[list[Worker]]:
        """Workers that work until the block ends."""
        at_work = [Worker(self.tools, kinds, poll_seconds=0.01) for _ in range(workers)]
        for one in at_work:
            one.start()
        try:
            yield at_work
        finally:
            for one in at_work:
                await one.stopped()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Return once that is true."""
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.01)


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
            for _ in range(jobs.MOST_ATTEMPTS):
                await asyncio.sleep(0.05)
                clock.advance(2 * 86400)
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
            for _ in range(3):
                await asyncio.sleep(0.15)
                clock.advance(3600)
            await asyncio.sleep(0.15)

    asyncio.run(play())
    assert done == [NOW, NOW + 3600, NOW + 7200, NOW + 10800]
