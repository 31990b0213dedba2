"""The bare application: the same answers from one table each, with nothing decided on the way.

No authentication, no rights, no checks, no events, no links: a row in, a row out, on the same server.
How it stores is Hourhand's: the same kind of file, the same indexes, the same durability, and one
writer that commits together what arrives together. So beside it the cost of Hourhand's rules shows,
and not that of the disk.

    python -m bench.baseline FILE PORT
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import apsw
import msgspec
import uvicorn
from msgspec import UNSET, Struct, structs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hourhand.api.v8.time_entries import TimeEntryOut
from hourhand.api.v8.users import Me, UserOut
from hourhand.api.v8.wire import Data
from hourhand.api.v8.workspaces import WorkspaceOut
from hourhand.core.ids import new_guid

Row = tuple[Any, ...]
Job = tuple[str, Row, asyncio.Future[Row]]
_TIMES = ("at", "created_at")
_PRAGMAS = (
    "journal_mode = wal",
    "synchronous = full",
    "mmap_size = 0",
    "temp_store = memory",
    "cache_size = -65536",
    "wal_autocheckpoint = 4000",
)
_ENTRY = "id, guid, wid, pid, tid, billable, start, stop, duration, description, tags, duronly, at, uid"
_TABLE = """
create table time_entries (
    id integer primary key, guid text, wid integer, pid integer, tid integer, billable integer, start integer,
    stop integer, duration integer, description text, tags text, duronly integer, at integer, uid integer
) strict
"""
_INDEXES = """
create unique index time_entries_guid on time_entries (uid, guid);
create index time_entries_running on time_entries (uid) where stop is null;
create index time_entries_person on time_entries (wid, uid, start desc);
create index time_entries_range on time_entries (wid, start desc, uid, pid, duration, billable);
create index time_entries_changes on time_entries (wid, at);
create index time_entries_project on time_entries (pid);
create index time_entries_task on time_entries (tid) where tid is not null;
"""
_FILL = f"""
insert into time_entries ({_ENTRY})
select e.id, guid, workspace_id, project_id, task_id, billable, start, stop, duration, description,
    (select json_group_array(t.name) from source.time_entry_tags et join source.tags t on t.id = et.tag_id
     where et.bucket = e.bucket and et.time_entry_id = e.id),
    duronly, at, account_id
from source.time_entries e order by e.id
"""
_INSERT = f"""
insert into time_entries ({_ENTRY}) values (null, ?, ?, ?, null, ?, ?, ?, ?, ?, ?, 0, ?, ?) returning id
"""
_STOP = f"update time_entries set stop = ?1, duration = ?1 - start, at = ?1 where id = ?2 returning {_ENTRY}"
_CURRENT = f"select {_ENTRY} from time_entries where uid = ? and stop is null"
_RANGE = f"select {_ENTRY} from time_entries where wid = ? and uid = ? and start >= ? and start <= ? order by start"


# The application ----------------------------------------------------------------------------------


class EntryIn(Struct):
    """An entry as it is sent."""

    wid: int
    pid: int
    description: str
    tags: list[str]
    start: str | None = None
    duration: int | None = None


class Body(Struct):
    """Its wrapper."""

    time_entry: EntryIn


class Bare:
    """The handlers, on a file that `fill` made."""

    def __init__(self, path: str) -> None:
        self._reader = connect(path)
        self._writer = Writer(connect(path))
        self._writer.start()
        self._uid: int = self._reader.execute("select id from people").get
        self._wid: int = self._reader.execute("select wid from time_entries where uid = ? limit 1", (self._uid,)).get
        # Nobody says who is asking, so writes are everybody's in turn, as Hourhand's are.
        others = self._reader.execute("select distinct uid from time_entries where uid <> ? order by uid", (self._uid,))
        self._others = cycle([uid for (uid,) in others])
        self._decoder = msgspec.json.Decoder(Body)
        self._user = _record("people", UserOut)
        self._workspace = _record("workspaces", WorkspaceOut)

    def routes(self) -> list[Route]:
        prefix = "/api/v8"
        return [
            Route(f"{prefix}/me", self.me),
            Route(f"{prefix}/time_entries/current", self.current),
            Route(f"{prefix}/time_entries/start", self.start, methods=["POST"]),
            Route(f"{prefix}/time_entries/{{id:int}}/stop", self.stop, methods=["PUT"]),
            Route(f"{prefix}/time_entries", self.listing, methods=["GET"]),
            Route(f"{prefix}/time_entries", self.create, methods=["POST"]),
        ]

    async def me(self, _: Request) -> Response:
        user: UserOut = self._user(self._reader)[0]
        user.workspaces = self._workspace(self._reader)
        return _answer(Me(since=int(time.time()) - 5, data=user))

    async def current(self, _: Request) -> Response:
        row = self._reader.execute(_CURRENT, (self._uid,)).fetchone()
        return _answer(Data(None if row is None else _entry(row)))

    async def listing(self, request: Request) -> Response:
        since, until = (_seconds(request.query_params[name]) for name in ("start_date", "end_date"))
        return _answer([_entry(row) for row in self._reader.execute(_RANGE, (self._wid, self._uid, since, until))])

    async def create(self, request: Request) -> Response:
        sent = self._decoder.decode(await request.body()).time_entry
        assert sent.start is not None
        assert sent.duration is not None
        start = _seconds(sent.start)
        entry = await self._insert(sent, start, start + sent.duration, sent.duration)
        entry.start = sent.start
        return _answer(Data(entry))

    async def start(self, request: Request) -> Response:
        sent = self._decoder.decode(await request.body()).time_entry
        now = int(time.time())
        return _answer(Data(await self._insert(sent, now, None, -now)))

    async def stop(self, request: Request) -> Response:
        row = await self._writer.submit(_STOP, (int(time.time()), request.path_params["id"]))
        return _answer(Data(_entry(row)))

    async def _insert(self, sent: EntryIn, start: int, stop: int | None, duration: int) -> TimeEntryOut:
        at, tags = int(time.time()), msgspec.json.encode(sent.tags).decode()
        guid = new_guid(at)
        uid = next(self._others)
        values = (guid, sent.wid, sent.pid, True, start, stop, duration, sent.description, tags, at, uid)
        (id_,) = await self._writer.submit(_INSERT, values)
        return _entry(
            (id_, guid, sent.wid, sent.pid, None, True, start, stop, duration, sent.description, tags, 0, at, uid)
        )


class Writer(threading.Thread):
    """Does statements in turn, and commits together what came together, as Hourhand's does."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(daemon=True)
        self._connection = connection
        self._coming: list[Job] = []
        self._queue: queue.SimpleQueue[list[Job]] = queue.SimpleQueue()

    async def submit(self, statement: str, values: Row) -> Row:
        """The row that a statement returns, once it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Row] = loop.create_future()
        self._coming.append((statement, values, future))
        if len(self._coming) == 1:
            loop.call_soon(self._hand_over, loop, 0)
        return await future

    def _hand_over(self, loop: asyncio.AbstractEventLoop, seen: int) -> None:
        if seen < len(self._coming):
            loop.call_soon(self._hand_over, loop, len(self._coming))
            return
        jobs, self._coming = self._coming, []
        self._queue.put(jobs)

    def run(self) -> None:
        while True:
            jobs = self._queue.get()
            while not self._queue.empty():
                jobs += self._queue.get()
            self._connection.execute("begin immediate")
            done = [(job[2], self._connection.execute(job[0], job[1]).fetchall()[0]) for job in jobs]
            self._connection.execute("commit")
            jobs[0][2].get_loop().call_soon_threadsafe(_settle, done)


def _settle(done: list[tuple[asyncio.Future[Row], Row]]) -> None:
    for future, row in done:
        future.set_result(row)


def _answer(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json; charset=utf-8")


def _entry(row: Row) -> TimeEntryOut:
    id_, guid, wid, pid, tid, billable, start, stop, duration, description, tags, duronly, at, uid = row
    return TimeEntryOut(
        id_,
        guid,
        wid,
        UNSET if pid is None else pid,
        UNSET if tid is None else tid,
        billable == 1,
        _shown(start),
        UNSET if stop is None else _shown(stop),
        duration,
        description or UNSET,
        UNSET if tags == "[]" else msgspec.json.decode(tags),
        duronly == 1,
        _shown(at),
        uid,
        UNSET,
    )


def _shown(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, _zone()).isoformat()


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())


@cache
def _zone() -> ZoneInfo:
    return ZoneInfo("Europe/Tallinn")


# The file -----------------------------------------------------------------------------------------


def connect(path: str) -> apsw.Connection:
    """A connection set up as Hourhand's are."""
    connection = apsw.Connection(path)
    for pragma in _PRAGMAS:
        connection.execute(f"pragma {pragma}").fetchall()
    return connection


