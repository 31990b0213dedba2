"""Feedback: what somebody writes to whoever runs the server. It becomes a mail, and is kept nowhere else."""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts, mails, texts
from hourhand.core.actor import Actor
from hourhand.core.errors import Problems, TooMany
from hourhand.core.ids import bucket_of
from hourhand.core.mails import AttachedFile, Feedback
from hourhand.core.secrets import Vault
from hourhand.db import Tx

NOUN = "feedback"
LONGEST_DETAILS = 20_000
MOST_FILES = 50
MOST_MAILS = 10
MOST_SECONDS = 3600


class Draft(Struct, frozen=True):
    """What somebody writes, with which version of which program, and what files they attach."""

    subject: str
    details: str
    version: str = ""
    channel: str = ""
    files: tuple[AttachedFile, ...] = ()


def send(tx: Tx, actor: Actor, vault: Vault, draft: Draft, email: str | None) -> None:
    """Have it sent to the operator's `email`, or put into the log without one. Of files only the names go on.

    Raises `Invalid`, and `TooMany` after `MOST_MAILS` in an hour.
    """
    problems = Problems(NOUN)
    details = texts.name(problems, draft.details, "details", LONGEST_DETAILS)
    subject = draft.subject.strip()
    if len(subject) > texts.LONGEST_NAME:
        problems.add("subject", "too_long", limit=texts.LONGEST_NAME)
    if len(draft.files) > MOST_FILES:
        problems.add("files", "too_many", limit=MOST_FILES)
    problems.refuse()
    # One after the other, because two at once would find the same key free, and one of them would be lost.
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    account = accounts.find(tx, actor.account_id)
    key = mails.free_key(tx, account, NOUN, most=MOST_MAILS, seconds=MOST_SECONDS)
    if key is None:
        raise TooMany("mails", MOST_SECONDS)
    message = Feedback(
        name=account.name,
        email=account.email,
        subject=subject,
        details=details,
        version=draft.version[: texts.LONGEST_SOFTWARE],
        channel=draft.channel[: texts.LONGEST_SOFTWARE],
        files=tuple(AttachedFile(file.name[: texts.LONGEST_NAME], file.size) for file in draft.files),
    )
    mails.queue_for_operator(tx, vault, account, message, email, key=key)
