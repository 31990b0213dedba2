"""The engine for those who outgrow one file: a pool of threads, each with a connection of its own.

A work is tried again after a serialisation failure, a deadlock, a unique race, or a connection
that was lost before its commit began. A commit whose fate is unknown is said, not repeated.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import psycopg
from psycopg import errors

from hourhand.db import tx as base
from hourhand.db.bus import Bus
from hourhand.db.errors import DatabaseError, InvalidUrl, Overloaded, Retry, StorageFull, Unavailable
from hourhand.db.tally import Tally
from hourhand.db.tx import Dialect, Observe, Row, T, Value, Work

CONNECTIONS = 8
MOST_QUEUED = 1000
MOST_TRIES = 8
# A row or a table that was not there when the work looked, and is there now: it will look again.
_RACES = (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject)
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, *_RACES)
_SETTINGS = "-c statement_timeout=4000 -c idle_in_transaction_session_timeout=4000 -c synchronous_commit=on"
_LONG_READ_MILLISECONDS = 600_000
_ROWS_AT_ONCE = 4096
_Cursor = psycopg.Cursor[Row] | psycopg.ServerCursor[Row]


class PostgresTx(base.Tx):
    """A try of a transaction on one connection."""

    dialect: Dialect = "postgres"

    def __init__(self, connection: psycopg.Connection[Row], database: PostgresDatabase) -> None:
        super().__init__()
        self.connection = connection
        self.database = database
        self.memory = database.memory
        self.now = int(database.clock())
        self._streams = 0

    def rows(self, sql: str, **named: Value) -> list[Row]:
        return self._execute(sql, named).fetchall()

    def row(self, sql: str, **named: Value) -> Row | None:
        return self._execute(sql, named).fetchone()

    def stream(self, sql: str, **named: Value) -> Iterator[Row]:
        self._streams += 1
        with self.connection.cursor(f"stream_{self._streams}") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            yield from self._execute(sql, named, cursor)

    def run(self, sql: str, **named: Value) -> int:
        return self._execute(sql, named).rowcount

    def run_many(self, sql: str, parameters: Sequence[dict[str, Any]]) -> None:
        if self.database.observe:
            for named in parameters:
                self.database.observe(self, sql, named)
        with self.connection.cursor() as cursor:
            cursor.executemany(cast(Any, base.for_postgres(sql)), parameters)

    def serialise(self, bucket: int, account_id: int) -> None:
        self.rows(
            "select 1 from accounts where bucket = :bucket and id = :account_id for update",
            bucket=bucket,
            account_id=account_id,
        )
        self.now = max(self.now, int(self.database.clock()))

    def apart(self, work: Work[T]) -> T:
        return self.database.write_apart(work)

    def _execute(self, sql: str, named: dict[str, Any], cursor: _Cursor | None = None) -> _Cursor:
        if self.database.observe:
            self.database.observe(self, sql, named)
        text, values = base.spread(sql, named)
        return (cursor or self.connection.cursor()).execute(cast(Any, base.for_postgres(text)), values)


class PostgresDatabase(base.Database):
    """A PostgreSQL database, by its URL."""

    dialect: Dialect = "postgres"

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time, observe: Observe | None = None) -> None:
        self.url = url
        self.clock = clock
        self.observe = observe
        self.memory: dict[str, Any] = {}
        self.bus = Bus()
        self.tally = Tally()
        self._local = threading.local()
        self._open: list[psycopg.Connection[Row]] = []
        self._guard = threading.Lock()
        self._apart: psycopg.Connection[Row] | None = None
        self._apart_guard = threading.RLock()
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="postgres")
        self._waiting = 0
        try:
            self._check_settings()
        except BaseException:
            self.close()
            raise

    async def write(self, work: Work[T]) -> T:
        return await self._in_thread(self.write_now, work)

    async def read(self, work: Work[T]) -> T:
        return await self._in_thread(self._read_now, work)

    async def read_long(self, work: Work[T]) -> T:
        return await self._in_thread(self.read_now, work)

    def write_now(self, work: Work[T]) -> T:
        result = self._tries(self._connection, "read committed", work)
        self.tally.add(1)
        return result

    def read_now(self, work: Work[T]) -> T:
        def patient(tx: base.Tx) -> T:
            # Also between its statements: what has been read may take its time to be written down.
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                tx.run(f"set local {name} = {_LONG_READ_MILLISECONDS}")
            return work(tx)

        return self._read_now(patient)

    def write_apart(self, work: Work[T]) -> T:
        """A transaction beside the caller's, on the one connection kept for that."""
        with self._apart_guard:
            return self._tries(self._apart_connection, "read committed", work)

    def close(self) -> None:
        self._threads.shutdown()
        for connection in self._open:
            connection.close()

    def _read_now(self, work: Work[T]) -> T:
        return self._tries(self._connection, "repeatable read read only", work)

    async def _in_thread(self, call: Callable[[Work[T]], T], work: Work[T]) -> T:
        if self._waiting >= MOST_QUEUED:
            raise Overloaded("too many requests are waiting for the database")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, work)
        finally:
            self._waiting -= 1

    def _tries(self, connect: Callable[[], psycopg.Connection[Row]], level: str, work: Work[T]) -> T:
        for attempt in range(MOST_TRIES):
            connection = connect()
            try:
                return self._once(connection, level, work)
            except (*_AGAIN, Retry) as error:
                if attempt + 1 == MOST_TRIES:
                    if isinstance(error, _RACES):
                        raise
                    raise Unavailable("the change met others again and again") from error
                time.sleep(random.random() * 0.002 * 2**attempt)  # noqa: S311 - jitter, not a secret
            except psycopg.OperationalError as error:
                # A line that was lost is worth one more try; a statement that took too long is not.
                if attempt or not connection.closed:
                    raise Unavailable(str(error).strip()) from error
        raise AssertionError("unreachable")

    def _once(self, connection: psycopg.Connection[Row], level: str, work: Work[T]) -> T:
        tx = PostgresTx(connection, self)
        try:
            connection.execute(cast(Any, f"begin isolation level {level}"))
            result = work(tx)
            tx.finish()
        except BaseException as error:
            tx.abandon()
            self._roll_back(connection)
            if isinstance(error, errors.DiskFull):
                raise StorageFull("the database's disk is full") from error
            raise
        try:
            connection.execute("commit")
        except psycopg.Error as error:
            tx.abandon()
            if isinstance(error, _AGAIN):
                raise
            raise Unavailable("the connection was lost while committing; the change may have been made") from error
        if tx.heads and self.bus.heard:
            self.bus.publish(tx.heads)
        return result

    def _roll_back(self, connection: psycopg.Connection[Row]) -> None:
        try:
            connection.execute("rollback")
        except psycopg.OperationalError:
            connection.close()

    def _connection(self) -> psycopg.Connection[Row]:
        connection: psycopg.Connection[Row] | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = self._local.connection = self._connect()
        return connection

    def _apart_connection(self) -> psycopg.Connection[Row]:
        if self._apart is None or self._apart.closed:
            self._apart = self._connect()
        return self._apart

    def _connect(self) -> psycopg.Connection[Row]:
        connection = connect(self.url, _SETTINGS)
        with self._guard:
            self._open = [kept for kept in self._open if not kept.closed]
            self._open.append(connection)
        return connection

    def _check_settings(self) -> None:
        connection = self._connection()
        for name, wanted in (("fsync", "on"), ("full_page_writes", "on"), ("server_encoding", "UTF8")):
            row = connection.execute(cast(Any, f"show {name}")).fetchone()
            if row is None or row[0] != wanted:
                raise DatabaseError(f"PostgreSQL has {name} = {row and row[0]}; Hourhand needs {wanted}")


def connect(url: str, settings: str) -> psycopg.Connection[Row]:
    """A connection that commits each statement. Raises `InvalidUrl`, `Unavailable`."""
    try:
        return psycopg.connect(url, autocommit=True, options=settings, application_name="hourhand")
    except psycopg.ProgrammingError:
        # The message of the driver may hold the password.
        raise InvalidUrl("the PostgreSQL URL cannot be read: use postgresql://USER:PASSWORD@HOST:PORT/NAME") from None
    except psycopg.OperationalError as error:
        raise Unavailable(f"PostgreSQL cannot be reached: {str(error).strip().splitlines()[0]}") from error