def fill(path: str, source: str, me: bytes) -> None:
    """Make the bare application's file of a Hourhand database and what Hourhand answers its reader to `GET /me`."""
    user = msgspec.json.decode(me)["data"]
    connection = apsw.Connection(path)
    connection.execute(_TABLE)
    connection.execute("attach ? as source", (source,))
    with connection:
        connection.execute(_FILL)
        connection.execute(_INDEXES)
    _store(connection, "people", _names(UserOut), [user])
    _store(connection, "workspaces", _names(WorkspaceOut), user["workspaces"])
    connection.close()


def _store(connection: apsw.Connection, table: str, names: list[str], records: list[dict[str, Any]]) -> None:
    connection.execute(f"create table {table} ({', '.join(names)})")
    for record in records:
        values = [_stored(name, record.get(name)) for name in names]
        connection.execute(f"insert into {table} values ({', '.join('?' for _ in names)})", values)


def _stored(name: str, value: Any) -> Any:
    if value == {}:
        return None
    return _seconds(value) if name in _TIMES else value


def _record(table: str, shape: type[Any]) -> Callable[[apsw.Connection], list[Any]]:
    """A function that reads all records of a table into a shape."""
    statement = f"select {', '.join(_names(shape))} from {table}"
    fixes = [(i, fix) for i, field in enumerate(structs.fields(shape)) if (fix := _fix(field))]

    def read(connection: apsw.Connection) -> list[Any]:
        records = []
        for row in connection.execute(statement):
            values = list(row)
            for i, fix in fixes:
                values[i] = fix(values[i])
            records.append(shape(*values))
        return records

    return read


def _fix(field: structs.FieldInfo) -> Callable[[Any], Any] | None:
    """What makes a member of a column, where that is not the column itself."""
    kind = str(field.type)
    if field.name in _TIMES:
        return _shown
    if field.type is bool:
        return bool
    if kind.startswith("dict"):
        return lambda _: {}
    return (lambda value: UNSET if value is None else value) if "UnsetType" in kind and field.required else None


def _names(shape: type[Any]) -> list[str]:
    """The members of a shape, without its lists."""
    return [field.name for field in structs.fields(shape) if field.required]


def main() -> None:
    """Serve until killed."""
    path, port = sys.argv[1:]
    application = Starlette(routes=Bare(path).routes())
    uvicorn.run(application, port=int(port), loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
