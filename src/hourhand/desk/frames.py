"""What a server and the processes that make its reports say to each other: pickled frames over a socket of theirs.

Nobody else has an end of that socket, so that what arrives can be trusted.
"""

from __future__ import annotations

import pickle
import socket
import struct
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from hourhand.core.actor import Actor

_LENGTH = struct.Struct("!Q")


class Setup(Struct, frozen=True):
    """What a process is told first.

    Bytes of packed columns, 0 for none; fewer rows than these are not packed; bytes of all its memory.
    """

    database: str
    packs: int
    few_rows: int
    memory: int


class Job(Struct, frozen=True):
    """A report to make: a function of a module, for whom, and about what. With `most` bytes it goes into a file."""

    work: Callable[[Any, Actor, Any], Any]
    actor: Actor
    question: Any
    most: int | None = None


class Grown(Struct, frozen=True):
    """The file has so many bytes by now."""

    size: int


class Done(Struct, frozen=True):
    """The report is made. `content` is empty where it is in a file."""

    content: bytes


class Failed(Struct, frozen=True):
    """The report was not made: it is refused, or the database cannot be asked. The process may end with it."""

    error: Exception
    last: bool = False


class Broken(Struct, frozen=True):
    """There is a bug; this is its traceback."""

    traceback: str


def send(end: socket.socket, frame: object) -> None:
    """Send a frame. Raises `OSError` where nobody is at the other end."""
    content = pickle.dumps(frame)
    end.sendall(_LENGTH.pack(len(content)) + content)


def receive(end: socket.socket) -> Any:
    """The next frame. Raises `OSError` where nobody is at the other end, or nothing comes within its timeout."""
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size))
    return pickle.loads(_exactly(end, length))  # noqa: S301 - from our own process


def _exactly(end: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        part = end.recv(min(size - len(received), 1 << 20))
        if not part:
            raise ConnectionResetError
        received += part
    return bytes(received)
