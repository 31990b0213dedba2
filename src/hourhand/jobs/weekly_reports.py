"""Every quarter of an hour: see who is owed a weekly report; and, as a job for each of them, send it."""

from __future__ import annotations

from datetime import date
from functools import partial

from msgspec import Struct

from hourhand.core import jobs, weeks
from hourhand.core.ids import bucket_of
from hourhand.core.jobs import Job
from hourhand.db import Tx
from hourhand.jobs.kinds import Tools, payload

EVERY = 900
KIND = "weekly_report"


class Owed(Struct, frozen=True):
    """Who gets a report, and the Monday on which it is due."""

    account_id: int
    monday: date


async def do(tools: Tools, job: Job) -> None:
    """Have a report sent to everybody who is owed one."""
    for account_id, monday in await tools.database.read_long(partial(weeks.owed, kind=KIND)):
        await tools.database.write(partial(_enqueue, owed=Owed(account_id, monday)))


async def do_one(tools: Tools, job: Job) -> None:
    """Send one report."""
    owed = payload(job, Owed)
    tell = partial(weeks.tell, vault=tools.vault, account_id=owed.account_id, monday=owed.monday)
    await tools.database.write(tell)


def _enqueue(tx: Tx, owed: Owed) -> None:
    key = weeks.key(owed.account_id, owed.monday)
    jobs.enqueue(tx, KIND, owed, bucket=bucket_of(owed.account_id), key=key)
