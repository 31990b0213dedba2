"""Once a day: remove what nobody needs any more."""

from __future__ import annotations

from functools import partial

from hourhand.core import jobs, sessions
from hourhand.core.jobs import Job
from hourhand.jobs.kinds import Tools

EVERY = 24 * 3600


async def do(tools: Tools, job: Job) -> None:
    """Remove jobs that were finished long ago, and sessions that have run out. A bucket at a time."""
    for old, forget in ((jobs.with_old, jobs.forget_old), (sessions.with_dead, sessions.forget_dead)):
        for bucket in await tools.database.read_long(old):
            await tools.database.write(partial(forget, bucket=bucket))
