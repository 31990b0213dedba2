"""What people are told by mail, and the jobs that go before it."""

from __future__ import annotations

import asyncio

from hourhand.api.http import House
from hourhand.core import jobs, mails
from hourhand.core.mails import Mail
from hourhand.core.secrets import Vault
from hourhand.db import Database
from hourhand.jobs.everything import KINDS
from hourhand.jobs.kinds import Log, Tools


def post(database: Database, vault: Vault) -> list[Mail]:
    """All mails there are, sent or not, oldest first."""
    found = [mails.opened(vault, job) for job in database.write_now(lambda tx: jobs.of_kind(tx, mails.KIND))]
    return [mail for mail in found if mail is not None]


def last_code(database: Database, vault: Vault, email: str) -> str:
    """The code in the link of the last mail to an address."""
    [*_, link] = [str(getattr(mail.message, "link", "")) for mail in post(database, vault) if mail.email == email]
    return link.partition("?code=")[2]


def do_due(house: House, kind: str, log: Log = lambda record: None) -> int:
    """Do what is due of a kind, as a worker would; how many jobs that were."""
    tools = Tools(house.database, house.vault, house.settings, log)
    due = house.database.write_now(lambda tx: jobs.due(tx, [kind], 1000))
    for job_id, _ in due:
        job = house.database.write_now(lambda tx: jobs.claim(tx, job_id))  # noqa: B023
        assert job is not None
        asyncio.run(KINDS[kind].do(tools, job))  # type: ignore[arg-type]
        house.database.write_now(lambda tx: jobs.finish(tx, job))  # noqa: B023
    return len(due)
