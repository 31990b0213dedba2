"""What the tests have made in other processes, which import it from here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from hourhand.core import workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import Invalid, Problem
from hourhand.db import Tx
from hourhand.reports import sums
from hourhand.reports.filters import Filter
from hourhand.reports.scopes import Scope


def name_of(tx: Tx, actor: Actor, workspace_id: int) -> bytes:
    """The name of a workspace."""
    return workspaces.visible(tx, actor, workspace_id).name.encode()


def named_parts(tx: Tx, actor: Actor, workspace_id: int) -> Iterator[bytes]:
    """It again and again, in parts of a mebibyte."""
    name = workspaces.visible(tx, actor, workspace_id).name.encode()
    for _ in range(8):
        yield name * ((1 << 20) // len(name))


def packed(tx: Tx, actor: Actor, asked: Filter) -> bytes:
    """Whether the entries that a report is about are packed."""
    return str(sums.pack(tx, Scope(tx, actor, asked)) is not None).encode()


def packed_parts(tx: Tx, actor: Actor, asked: Filter) -> Iterator[bytes]:
    """The same, as a file."""
    yield packed(tx, actor, asked)


def moment(tx: Tx, actor: Actor, question: None) -> bytes:
    """When the actor acts."""
    return str(actor.now).encode()


def process(tx: Tx, actor: Actor, question: None) -> bytes:
    """Which process this is."""
    return str(os.getpid()).encode()


def sleep(tx: Tx, actor: Actor, seconds: float) -> bytes:
    """Take its time."""
    time.sleep(seconds)
    return b"slept"


def drip(tx: Tx, actor: Actor, seconds: float) -> Iterator[bytes]:
    """Say something at once, and take a long time over the rest."""
    yield b"first"
    time.sleep(seconds)
    yield b"last"


def die(tx: Tx, actor: Actor, question: None) -> bytes:
    """End the process."""
    os._exit(7)


def gorge(tx: Tx, actor: Actor, question: None) -> bytes:
    """Want more memory than there is."""
    return b"".join(bytearray(64 << 20) for _ in range(256))


def fail(tx: Tx, actor: Actor, question: None) -> bytes:
    """Have a bug."""
    raise KeyError("a bug of the tests")


def refuse(tx: Tx, actor: Actor, question: None) -> bytes:
    """Refuse."""
    raise Invalid(Problem("report", "rows", "too_many", {"limit": 7}))


def break_off(tx: Tx, actor: Actor, question: None) -> Iterator[bytes]:
    """Have a bug when something has been said already."""
    yield b"x" * 100_000
    raise KeyError("a bug of the tests")


def much(tx: Tx, actor: Actor, mebibytes: int) -> Iterator[bytes]:
    """So many mebibytes."""
    for _ in range(mebibytes):
        yield bytes(1 << 20)


def pause(tx: Tx, actor: Actor, seconds: float) -> bytes:
    """Read, do something else for a while, and read again."""
    tx.rows("select 1")
    time.sleep(seconds)
    tx.rows("select 1")
    return b"read"


def linger(tx: Tx, actor: Actor, seconds: float) -> Iterator[bytes]:
    """Take a long time before anything is said."""
    time.sleep(seconds)
    yield b"late"
