"""Mails: what people are told by e-mail, as facts. The words for them are in `hourhand.mail`.

A mail is a job, stored in the transaction of what it tells of. It may hold a link that lets somebody
in, so it is sealed: a stolen backup does not tell it.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from hourhand.core import jobs
from hourhand.core.accounts import Account
from hourhand.core.ids import bucket_of
from hourhand.core.jobs import Job
from hourhand.core.secrets import Vault
from hourhand.db import Tx

KIND = "send_mail"


class Invitation(Struct, frozen=True, tag="invitation"):
    """Somebody is invited to a workspace. `link` is a path below the public address."""

    inviter: str
    workspace: str
    link: str


class LostPassword(Struct, frozen=True, tag="lost_password"):
    """Somebody may set a new password, for so many minutes. `link` is a path below the public address."""

    link: str
    minutes: int


class LongTimer(Struct, frozen=True, tag="long_timer"):
    """An entry has been running since `start` (unix seconds), which is `seconds` ago."""

    description: str
    start: int
    seconds: int


class Share(Struct, frozen=True):
    """The seconds of a week in one project. A project without a name is one that the person has left."""

    workspace: str
    project_id: int | None
    project: str | None
    seconds: int


class WeeklyReport(Struct, frozen=True, tag="weekly_report"):
    """What somebody did from `first` to `last`, two days in ISO form, the most first."""

    first: str
    last: str
    shares: tuple[Share, ...]


class WebhookDisabled(Struct, frozen=True, tag="webhook_disabled"):
    """A subscription is told nothing more, because of how its address answers; `gone` says that it asked for that."""

    workspace: str
    description: str
    error: str
    gone: bool


class AttachedFile(Struct, frozen=True):
    """A file that somebody attached, of `size` bytes, which are not kept."""

    name: str
    size: int


class Feedback(Struct, frozen=True, tag="feedback"):
    """Somebody with this `name` and `email` writes to the operator, with a `version` of some software."""

    name: str
    email: str
    subject: str
    details: str
    version: str
    channel: str
    files: tuple[AttachedFile, ...]


Message = Invitation | LostPassword | LongTimer | WeeklyReport | WebhookDisabled | Feedback


class Mail(Struct, frozen=True):
    """A message to somebody, in whose language and zone it is told. Without an `email` it is for the log alone."""

    name: str
    email: str
    language: str
    timezone: str
    message: Message


class About(Struct, frozen=True):
    """What may be known of a mail without the key."""

    account_id: int


def free_key(tx: Tx, account: Account, name: str, *, most: int, seconds: int) -> str | None:
    """A key to queue one more mail of this name with, to or from a person; None after `most` in so many `seconds`.

    Two who get the same key at once queue one mail.
    """
    bucket = bucket_of(account.id)
    return jobs.free_key(tx, KIND, f"{name} {account.id}", bucket=bucket, most=most, seconds=seconds)


def queue(tx: Tx, vault: Vault, account: Account, message: Message, *, key: str | None = None) -> int | None:
    """Have a message sent to a person. Returns the id of the job.

    With a `key`, which should name the person, it is sent once: None where it was before.
    """
    mail = Mail(account.name, account.email, account.language, account.timezone, message)
    return _enqueue(tx, vault, account, mail, key)


def queue_for_operator(
    tx: Tx, vault: Vault, account: Account, message: Message, email: str | None, *, key: str | None = None
) -> int | None:
    """Have a message of a person's sent to the operator, or put into the log where there is no `email` of theirs.

    With a `key` it is sent once, as by `queue`.
    """
    return _enqueue(tx, vault, account, Mail("operator", email or "", "en_US", "Etc/UTC", message), key)


def opened(vault: Vault, job: Job) -> Mail | None:
    """The mail of a job; None when the key file is not the one it was sealed with."""
    text = vault.open(jobs.place(job.id), job.sealed)
    return None if text is None else msgspec.json.decode(text, type=Mail)


def _enqueue(tx: Tx, vault: Vault, account: Account, mail: Mail, key: str | None) -> int | None:
    text = msgspec.json.encode(mail).decode()
    return jobs.enqueue(
        tx,
        KIND,
        About(account.id),
        bucket=bucket_of(account.id),
        key=key,
        seal=lambda job_id: vault.seal(jobs.place(job_id), text),
    )
