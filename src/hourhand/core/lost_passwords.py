"""Lost passwords: whoever reads the mails of an account's address may set a new password.

What a stranger asks for is put down as a job before anything is looked up, and the worker finds out whether anybody
has that address. So asking does the same, and takes as long, for every address there is or is not.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts, codes, jobs, mails, new_accounts, texts
from hourhand.core.accounts import NOUN, Account
from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.core.ids import bucket_of, bucket_of_text
from hourhand.core.mails import LostPassword
from hourhand.core.secrets import Vault
from hourhand.db import Tx

# What the jobs are called, and what the codes are for.
KIND = "lost_password"
MINUTES = 30
MOST_MAILS = 3
MOST_SECONDS = 3600
# One for all addresses: in the bucket of its own, an id may take longer where somebody has had mail before.
_BUCKET = bucket_of_text(KIND)
# Where the link leads, below the public address.
PATH = "/user/reset_password"


class Asked(Struct, frozen=True):
    """The address whose owner is to get a mail, if there is one."""

    email: str


def ask(tx: Tx, email: str | None) -> None:
    """Have a mail sent to whoever logs in with this address, `MOST_MAILS` in an hour; says nothing of who does.

    Raises `Invalid` for what is no address.
    """
    problems = Problems(NOUN)
    asked = Asked(texts.email(problems, email))
    problems.refuse()
    key = jobs.free_key(tx, KIND, asked.email, bucket=_BUCKET, most=MOST_MAILS, seconds=MOST_SECONDS)
    if key is not None:
        jobs.enqueue(tx, KIND, asked, bucket=_BUCKET, key=key)


def tell(tx: Tx, vault: Vault, asked: Asked, job_id: int) -> None:
    """Send the mail that a job is about, once, if its address is that of an account in use."""
    found = accounts.credentials(tx, asked.email)
    if found is None or new_accounts.waits(tx, found.account_id):
        return
    account = accounts.find(tx, found.account_id)
    code = codes.issue(tx, KIND, account, MINUTES * 60)
    message = LostPassword(f"{PATH}?code={code}", MINUTES)
    if mails.queue(tx, vault, account, message, key=f"{KIND} {job_id}") is None:
        codes.withdraw(tx, code)


def owner(tx: Tx, code: str) -> Account:
    """The account whose password a code may set. Raises `NotFound`."""
    return codes.owner(tx, codes.find(tx, KIND, code))


def reset(tx: Tx, code: str, password_hash: str) -> Account:
    """Set a new password by a code, which is spent, and with it all sessions and other codes. Raises `NotFound`."""
    found = codes.spend(tx, KIND, code)
    # First, so that of two codes of one person at once the second is judged by what the first has done.
    tx.serialise(bucket_of(found.account_id), found.account_id)
    account = codes.owner(tx, found)
    return accounts.set_password(tx, Actor(account.id, tx.now, "lost password"), account.id, password_hash)
