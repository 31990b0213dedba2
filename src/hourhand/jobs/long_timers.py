"""Every few minutes: tell people whose timer has been running for long."""

from __future__ import annotations

from functools import partial

from hourhand.core import long_timers
from hourhand.core.jobs import Job
from hourhand.jobs.kinds import Tools

EVERY = 300


async def do(tools: Tools, job: Job) -> None:
    """Queue a mail for each entry that runs long and whose person was not told. A person at a time."""
    for account_id, entry_id in await tools.database.read_long(long_timers.untold):
        tell = partial(long_timers.tell, vault=tools.vault, account_id=account_id, entry_id=entry_id)
        await tools.database.write(tell)
