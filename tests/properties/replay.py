"""The event log, told again to somebody who has nothing yet."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hourhand.db import Database

Things = dict[int, dict[str, Any]]


class Event(NamedTuple):
    """What happened to a thing."""

    position: int
    at: int
    noun: str
    thing_id: int
    action: str
    before: Any
    after: Any


def events_after(database: Database, bucket: int, position: int) -> list[Event]:
    """What happened in a bucket after a position."""
    rows = database.write_now(
        lambda tx: tx.rows(
            "select position, at, noun, thing_id, action, before, after from events"
            " where bucket = :bucket and position > :position order by position",
            bucket=bucket,
            position=position,
        )
    )
    return [
        Event(position, at, noun, thing_id, action, _read(before), _read(after))
        for position, at, noun, thing_id, action, before, after in rows
    ]


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def retold(events: list[Event]) -> dict[str, Things]:
    """All things of a bucket, by noun and id, as whoever follows its events has them."""
    known: dict[str, Things] = {"time_entry": {}, "tag": {}, "project": {}}
    for event in events:
        things = known.setdefault(event.noun, {})
        assert (event.thing_id in things) == (event.action != "created"), event
        if event.action == "deleted":
            del things[event.thing_id]
        else:
            things[event.thing_id] = dict(event.after)
        if event.noun == "tag" and event.before is not None:
            # Entries carry the tag, not its name.
            _rename(known["time_entry"], event.before, event.after)
    return known


def _rename(entries: Things, before: dict[str, Any], after: dict[str, Any] | None) -> None:
    for entry in entries.values():
        if entry["workspace_id"] == before["workspace_id"] and before["name"] in entry["tags"]:
            kept = [name for name in entry["tags"] if name != before["name"]]
            entry["tags"] = sorted([*kept, after["name"]] if after else kept)
