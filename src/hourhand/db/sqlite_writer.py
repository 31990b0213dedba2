"""The one thread that writes to SQLite. What reaches it together is committed together.

It takes what is queued, runs each work in a savepoint, commits once, then answers all. No answer
leaves before its commit is durable; a failing work harms only itself; one fsync serves many.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import apsw

from hourhand.db.bus import Bus, Heads
from hourhand.db.errors import DiskFailed, Overloaded, Retry, StorageFull, Unavailable
from hourhand.db.sqlite_file import BUSY_MILLISECONDS
from hourhand.db.tally import Tally
from hourhand.db.tx import T, Tx, Work

MOST_QUEUED = 1000
MOST_PER_COMMIT = 256
# Of the loop: how many it may take in all, and how many may bring nothing.
MOST_TURNS = 64
QUIET_TURNS = 4
MOST_TRIES = 5
IDLE_SECONDS = 30


class Writer(threading.Thread):
    """Does works on a connection that it alone uses, but for whoever holds `turn`. It `checkpoints` when idle."""

    def __init__(
        self,
        connection: apsw.Connection,
        begin: Callable[[], Tx],
        turn: threading.Lock,
        bus: Bus,
        tally: Tally,
        *,
        checkpoints: bool,
    ) -> None:
        super().__init__(name="sqlite-writer", daemon=True)
        self._connection = connection
        self._begin = begin
        self._turn = turn
        self._bus = bus
        self._tally = tally
        self._patience = IDLE_SECONDS if checkpoints else None
        self._queue: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        # What comes while the thread is busy waits here, all of it, for the thread to be free again.
        self._coming: list[_Job] = []
        self._idle = True
        self._guard = threading.Lock()
        self.failure: DiskFailed | None = None

    async def submit(self, work: Work[T]) -> T:
        """Have a work done; returns when its commit is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._guard:
            if len(self._coming) >= MOST_QUEUED:
                raise Overloaded("too many writes are waiting")
            self._coming.append(_Job(work, future, loop))
            idle, self._idle = self._idle, False
        if idle:
            loop.call_soon(self._hand_over, loop, 0, QUIET_TURNS, MOST_TURNS)
        return await future

    def finish(self) -> None:
        """Commit what waits, then end."""
        self._queue.put(self._taken())
        self._queue.put(None)
        self.join()

    def run(self) -> None:
        """The thread's life."""
        while True:
            try:
                jobs = self._queue.get(timeout=self._patience)
            except queue.Empty:
                with self._turn:
                    checkpoint(self._connection)
                jobs = self._queue.get()
            if jobs is None:
                return
            self._do(jobs)
            self._ask_for_more()

    def _hand_over(self, loop: asyncio.AbstractEventLoop, seen: int, quiet: int, turns: int) -> None:
        """Wake the thread, once the requests at hand have all come here.

        Otherwise it would begin with the first of them, and then quarrel with the loop over each step. And who
        has just been answered may ask again at once: committed with the others, they cost half as much.
        """
        came = len(self._coming)
        quiet = QUIET_TURNS if came > seen else quiet - 1
        if quiet and turns:
            loop.call_soon(self._hand_over, loop, came, quiet, turns - 1)
        else:
            self._queue.put(self._taken())

    def _taken(self) -> list[_Job]:
        with self._guard:
            jobs, self._coming = self._coming, []
        return jobs

    def _do(self, jobs: list[_Job]) -> None:
        for at in range(0, len(jobs), MOST_PER_COMMIT):
            some = jobs[at : at + MOST_PER_COMMIT]
            with self._turn:
                self._commit(some)
            if done := sum(job.error is None for job in some):
                self._tally.add(done)
            if self._bus.heard:
                self._publish(some)
            _answer(some)

    def _publish(self, jobs: list[_Job]) -> None:
        heads: Heads = {}
        for job in jobs:
            if job.error is None and job.tx is not None and job.tx.heads:
                heads |= job.tx.heads
        if heads:
            self._bus.publish(heads)

    def _ask_for_more(self) -> None:
        """Have what came meanwhile handed over, by a loop that somebody waits on."""
        while True:
            with self._guard:
                self._idle = not self._coming
                loop = None if self._idle else self._coming[-1].loop
            if loop is None:
                return
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._hand_over, loop, 0, QUIET_TURNS, MOST_TURNS)
                return
            # That loop was closed, and nobody waits for what came from it; others may.
            self._do(self._taken())

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            if self.failure:
                raise self.failure
            self._connection.execute("begin immediate")
            for job in jobs:
                self._try(job)
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - whatever it was, every job of the batch must hear of it
            self._undo(jobs, error)

    def _try(self, job: _Job) -> None:
        for _ in range(MOST_TRIES):
            job.tx, job.error = self._begin(), None
            try:
                with self._connection:
                    job.result = job.work(job.tx)
                    job.tx.finish()
                return
            except BaseException as error:
                # Its caller hears of it, and the other jobs go on.
                job.tx.abandon()
                job.error = error
                # Some errors make SQLite drop the whole transaction, and the other jobs with it.
                if not self._connection.in_transaction or isinstance(error, (apsw.FullError, apsw.IOError)):
                    raise
                if not isinstance(error, Retry):
                    return

    def _undo(self, jobs: list[_Job], error: BaseException) -> None:
        if isinstance(error, apsw.IOError):
            # After a failed fsync nobody knows what is on disk: acknowledge nothing more.
            self._fail(error)
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except apsw.Error as failed:
            self._fail(failed)
        for job in jobs:
            if job.error is None:
                if job.tx is not None:
                    job.tx.abandon()
                job.error = error

    def _fail(self, error: apsw.Error) -> None:
        self.failure = DiskFailed(f"the disk failed: {error}")
        # Nor may what is on disk be touched before it is read anew.
        self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


class _Job:
    """A work that waits for the writer, and what became of it."""

    __slots__ = ("error", "future", "loop", "result", "tx", "work")

    def __init__(self, work: Work[Any], future: asyncio.Future[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.future = future
        self.loop = loop
        self.tx: Tx | None = None
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Answer, unless nobody waits any more."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(plain(self.error))
        else:
            self.future.set_result(self.result)


def checkpoint(connection: apsw.Connection) -> None:
    """Bring the write-ahead log into the file and empty it, if nobody reads just now."""
    # Without patience: the next write must not wait for a long reader.
    connection.set_busy_timeout(0)
    with suppress(apsw.Error):
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    connection.set_busy_timeout(BUSY_MILLISECONDS)


def plain(error: BaseException) -> BaseException:
    """The engine's error in the house's words; other errors as they are."""
    if isinstance(error, apsw.FullError):
        return StorageFull("the disk is full")
    if isinstance(error, (apsw.IOError, apsw.BusyError, apsw.CantOpenError, apsw.CorruptError)):
        return Unavailable(str(error))
    if isinstance(error, Retry):
        return Unavailable("the change met others again and again")
    # A future refuses this one, and with it the answers of the whole batch would be lost.
    return RuntimeError("a work raised StopIteration") if isinstance(error, StopIteration) else error


def _answer(jobs: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, answered in by_loop.items():
        # A loop that was closed has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, answered)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()
