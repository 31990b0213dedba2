"""`/ical/…`: a person's time as an iCalendar feed (RFC 5545), for calendar programs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Request, Response, get
from litestar.params import PathParameter

from hourhand.api import http
from hourhand.api.http import House
from hourhand.core import calendars
from hourhand.core.calendars import Calendar
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import NotFound

if TYPE_CHECKING:
    from icalendar import Event

PATH = "/ical/workspace_user"
_MEDIA_TYPE = "text/calendar"


@get(PATH + "/{token:str}", include_in_schema=False)
async def get_calendar(request: Request[Any, Any, Any], token: Annotated[str, PathParameter()]) -> Response[Any]:
    """The feed of one person in one workspace; with or without `.ics`. An unknown token is an unknown path."""
    house: House = request.app.state.house
    said = token.removesuffix(".ics")
    try:
        calendar = await house.database.read_long(lambda tx: calendars.opened(tx, house.vault, said))
    except NotFound:
        return http.text(404, "404 page not found")
    return Response(await asyncio.to_thread(written, calendar), media_type=_MEDIA_TYPE)


def written(calendar: Calendar) -> bytes:
    """The calendar in the format's own words. A running entry lasts until now."""
    # Not above, because few ask for it, and it takes its time to load.
    from icalendar import Calendar as Feed

    feed = Feed()
    feed.add("prodid", "-//Hourhand//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", calendar.workspace.name)
    for entry in calendar.entries:
        feed.add_component(_event(calendar, entry))
    return bytes(feed.to_ical())


def _event(calendar: Calendar, entry: TimeEntry) -> Event:
    from icalendar import Event

    event = Event()
    project = calendar.projects.get(entry.project_id or 0)
    event.add("uid", f"{entry.guid}@hourhand")
    event.add("dtstamp", _moment(entry.at))
    event.add("dtstart", _moment(entry.start))
    event.add("dtend", _moment(max(entry.start, calendar.now) if entry.stop is None else entry.stop))
    event.add("summary", " · ".join(filter(None, (entry.description, project))) or "…")
    if entry.tags:
        event.add("categories", list(entry.tags))
    return event


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
