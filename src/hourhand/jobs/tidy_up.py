"""Once a day: remove what nobody needs any more."""

from __future__ import annotations

from functools import partial

from hourhand.core import codes, history, jobs, outcomes, sessions
from hourhand.core.jobs import Job
from hourhand.jobs.kinds import Tools

EVERY = 24 * 3600
EVENTS_AT_ONCE = 1000
_OLD = (
    (jobs.with_old, jobs.forget_old),
    (sessions.with_dead, sessions.forget_dead),
    (codes.with_expired, codes.forget_expired),
    (outcomes.with_old, outcomes.forget_old),
)


async def do(tools: Tools, job: Job) -> None:
    """Remove jobs and deliveries of long ago, sessions and codes that have run out, and the history that is too old.

    A bucket at a time.
    """
    for old, forget in _OLD:
        for bucket in await tools.database.read_long(old):
            await tools.database.write(partial(forget, bucket=bucket))
    await _forget_history(tools)


async def _forget_history(tools: Tools) -> None:
    days = tools.settings.history_days
    while days and await tools.database.write(
        lambda tx: history.forget(tx, before=tx.now - days * 24 * 3600, limit=EVENTS_AT_ONCE)
    ):
        pass
