"""A database with work to do, and workers for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from hourhand.core import jobs
from hourhand.core.jobs import Job
from hourhand.core.secrets import open_vault
from hourhand.db import Database
from hourhand.jobs.kinds import Kinds, Record, Tools
from hourhand.jobs.worker import Worker
from hourhand.settings import Settings

Do = Callable[[Tools, Job], Awaitable[None]]


class Number(Struct):
    """What a job of these tests is about."""

    value: int


class Office:
    """A database with work to do, the tools for it, and what was logged."""

    def __init__(self, database: Database, folder: Path, **settings: Any) -> None:
        self.database = database
        self.records: list[Record] = []
        self.tools = Tools(database, open_vault(folder / "secret.key"), Settings(**settings), self.records.append)

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


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Return once that is true."""
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.01)
