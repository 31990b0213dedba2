"""The event log, told again to somebody who has nothing yet."""

from __future__ import annotations

import json
from typing import Any

from hourhand.db import Database

Things = dict[int, dict[str, Any]]


def events_after(database: Database, bucket: int, position: int) -> list[tuple[int, str, int, str, Any, Any]]:
    """What happened in a bucket after a position: position, noun, id, action, before, after."""
    rows = database.write_now(
        lambda tx: tx.rows(
            "select position, noun, thing_id, action, before, after from events"
            " where bucket = :bucket and position > :position order by position",
            bucket=bucket,
            position=position,
        )
    )
    return [(*row[:4], row[4] and json.loads(row[4]), row[5] and json.loads(row[5])) for row in rows]


def retold(database: Database, bucket: int) -> dict[str, Things]:
    """All things of a bucket, by noun and id, as whoever follows its events has them."""
    known: dict[str, Things] = {"time_entry": {}, "tag": {}}
    for _, noun, thing_id, action, before, after in events_after(database, bucket, 0):
        things = known.setdefault(noun, {})
        assert (thing_id in things) == (action != "created"), (noun, thing_id, action)
        if action == "deleted":
            del things[thing_id]
        else:
            things[thing_id] = after
        if noun == "tag" and before is not None:
            # Entries carry the tag, not its name.
            _rename(known["time_entry"], before, after)
    return known


def _rename(entries: Things, before: dict[str, Any], after: dict[str, Any] | None) -> None:
    for entry in entries.values():
        if entry["workspace_id"] == before["workspace_id"] and before["name"] in entry["tags"]:
            kept = [name for name in entry["tags"] if name != before["name"]]
            entry["tags"] = sorted([*kept, after["name"]] if after else kept)
