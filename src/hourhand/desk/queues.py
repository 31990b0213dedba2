"""A queue of reports, and the process that makes them one after the other."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import FileIO

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


class Seats:
    """How many wait for a report, and how many of them for one and the same person."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()

    @contextmanager
    def taken(self, person: int) -> Iterator[None]:
        """A seat for as long as it is needed. Raises `TooMany`."""
        if self._taken[person] >= MOST_OF_ONE or self._taken.total() >= MOST_WAITING:
            raise TooMany("reports", _RETRY_SECONDS)
        self._taken[person] += 1
        try:
            yield
        finally:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]


class Ticket:
    """One report in a queue. Whoever no longer wants it calls it off."""

    def __init__(self) -> None:
        self.called_off = False


class Queue:
    """Has reports made in a process, which is started when it is first needed and again where it has died."""

    def __init__(self, name: str, setup: Setup, seconds: float) -> None:
        self._setup = setup
        self._seconds = seconds
        self._clerk: _Clerk | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        # Held while a report begins or ends, and while one is called off: so that no other is ended in its stead.
        self._guard = threading.Lock()
        self._present: Ticket | None = None
        self._closed = False

    def put(
        self, job: Job, ticket: Ticket, file: FileIO | None = None, grown: Callable[[int], None] | None = None
    ) -> Future[bytes]:
        """Queue a report. Its future raises what the report is refused with, `Unavailable`, or `Bug`."""
        return self._thread.submit(self._make, job, ticket, file, grown)

    def call_off(self, ticket: Ticket) -> None:
        """Stop making a report that nobody waits for, or do not begin it."""
        with self._guard:
            ticket.called_off = True
            if self._present is ticket and self._clerk is not None:
                self._clerk.kill()

    def close(self) -> None:
        """Let go of the process, whatever it does."""
        with self._guard:
            self._closed = True
            if self._clerk is not None:
                self._clerk.kill()
        self._thread.shutdown(cancel_futures=True)

    def _make(self, job: Job, ticket: Ticket, file: FileIO | None, grown: Callable[[int], None] | None) -> bytes:
        with self._guard:
            if ticket.called_off or self._closed:
                raise Unavailable("nobody waits for the report any more")
            if self._clerk is None or self._clerk.ended:
                self._clerk = _Clerk(self._setup)
            clerk, self._present = self._clerk, ticket
        try:
            return clerk.make(job, file, grown, self._seconds)
        except TimeoutError:
            clerk.kill()
            raise Unavailable(f"the report has taken longer than {self._seconds:g} seconds") from None
        except OSError:
            clerk.kill()
            raise Unavailable("the process that makes reports has ended") from None
        finally:
            with self._guard:
                self._present = None


class _Clerk:
    """The process, and our end of the line to it."""

    def __init__(self, setup: Setup) -> None:
        self._end, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                # `-P`: nothing of the folder that the server was started in is part of it.
                [sys.executable, "-P", "-m", "hourhand.desk.clerk", str(other.fileno())],
                pass_fds=(other.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | _ENVIRONMENT,
                # A terminal's Ctrl-C is for the server, which then lets this process go. No session of its own: Linux
                # shares the processor among sessions, and its priority would count beside its own kind alone.
                process_group=0,
            )
        frames.send(self._end, setup)

    @property
    def ended(self) -> bool:
        """Whether it makes no more reports."""
        return self._process.poll() is not None

    def make(self, job: Job, file: FileIO | None, grown: Callable[[int], None] | None, seconds: float) -> bytes:
        """Have a report made. Raises `TimeoutError` where that takes too long, `OSError` where the process has died."""
        end = time.monotonic() + seconds
        self._end.settimeout(seconds)
        frames.send(self._end, job)
        if file is not None:
            socket.send_fds(self._end, [b"f"], [file.fileno()])
        while isinstance(said := frames.receive(self._end), Grown):
            if grown is not None:
                grown(said.size)
            self._end.settimeout(max(0.001, end - time.monotonic()))
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
        self._process.kill()
        self._process.wait(_STOP_SECONDS)
        self._end.close()
