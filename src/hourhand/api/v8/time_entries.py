"""`/time_entries`: what the caller did, from when to when."""

from __future__ import annotations

import math
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from hourhand.api.http import Caller, CallerGiven
from hourhand.api.v8 import times
from hourhand.api.v8.wire import (
    Data,
    Moment,
    MomentGiven,
    PathId,
    PathIds,
    Ref,
    View,
    Wrapper,
    bound,
    delete,
    get,
    path_id,
    path_ids,
    post,
    put,
    route,
    said,
    shown,
    workspace_meant,
)
from hourhand.core import time_entries
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import NotFound
from hourhand.core.places import Place
from hourhand.core.time_entries import Changes, Draft
from hourhand.core.timing import Said


class TimeEntryIn(Struct):
    """A time entry as it is sent. A null is a default, and for a flag or a time nothing; `pid` and `tid` may be 0."""

    wid: int | UnsetType | None = UNSET
    pid: int | UnsetType | None = UNSET
    tid: int | UnsetType | None = UNSET
    start: Moment | None = None
    stop: Moment | None = None
    duration: int | float | None = None
    description: str | UnsetType | None = UNSET
    tags: list[str | None] | UnsetType | None = UNSET
    tag_action: str | None = None
    billable: bool | None = None
    duronly: bool | None = None
    guid: str | None = None
    created_with: Any = None
    workspace: Ref | None = None

    def draft(self, caller: Caller) -> Draft:
        return Draft(
            place=self._place(caller.default_workspace_id),
            said=self._said(),
            description=self.description or "",
            tags=self._tags() or (),
            billable=self.billable,
            duronly=self.duronly or False,
            guid=self.guid,
            created_with=self.created_with if isinstance(self.created_with, str) else None,
            unreadable=self._unreadable(),
        )

    def changes(self) -> Changes:
        return Changes(
            place=self._place(0),
            said=self._said(),
            description=UNSET if self.description is UNSET else self.description or "",
            tags=UNSET if self.tags is UNSET else self._tags(),
            tag_action=self.tag_action or UNSET,
            billable=said(self.billable),
            duronly=said(self.duronly),
            unreadable=self._unreadable(),
        )

    def _place(self, fallback_id: int) -> Place:
        return Place(
            workspace_meant(self.wid, self.workspace) or UNSET, _or_none(self.pid), _or_none(self.tid), fallback_id
        )

    def _said(self) -> Said:
        return Said(_time(self.start), _time(self.stop), _seconds(self.duration))

    def _tags(self) -> tuple[str, ...]:
        return tuple(name for name in self.tags or () if name)

    def _unreadable(self) -> tuple[str, ...]:
        sent = (("start", self.start), ("stop", self.stop))
        unreadable = [field for field, text in sent if text and times.parse(text) is None]
        if self.duration is not None and _seconds(self.duration) is None:
            unreadable.append("duration")
        return tuple(unreadable)


class TimeEntryBody(Wrapper[TimeEntryIn]):
    """The wrapper of a time entry that is sent."""

    time_entry: TimeEntryIn | None = None


class TimeEntryOut(Struct):
    """A time entry as it is shown."""

    id: int
    guid: str
    wid: int
    pid: int | UnsetType
    tid: int | UnsetType
    billable: bool
    start: Moment
    stop: Moment | UnsetType
    duration: int
    description: str | UnsetType
    tags: tuple[str, ...] | UnsetType
    duronly: bool
    at: Moment
    uid: int
    server_deleted_at: Moment | UnsetType

    @classmethod
    def of(cls, entry: TimeEntry, view: View) -> TimeEntryOut:
        return cls(
            entry.id,
            entry.guid,
            entry.workspace_id,
            shown(entry.project_id),
            shown(entry.task_id),
            entry.billable,
            view.time(entry.start),
            UNSET if entry.stop is None else view.time(entry.stop),
            -entry.start if entry.stop is None else entry.duration,
            entry.description or UNSET,
            entry.tags or UNSET,
            entry.duronly,
            view.time(entry.at),
            entry.account_id,
            UNSET if entry.deleted_at is None else view.time(entry.deleted_at),
        )

    @classmethod
    def answering(cls, entry: TimeEntry, view: View, sent: TimeEntryIn) -> TimeEntryOut:
        """The answer to a create or update: `start` as it was sent, and a stop that we reckoned as the mode says."""
        reckoned = not sent.stop and (sent.start or sent.duration is not None)
        out = cls.stopping(entry, view) if reckoned else cls.of(entry, view)
        if sent.start and times.parse(sent.start) == entry.start:
            out.start = sent.start
        return out

    @classmethod
    def stopping(cls, entry: TimeEntry, view: View) -> TimeEntryOut:
        """The answer that has a stop which was reckoned for it."""
        out = cls.of(entry, view)
        if view.recorded and entry.stop is not None:
            out.stop = times.show_zulu(entry.stop)
        return out


