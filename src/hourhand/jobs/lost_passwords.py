"""Send somebody the link that sets a new password, if there is somebody."""

from __future__ import annotations

from functools import partial

from hourhand.core import lost_passwords
from hourhand.core.jobs import Job
from hourhand.core.lost_passwords import Asked
from hourhand.jobs.kinds import Tools, payload


async def do(tools: Tools, job: Job) -> None:
    """Look up who has the address, and queue the mail."""
    tell = partial(lost_passwords.tell, vault=tools.vault, asked=payload(job, Asked), job_id=job.id)
    await tools.database.write(tell)
