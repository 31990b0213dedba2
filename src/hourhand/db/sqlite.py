"""The embedded engine: one file, one writer with group commit, readers beside it.

Only a server's writer checkpoints: two connections that checkpoint at once are how SQLite before
3.51.3 could lose data.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from hourhand.db import tx as base
from hourhand.db.bus import Bus
from hourhand.db.copies import Counts
from hourhand.db.errors import DatabaseError, Retry, Unavailable
from hourhand.db.sqlite_backup import copy, refuse_damage
from hourhand.db.sqlite_file import BUSY_MILLISECONDS, corrupt, lock, make_or_check
from hourhand.db.sqlite_writer import MOST_TRIES, Writer, checkpoint, plain
from hourhand.db.tally import Tally
from hourhand.db.tx import Dialect, Observe, Row, T, Value, Work

_STATEMENT_CACHE = 512


class SqliteTx(base.Tx):
    """A try of a transaction on one connection."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: apsw.Connection, database: SqliteDatabase) -> None:
        super().__init__()
        self.connection = connection
        self._cursor = connection.cursor()
        self.database = database
        self.memory = database.memory
        self.now = int(database.clock())

    def rows(self, sql: str, **named: Value) -> list[Row]:
        return self._execute(sql, named).fetchall()

    def stream(self, sql: str, **named: Value) -> Iterator[Row]:
        # On a cursor of its own, so that other statements may come between.
        return self._execute(sql, named, self.connection.cursor())

    def run(self, sql: str, **named: Value) -> int:
        self._execute(sql, named)
        return self.connection.changes()

    def run_many(self, sql: str, parameters: Sequence[dict[str, Any]]) -> None:
        for named in parameters:
            self._execute(sql, named)

    def serialise(self, bucket: int, account_id: int) -> None:
        """Nothing to do: there is one writer."""

    def apart(self, work: Work[T]) -> T:
        return work(self)

    def version(self) -> int | None:
        found: int = self.connection.pragma("data_version")
        return found

    def _execute(self, sql: str, named: dict[str, Any], cursor: apsw.Cursor | None = None) -> apsw.Cursor:
        if self.database.observe:
            self.database.observe(self, sql, named)
        text, values = base.spread(sql, named)
        return (cursor or self._cursor).execute(base.for_sqlite(text), values)


class SqliteDatabase(base.Database):
    """A SQLite file.

    With `serving` the file is locked against other servers and a writer thread stands ready;
    without, this is a short visit beside a server that may be running.
    """

    dialect: Dialect = "sqlite"

    def __init__(
        self,
        path: Path,
        *,
        serving: bool = False,
        clock: Callable[[], float] = time.time,
        observe: Observe | None = None,
        create: bool = True,
    ) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.clock = clock
        self.observe = observe
        self.memory: dict[str, Any] = {}
        self.bus = Bus()
        self.tally = Tally()
        self._serving = serving
        self._lock_file = lock(path) if serving else None
        try:
            make_or_check(path, create=create)
            self._connection = self._connect(checkpoints=serving)
        except BaseException:
            self._let_go()
            raise
        self._turn = threading.Lock()
        self._writer: Writer | None = None
        self._reader: apsw.Connection | None = None
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="sqlite-reader")
        self._local = threading.local()

    @property
    def failure(self) -> DatabaseError | None:
        return self._writer.failure if self._writer is not None else None

    async def write(self, work: Work[T]) -> T:
        if self._writer is None:
            begin = partial(SqliteTx, self._connection, self)
            self._writer = Writer(self._connection, begin, self._turn, self.bus, self.tally, checkpoints=self._serving)
            self._writer.start()
        return await self._writer.submit(work)

    def write_now(self, work: Work[T]) -> T:
        for attempt in range(MOST_TRIES):
            try:
                with self._turn:
                    return self._write_once(work)
            except Retry as error:
                if attempt + 1 == MOST_TRIES:
                    raise plain(error) from error
        raise AssertionError("unreachable")

    async def read(self, work: Work[T]) -> T:
        # In place: a short read costs less than the trip to a thread and back.
        if self._reader is None:
            self._reader = self._connect(read_only=True)
        return self._read_on(self._reader, work)

    async def read_long(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def read_now(self, work: Work[T]) -> T:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect(read_only=True)
        return self._read_on(self._local.connection, work)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.finish()
        self._readers.shutdown()
        if self._reader is not None:
            self._reader.close()
        if self._serving and not self.failure:
            checkpoint(self._connection)
        self._connection.close()
        self._let_go()

    def backup_to(self, target: Path) -> Counts:
        """Copy the whole database, as of one moment, into a new file, compacted; the rows of each table then."""
        # On a connection of its own, so that nobody waits for it.
        connection = self._connect()
        try:
            return copy(connection, target)
        finally:
            connection.close()

    def refuse_damage(self) -> None:
        """Look at the whole file, which takes as long as it is large. Raises `Corrupt`."""
        connection = self._connect(read_only=True)
        try:
            refuse_damage(connection, self.path)
        finally:
            connection.close()

    def _write_once(self, work: Work[T]) -> T:
        tx = SqliteTx(self._connection, self)
        try:
            self._connection.execute("begin immediate")
            result = work(tx)
            tx.finish()
            self._connection.execute("commit")
            self.tally.add(1)
        except BaseException as error:
            tx.abandon()
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            if (said := plain(error)) is error or isinstance(error, Retry):
                raise
            raise said from error
        if tx.heads and self.bus.heard:
            self.bus.publish(tx.heads)
        return result

    def _read_on(self, connection: apsw.Connection, work: Work[T]) -> T:
        connection.execute("begin")
        try:
            return work(SqliteTx(connection, self))
        except apsw.NoMemError as error:
            raise MemoryError from error
        finally:
            connection.execute("commit")

    def _connect(self, *, read_only: bool = False, checkpoints: bool = False) -> apsw.Connection:
        # Without the flag that creates: a file that has gone meanwhile is not to be replaced by an empty one.
        flags = apsw.SQLITE_OPEN_READWRITE
        connection = apsw.Connection(str(self.path), flags=flags, statementcachesize=_STATEMENT_CACHE)
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        # One plan for a statement, whatever it is asked for. Otherwise SQLite plans joins anew for every
        # new value, which costs ten times the reading.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        try:
            for pragma in (
                "journal_mode = wal",
                "synchronous = full",
                "foreign_keys = on",
                "trusted_schema = off",
                "cell_size_check = on",
                "mmap_size = 0",
                "temp_store = memory",
                "cache_size = -65536" if checkpoints else "cache_size = -16384",
                f"journal_size_limit = {64 << 20}",
                f"wal_autocheckpoint = {4000 if checkpoints else 0}",
                f"query_only = {'on' if read_only else 'off'}",
            ):
                connection.execute(f"pragma {pragma}").fetchall()
        except apsw.Error as error:
            connection.close()
            if isinstance(error, (apsw.NotADBError, apsw.CorruptError)):
                raise corrupt(self.path, str(error)) from error
            raise Unavailable(f"{self.path} cannot be opened: {error}") from error
        return connection

    def _let_go(self) -> None:
        if self._lock_file is not None:
            self._lock_file.close()