@post("/time_entries")
async def create_time_entry(caller: CallerGiven, data: JSONBody[TimeEntryBody]) -> Data[TimeEntryOut]:
    """Create a time entry."""
    entry = await caller.write(time_entries.create, data.sent().draft(caller))
    return Data(TimeEntryOut.answering(entry, View.of(caller), data.sent()))


@post("/time_entries/start")
async def start_time_entry(caller: CallerGiven, data: JSONBody[TimeEntryBody]) -> Data[TimeEntryOut]:
    """Start a time entry now; what runs stops."""
    entry = await caller.write(time_entries.start, data.sent().draft(caller))
    return Data(TimeEntryOut.of(entry, View.of(caller)))


@route("/time_entries/{time_entry_id:str}/stop", http_method=["PUT", "POST"])
async def stop_time_entry(caller: CallerGiven, time_entry_id: PathId) -> Data[TimeEntryOut]:
    """Stop a running time entry; a stopped one stays as it is."""
    entry = await caller.write(time_entries.stop, path_id("time_entry", time_entry_id))
    return Data(TimeEntryOut.stopping(entry, View.of(caller)))


@route("/time_entries/current", http_method=["GET", "POST"])
async def get_current_time_entry(caller: CallerGiven) -> Data[TimeEntryOut | None]:
    """The running time entry, or null."""
    entry = await caller.read(time_entries.current)
    return Data(None if entry is None else TimeEntryOut.of(entry, View.of(caller)))


@get("/time_entries/{time_entry_id:str}")
async def get_time_entry(caller: CallerGiven, time_entry_id: PathId) -> Data[TimeEntryOut | None]:
    """A time entry; null for an unknown one."""
    try:
        entry = await caller.read(time_entries.visible, path_id("time_entry", time_entry_id), deleted=True)
    except NotFound:
        return Data(None)
    return Data(TimeEntryOut.of(entry, View.of(caller)))


@get("/time_entries")
async def list_time_entries(
    caller: CallerGiven, start_date: MomentGiven = None, end_date: MomentGiven = None
) -> list[TimeEntryOut]:
    """The caller's time entries that started in a range, ascending, at most 1000; the last 9 days unless said."""
    since, until = bound(start_date, "start"), bound(end_date, "end")
    view = View.of(caller)
    return [TimeEntryOut.of(entry, view) for entry in await caller.read(time_entries.listing, since, until)]


@put("/time_entries/{time_entry_id:str}")
async def update_time_entries(
    caller: CallerGiven, time_entry_id: PathIds, data: JSONBody[TimeEntryBody]
) -> Data[TimeEntryOut | list[TimeEntryOut]]:
    """Change a time entry, or several at once, all or none."""
    ids = path_ids("time_entry", time_entry_id)
    entries = await caller.write(time_entries.update, ids, data.sent().changes())
    out = [TimeEntryOut.answering(entry, View.of(caller), data.sent()) for entry in entries]
    return Data(out if "," in time_entry_id else out[0])


@delete("/time_entries/{time_entry_id:str}")
async def delete_time_entries(caller: CallerGiven, time_entry_id: PathIds) -> list[int]:
    """Delete time entries, all or none."""
    return await caller.write(time_entries.delete, path_ids("time_entry", time_entry_id))


def _seconds(duration: float | None) -> int | None:
    # As text, the decoder lets "NaN" and "Infinity" through.
    return None if duration is None or not math.isfinite(duration) else int(duration)


def _time(text: str | None) -> int | None:
    return times.parse(text) if text else None


def _or_none(thing_id: int | UnsetType | None) -> int | UnsetType | None:
    return thing_id if thing_id is UNSET else thing_id or None


ROUTES: list[HTTPRouteHandler] = [
    create_time_entry,
    start_time_entry,
    stop_time_entry,
    get_current_time_entry,
    get_time_entry,
    list_time_entries,
    update_time_entries,
    delete_time_entries,
]
