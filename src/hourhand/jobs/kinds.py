"""What a kind of job is to the worker: what does it, and how often it comes about by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from hourhand.core.jobs import Job
from hourhand.core.secrets import Vault
from hourhand.db import Database
from hourhand.settings import Settings

Record = dict[str, object]
Log = Callable[[Record], None]


class Tools(Struct, frozen=True):
    """What doing a job may need, made once at the start. `log` is given what the operator should see."""

    database: Database
    vault: Vault
    settings: Settings
    log: Log

    def say(self, **record: object) -> None:
        """Tell the operator something, with the time."""
        self.log({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **record})


class Kind(Struct, frozen=True):
    """One kind of job.

    `do` returns when the job is done, and may be given the same job again. It raises `Failed` for what may be
    better the next time, `Hopeless` where no repeat can help; anything else is a bug, and tried again too.
    A kind that has `every`, in seconds, comes about by itself once in each period of that length, with
    `Nothing` to say.
    """

    do: Callable[[Tools, Job], Awaitable[None]]
    every: int | None = None


class Failed(Exception):
    """The job could not be done this time. The message is for the operator, without a secret."""


class Hopeless(Failed):
    """The job cannot be done, however often it is tried."""


class Nothing(Struct, frozen=True):
    """The payload of a job whose kind says all."""


Kinds = Mapping[str, Kind]
P = TypeVar("P", bound=Struct)


def payload(job: Job, of: type[P]) -> P:
    """What the job was enqueued with."""
    return msgspec.json.decode(job.payload, type=of)
