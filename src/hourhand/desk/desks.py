"""The two ways to make a report: in processes of their own, or on threads of the server's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from typing import Protocol, TypeVar

from hourhand.core.actor import Actor
from hourhand.db import Database, Tx
from hourhand.desk.frames import Job, Setup
from hourhand.desk.queues import Queue, Seats, Ticket
from hourhand.desk.spools import Spool, filled, refuse_again
from hourhand.settings import Settings

Q = TypeVar("Q")
MEBIBYTE = 1 << 20
# Fewer entries than that, the database sums, or lists, about as fast as all of a workspace's can be packed.
FEW_TO_SUM = 5_000
FEW_TO_LIST = 1 << 16


class Desk(Protocol):
    """Makes reports. The work is a function of a module, and its question can be pickled."""

    async def report(self, work: Callable[[Tx, Actor, Q], bytes], actor: Actor, question: Q) -> bytes:
        """A report that is short enough to be sent at once."""

    def export(
        self, work: Callable[[Tx, Actor, Q], Iterator[bytes]], actor: Actor, question: Q
    ) -> AsyncIterator[bytes]:
        """A report that may be long, as it is made."""

    def close(self) -> None:
        """Let go of whatever is being made."""


class Office:
    """Processes: one answers questions, the other makes files. Each keeps packed columns for that.

    So nobody who wants to know something waits for somebody's million rows.
    """

    def __init__(self, settings: Settings) -> None:
        self._most = settings.report_file_size * MEBIBYTE
        self._answers = Queue("reports", _setup(settings, FEW_TO_SUM), settings.report_seconds)
        self._files = Queue("files", _setup(settings, FEW_TO_LIST), settings.report_seconds)
        self._answers_wanted, self._files_wanted = Seats(), Seats()

    async def report(self, work: Callable[[Tx, Actor, Q], bytes], actor: Actor, question: Q) -> bytes:
        with self._answers_wanted.taken(actor.account_id):
            return await asyncio.wrap_future(self._answers.put(Job(work, actor, question), Ticket()))

    async def export(
        self, work: Callable[[Tx, Actor, Q], Iterator[bytes]], actor: Actor, question: Q
    ) -> AsyncIterator[bytes]:
        # Until it is sent: a file that is read slowly takes room all the while.
        with self._files_wanted.taken(actor.account_id), closing(Spool()) as spool:
            ticket = Ticket()
            made = self._files.put(Job(work, actor, question, self._most), ticket, spool.file, spool.grown)
            made.add_done_callback(lambda done: spool.end(None if done.cancelled() else done.exception()))
            try:
                async for part in spool.parts():
                    yield part
            except BaseException:
                await asyncio.to_thread(self._files.call_off, ticket)
                raise

    def close(self) -> None:
        self._answers.close()
        self._files.close()


def _setup(settings: Settings, few_rows: int) -> Setup:
    packs, memory = settings.report_memory * MEBIBYTE, settings.report_process_memory * MEBIBYTE
    return Setup(settings.database, packs, few_rows, memory)


class Inside:
    """The server's own threads for long reading: for a small machine, and for tests."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._most = settings.report_file_size * MEBIBYTE

    async def report(self, work: Callable[[Tx, Actor, Q], bytes], actor: Actor, question: Q) -> bytes:
        return await self._database.read_long(lambda tx: work(tx, actor, question))

    async def export(
        self, work: Callable[[Tx, Actor, Q], Iterator[bytes]], actor: Actor, question: Q
    ) -> AsyncIterator[bytes]:
        with closing(Spool()) as spool:
            making = asyncio.ensure_future(
                self._database.read_long(lambda tx: self._fill(spool, work(tx, actor, question)))
            )
            making.add_done_callback(lambda done: spool.end(None if done.cancelled() else done.exception()))
            try:
                async for part in spool.parts():
                    yield part
            finally:
                # Not closed before the thread is through with it: its number would be another file's.
                spool.abandoned = True
                await asyncio.wait([making])

    def close(self) -> None:
        """Its threads are the database's."""

    def _fill(self, spool: Spool, parts: Iterator[bytes]) -> None:
        refuse_again(spool.file)
        for size in filled(spool.file, parts, self._most):
            spool.grown(size)
            if spool.abandoned:
                return
