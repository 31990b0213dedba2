"""A queue of reports, and the process that makes them one after the other."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from hourhand.core.errors import TooMany
from hourhand.db import Unavailable
from hourhand.desk import frames
from hourhand.desk.frames import Broken, Done, Failed, Grown, Job, Setup

# How many may wait in a queue, and how many of one person.
MOST_WAITING = 32
MOST_OF_ONE = 8
_RETRY_SECONDS = 5
_STOP_SECONDS = 5
# Threads in it would only take the processor from the server.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}


class Bug(Exception):
    """A report could not be made, because of an error in it; its traceback is the message."""


class Ticket:
    """One report in a queue. Whoever no longer wants it calls it off."""

    def __init__(self) -> None:
        self.called_off = threading.Event()


class Queue:
    """Has reports made in a process, which is started when it is first needed and again where it has died."""

    def __init__(self, name: str, setup: Setup, seconds: float) -> None:
        self._setup = setup
        self._seconds = seconds
        self._clerk: _Clerk | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: Counter[int] = Counter()
        self._guard = threading.Lock()
        self._closed = False

    def put(
        self, job: Job, ticket: Ticket, file: Any = None, grown: Callable[[int], None] | None = None
    ) -> Future[bytes]:
        """Queue a report. Raises `TooMany`; its future raises what the report is refused with, `Unavailable`, `Bug`."""
        person = job.actor.account_id
        with self._guard:
            if self._waiting[person] >= MOST_OF_ONE or self._waiting.total() >= MOST_WAITING:
                raise TooMany("reports", _RETRY_SECONDS)
            self._waiting[person] += 1
        try:
            made = self._thread.submit(self._make, job, ticket, file, grown)
        except BaseException:
            self._forget(person)
            raise
        made.add_done_callback(lambda _: self._forget(person))
        return made

    def call_off(self, ticket: Ticket) -> None:
        """Stop making a report that nobody waits for, or do not begin it."""
        ticket.called_off.set()
        with self._guard:
            clerk = self._clerk
        if clerk is not None and clerk.ticket is ticket:
            clerk.kill()

    def close(self) -> None:
        """Let go of the process, whatever it does."""
        with self._guard:
            self._closed = True
            clerk = self._clerk
        if clerk is not None:
            clerk.kill()
        self._thread.shutdown(cancel_futures=True)

    def _make(self, job: Job, ticket: Ticket, file: Any, grown: Callable[[int], None] | None) -> bytes:
        if ticket.called_off.is_set() or self._closed:
            raise Unavailable("nobody waits for the report any more")
        clerk = self._present()
        try:
            return clerk.make(job, ticket, file, grown, self._seconds)
        except TimeoutError:
            self._dismiss()
            raise Unavailable(f"the report has taken longer than {self._seconds:g} seconds") from None
        except OSError:
            self._dismiss()
            raise Unavailable("the process that makes reports has ended") from None

    def _present(self) -> _Clerk:
        with self._guard:
            if self._clerk is None or self._clerk.ended:
                self._clerk = _Clerk(self._setup)
            return self._clerk

    def _dismiss(self) -> None:
        with self._guard:
            clerk, self._clerk = self._clerk, None
        if clerk is not None:
            clerk.kill()

    def _forget(self, person: int) -> None:
        with self._guard:
            self._waiting[person] -= 1
            if not self._waiting[person]:
                del self._waiting[person]


class _Clerk:
    """The process, and our end of the line to it."""

    def __init__(self, setup: Setup) -> None:
        self.ticket: Ticket | None = None
        self.ended = False
        self._end, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                [sys.executable, "-m", "hourhand.desk.clerk", str(other.fileno())],
                pass_fds=(other.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | _ENVIRONMENT,
            )
        frames.send(self._end, setup)

    def make(self, job: Job, ticket: Ticket, file: Any, grown: Callable[[int], None] | None, seconds: float) -> bytes:
        """Have a report made. Raises `TimeoutError` where that takes too long, `OSError` where the process has died."""
        self.ticket = ticket
        try:
            end = time.monotonic() + seconds
            self._end.settimeout(seconds)
            frames.send(self._end, job)
            if file is not None:
                socket.send_fds(self._end, [b"f"], [file.fileno()])
            while isinstance(said := frames.receive(self._end), Grown):
                if grown is not None:
                    grown(said.size)
                self._end.settimeout(max(0.001, end - time.monotonic()))
        finally:
            self.ticket = None
        if isinstance(said, Failed):
            if said.last:
                self.kill()
            raise said.error
        if isinstance(said, Broken):
            raise Bug(said.traceback)
        assert isinstance(said, Done)
        return said.content

    def kill(self) -> None:
        """End the process."""
        self.ended = True
        self._process.kill()
        self._process.wait(_STOP_SECONDS)
        self._end.close()
