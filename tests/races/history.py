"""What must hold of a database whatever happened to it: undamaged, and the log tells how each row came about."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, pairwise

import msgspec
from msgspec import Struct, structs

from hourhand.core.accounts import Account
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.members import LEADING, Member, Membership
from hourhand.core.project_members import ProjectMember
from hourhand.core.projects import Project
from hourhand.core.tags import Tag
from hourhand.core.workspaces import Workspace
from hourhand.db import Database, Row, Tx, columns, parameters, reader

_KEPT: dict[str, tuple[str, type[Struct]]] = {
    "account": ("accounts", Account),
    "workspace": ("workspaces", Workspace),
    "member": ("members", Member),
    "project": ("projects", Project),
    "project_member": ("project_members", ProjectMember),
    "tag": ("tags", Tag),
    "time_entry": ("time_entries", TimeEntry),
}
_EVENTS = "select bucket, thing_id, noun, at, before, after from events order by bucket, noun, thing_id, position"
_ENDS = "select bucket, count(*), min(position), max(position) from events group by bucket order by bucket"
_TAGS = """
select et.time_entry_id, t.name from time_entry_tags et
join tags t on t.bucket = et.bucket and t.id = et.tag_id order by t.name
"""
_TWICE = "select account_id from time_entries where stop is null and deleted_at is null group by 1 having count(*) > 1"
_RUNNING = "select account_id, id from time_entries where stop is null and deleted_at is null order by 1"


def assert_whole(database: Database) -> None:
    """Fail if anything of a database contradicts the rest."""
    database.write_now(_assert_whole)


def _assert_whole(tx: Tx) -> None:
    if tx.dialect == "sqlite":
        assert tx.rows("pragma integrity_check") == [("ok",)]
        assert tx.rows("pragma foreign_key_check") == []
    assert tx.rows("select account_id, time_entry_id from running_entries order by 1") == tx.rows(_RUNNING)
    assert tx.rows(_TWICE) == []
    heads = tx.rows("select bucket, position, 1, position from bucket_heads order by bucket")
    assert tx.rows(_ENDS) == heads
    events = tx.rows(_EVENTS)
    assert {event[2] for event in events} == {*_KEPT, LEADING}
    _assert_led(tx, [event for event in events if event[2] == LEADING])
    for noun in _KEPT:
        _assert_told(tx, noun, [event for event in events if event[2] == noun])


def _assert_told(tx: Tx, noun: str, events: list[Row]) -> None:
    table, record = _KEPT[noun]
    read = reader(record)
    rows = {row[0]: read(row) for row in tx.rows(f"select {columns(record)} from {table}")}
    tags = _tags(tx) if record is TimeEntry else {}
    histories = {thing_id: list(history) for thing_id, history in groupby(events, lambda event: event[1])}
    assert histories.keys() == rows.keys()
    for thing_id, history in histories.items():
        # Each change began where the one before it had ended.
        assert all(later[4] == earlier[5] for earlier, later in pairwise(history)), history
        *_, at, _, after = history[-1]
        if after is None:
            assert parameters(rows[thing_id])["deleted_at"] == at
            continue
        told = msgspec.json.decode(after, type=record)
        assert parameters(told) == parameters(rows[thing_id])
        assert list(getattr(told, "tags", ())) == tags.get(thing_id, [])


def _assert_led(tx: Tx, events: list[Row]) -> None:
    """What leads to workspaces has no id of its own; it is what was told of last."""
    last = {thing_id: after for _, thing_id, _, _, _, after in events}
    told = [msgspec.json.decode(after, type=Membership) for after in last.values() if after is not None]
    rows = tx.rows("select account_id, workspace_id, active from memberships")
    assert sorted(map(structs.astuple, told)) == sorted((*ids, bool(active)) for *ids, active in rows)


def _tags(tx: Tx) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for entry_id, name in tx.rows(_TAGS):
        found[entry_id].append(name)
    return found
