"""The worker: it asks every second what is due, and does it, several jobs at a time.

Any number of workers may share a database, inside servers or in processes of their own. Each job is
claimed in a transaction, so they never do the same one, unless the time of a claim runs out.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import Counter
from contextlib import suppress
from functools import partial

from hourhand.core import jobs
from hourhand.core.ids import bucket_of_text
from hourhand.core.jobs import Job
from hourhand.db import DatabaseError, Tx
from hourhand.jobs.kinds import Failed, Hopeless, Kinds, Nothing, Tools

POLL_SECONDS = 1.0
# Of a database that cannot be asked.
LONGEST_PAUSE_SECONDS = 30.0
MOST_AT_ONCE = 8
# So that a mail server that does not answer holds up mails alone.
MOST_OF_A_KIND = 4
# Well below the time of a claim: what takes longer is given up while the job is still ours.
DEADLINE_SECONDS = 120.0
# Of a worker that is told to stop: how long what it is doing may go on.
GRACE_SECONDS = 3.0


class Worker:
    """Does the jobs of some kinds from `run` until `stop`."""

    def __init__(self, tools: Tools, kinds: Kinds, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._tools = tools
        self._kinds = kinds
        self._poll_seconds = poll_seconds
        self._doing: dict[int, tuple[str, asyncio.Task[None]]] = {}
        self._periods: dict[str, int] = {}
        self._stopping = False
        self._stopped_at = 0.0
        self._wake = asyncio.Event()
        self._troubled = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, beside whatever else this event loop does."""
        self._loop = asyncio.create_task(self.run())

    def stop(self) -> None:
        """Take nothing more; what is being done goes on for at most `GRACE_SECONDS`."""
        if not self._stopping:
            self._stopping, self._stopped_at = True, time.monotonic()
            self._wake.set()

    async def stopped(self) -> None:
        """Stop, and return when nothing is done any more.

        What was not finished by then is still claimed, and is done again when that time is over.
        """
        self.stop()
        if self._loop is not None:
            await self._loop
        if tasks := [task for _, task in self._doing.values()]:
            left = self._stopped_at + GRACE_SECONDS - time.monotonic()
            _, pending = await asyncio.wait(tasks, timeout=max(0.0, left))
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def run(self) -> None:
        """Work until told to stop. Nothing that a job or the database does ends this, but a failed disk."""
        pause = self._poll_seconds
        while not self._stopping and self._tools.database.failure is None:
            self._wake.clear()
            self._troubled = False
            await self._look()
            await self._rest(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS) if self._troubled else self._poll_seconds

    async def _look(self) -> None:
        """See what is due, and begin with it."""
        busy = Counter(kind for kind, _ in self._doing.values())
        kinds = [name for name in self._kinds if busy[name] < MOST_OF_A_KIND]
        try:
            now, due = await self._tools.database.read(lambda tx: (tx.now, jobs.due(tx, kinds, MOST_AT_ONCE * 2)))
            self._begin(due, busy)
            await self._begin_periods(now)
        except DatabaseError as error:
            self._wait_for_database(error)
        except Exception:  # noqa: BLE001 - a bug in here must not end all jobs for good
            self._troubled = True
            self._tools.say(worker="failed", traceback=traceback.format_exc())

    def _begin(self, due: list[tuple[int, str]], busy: Counter[str]) -> None:
        for job_id, kind in due:
            room = len(self._doing) < MOST_AT_ONCE and busy[kind] < MOST_OF_A_KIND and not self._stopping
            # One that was begun a moment ago may still look unclaimed.
            if room and job_id not in self._doing:
                busy[kind] += 1
                self._doing[job_id] = kind, asyncio.create_task(self._attend(job_id))

    async def _begin_periods(self, now: int) -> None:
        """Enqueue what comes about by itself. Its key lets one worker alone do so, whoever comes first."""
        for name, kind in self._kinds.items():
            if kind.every is not None and self._periods.get(name) != (period := now // kind.every):
                await self._tools.database.write(partial(_begin_period, name=name, period=period))
                self._periods[name] = period
                self._wake.set()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _attend(self, job_id: int) -> None:
        """Claim a job and do it."""
        try:
            job = await self._tools.database.write(lambda tx: jobs.claim(tx, job_id))
            if job is not None:
                await self._do(job)
                # Something else may be due, and there is room for it now.
                self._wake.set()
        except DatabaseError as error:
            self._wait_for_database(error)
        finally:
            del self._doing[job_id]

    async def _do(self, job: Job) -> None:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS) as deadline:
                await self._kinds[job.kind].do(self._tools, job)
        except (Failed, DatabaseError) as error:
            await self._fail(job, str(error), hopeless=isinstance(error, Hopeless))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one job is kept from the others
            if deadline.expired():
                await self._fail(job, f"it took more than {DEADLINE_SECONDS:.0f} seconds")
            else:
                await self._fail(job, f"{type(error).__name__}: {error}", traceback=traceback.format_exc())
        else:
            await self._tools.database.write(lambda tx: jobs.finish(tx, job))

    async def _fail(self, job: Job, error: str, *, hopeless: bool = False, **more: object) -> None:
        await self._tools.database.write(lambda tx: jobs.fail(tx, job, error, hopeless=hopeless))
        self._tools.say(job=job.id, kind=job.kind, attempts=job.attempts, error=error, **more)

    def _wait_for_database(self, error: DatabaseError) -> None:
        self._troubled = True
        self._tools.say(worker="waits for the database", error=str(error))


def _begin_period(tx: Tx, name: str, period: int) -> None:
    jobs.enqueue(tx, name, Nothing(), bucket=bucket_of_text(name), key=str(period))
