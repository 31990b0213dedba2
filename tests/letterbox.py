"""The mails that wait to be sent."""

from __future__ import annotations

from hourhand.core import jobs, mails
from hourhand.core.mails import Mail
from hourhand.core.secrets import Vault
from hourhand.db import Database


def mails_to_send(database: Database, vault: Vault) -> list[Mail]:
    """All of them, oldest first in each bucket."""
    found = database.write_now(lambda tx: jobs.of_kind(tx, mails.KIND))
    return [mail for job in found if (mail := mails.opened(vault, job)) is not None]


def last_link(database: Database, vault: Vault, email: str) -> str:
    """The path that the last mail to an address links to."""
    links = [str(getattr(mail.message, "link", "")) for mail in mails_to_send(database, vault) if mail.email == email]
    return links[-1]


def last_code(database: Database, vault: Vault, email: str) -> str:
    """The code in that link."""
    return last_link(database, vault, email).partition("?code=")[2]
