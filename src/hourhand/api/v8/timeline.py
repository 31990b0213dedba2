"""`/timeline`: what the desktop client saw its user do, if they want that recorded."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Struct

from hourhand.api.http import CallerGiven
from hourhand.api.v8.wire import MomentGiven, bound, get, post
from hourhand.core import accounts, timeline
from hourhand.core.timeline import Draft, TimelineEvent


class TimelineEventIn(Struct):
    """A window that was in front, as it is reported; times are unix seconds."""

    start_time: int | None = None
    end_time: int | None = None
    filename: str | None = None
    title: str | None = None
    idle: bool | None = None
    guid: str | None = None

    def draft(self) -> Draft:
        return Draft(
            start=self.start_time,
            stop=self.end_time,
            filename=self.filename or "",
            title=self.title or "",
            idle=self.idle or False,
            guid=self.guid or None,
        )


class TimelineEventOut(Struct):
    """A window that was in front; times are unix seconds."""

    id: int
    guid: str
    filename: str
    title: str
    start_time: int
    end_time: int
    idle: bool

    @classmethod
    def of(cls, event: TimelineEvent) -> TimelineEventOut:
        return cls(event.id, event.guid, event.filename, event.title, event.start, event.stop, event.idle)


class TimelineSettings(Struct):
    """Whether the caller wants to be recorded; without it nothing changes."""

    record_timeline: bool | None = None


class Received(Struct):
    """How many of the events that were sent are new and kept."""

    received: int


@post("/timeline")
async def record_timeline(caller: CallerGiven, data: JSONBody[list[TimelineEventIn]]) -> Received:
    """Keep what the desktop client saw, where its user wants that; sending it again is harmless."""
    return Received(await caller.write(timeline.record, [event.draft() for event in data]))


@get("/timeline")
async def list_timeline(
    caller: CallerGiven, start_date: MomentGiven = None, end_date: MomentGiven = None
) -> list[TimelineEventOut]:
    """The caller's timeline in a range, ascending, 5,000 events at most; the last 9 days unless said."""
    since, until = bound(start_date, "start"), bound(end_date, "end")
    return [TimelineEventOut.of(event) for event in await caller.read(timeline.listing, since, until)]


@post("/timeline_settings")
async def update_timeline_settings(caller: CallerGiven, data: JSONBody[TimelineSettings]) -> TimelineSettings:
    """Begin or end the recording of the caller's timeline; what was recorded stays."""
    if data.record_timeline is None:
        return TimelineSettings(caller.account.record_timeline)
    account = await caller.write(accounts.update, accounts.Changes(record_timeline=data.record_timeline))
    return TimelineSettings(account.record_timeline)


ROUTES: list[HTTPRouteHandler] = [record_timeline, list_timeline, update_timeline_settings]
