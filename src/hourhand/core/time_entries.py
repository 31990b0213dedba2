"""Time entries: what somebody did, from when to when.

One person has at most one running entry, over all workspaces. `running_entries`, with the person,
says which; whoever starts or stops one serialises on the person first.
"""

from __future__ import annotations

import uuid

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids, members, places, tags, timing
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Project
from hourhand.core.tasks import Task
from hourhand.core.timing import Said, Timing
from hourhand.db import Row, Tx, columns, insert_into, parameters, reader, update_of

NOUN = "time_entry"
LONGEST_DESCRIPTION = 3000
LONGEST_GUID = 255
MOST_TAGS = 50
LONGEST_TAG = 128
MOST_LISTED = 1000
RECENT_SECONDS = 9 * 24 * 3600


class TimeEntry(Struct, frozen=True):
    """A time entry with the names of its tags, sorted. `duration` is seconds, minus `start` while it runs."""

    id: int
    workspace_id: int
    account_id: int
    project_id: int | None
    task_id: int | None
    guid: str
    description: str
    start: int
    stop: int | None
    duration: int
    billable: bool
    duronly: bool
    created_with: str
    created_at: int
    at: int
    deleted_at: int | None
    tags: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        return self.stop is None

    @property
    def timing(self) -> Timing:
        return Timing(self.start, self.stop, self.duration)


class Draft(Struct, frozen=True):
    """What may be said of an entry before its birth. `unreadable` names what was said and made no sense."""

    place: Place
    said: Said = Said()
    description: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    duronly: bool = False
    guid: str | None = None
    created_with: str | None = None
    unreadable: tuple[str, ...] = ()


class Changes(Struct, frozen=True):
    """A patch; what is unset stays. `tag_action` is `add`, `remove` or, unset, replace."""

    place: Place = Place()
    said: Said = Said()
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    tag_action: str | UnsetType = UNSET
    billable: bool | UnsetType = UNSET
    duronly: bool | UnsetType = UNSET
    unreadable: tuple[str, ...] = ()


_COLUMNS = columns(TimeEntry, "e")
_WIDTH = len([field for field in structs.fields(TimeEntry) if field.required])
# Own entries, and those of others for an admin, in workspaces the actor is in.
_VISIBLE = f"""
select {_COLUMNS} from time_entries e
join members m on m.bucket = e.bucket and m.workspace_id = e.workspace_id
    and m.account_id = :me and m.active and m.deleted_at is null
where e.bucket = :bucket and e.id = :id and (e.account_id = :me or m.role <> 'member')
"""
_WITH_TAGS = """
left join time_entry_tags et on et.bucket = e.bucket and et.time_entry_id = e.id
left join tags t on t.bucket = et.bucket and t.id = et.tag_id and t.deleted_at is null
"""
_read = reader(TimeEntry)
_INSERT = insert_into("time_entries", TimeEntry)
_UPDATE = update_of("time_entries", TimeEntry)


# Reading ------------------------------------------------------------------------------------------


def visible(tx: Tx, actor: Actor, entry_id: int, *, deleted: bool = False) -> TimeEntry:
    """An entry of one's own, or of a workspace one administers. Raises `NotFound`.

    With `deleted`, one's own deleted ones too.
    """
    row = ids.possible(entry_id) and tx.row(_VISIBLE, bucket=bucket_of(entry_id), id=entry_id, me=actor.account_id)
    if not row:
        raise NotFound(NOUN, entry_id)
    entry = _read(row)
    if entry.deleted_at is not None and not (deleted and entry.account_id == actor.account_id):
        raise NotFound(NOUN, entry_id)
    return _tagged(tx, entry)


def current(tx: Tx, actor: Actor) -> TimeEntry | None:
    """The entry that runs, or None."""
    entry_id = _running_id(tx, actor.account_id)
    if entry_id is None:
        return None
    try:
        return visible(tx, actor, entry_id)
    except NotFound:
        return None


def listing(tx: Tx, actor: Actor, since: int | None = None, until: int | None = None) -> list[TimeEntry]:
    """One's own entries that started from `since` to `until` (unix seconds, both included), ascending.

    At most 1000, the earliest. Without bounds: from nine days ago, compared below the second, to now.
    """
    first = actor.now - RECENT_SECONDS + 1 if since is None else since
    last = actor.now if until is None else until
    return _own(tx, actor, "e.deleted_at is null and e.start >= :first and e.start <= :last", first=first, last=last)


def recent(tx: Tx, actor: Actor) -> list[TimeEntry]:
    """One's own entries of the last nine days and the one that runs, ascending."""
    entries = listing(tx, actor)
    running = current(tx, actor)
    if running is not None and all(entry.id != running.id for entry in entries):
        entries.append(running)
    return sorted(entries, key=lambda entry: (entry.start, entry.id))


def changed_since(tx: Tx, actor: Actor, since: int) -> list[TimeEntry]:
    """One's own entries that changed at or after a time (unix seconds), deleted ones included, ascending."""
    return _own(tx, actor, "e.at >= :since", limit=1_000_000, since=since)


# Writing ------------------------------------------------------------------------------------------


def create(tx: Tx, actor: Actor, draft: Draft) -> TimeEntry:
    """Add an entry. A running one stops the former at its own start. Raises `Invalid`.

    Creating again with the same `guid` returns the entry that is there, as the later request wants it.
    """
    problems = Problems(NOUN)
    _check_texts(problems, draft)
    times = timing.born(draft.said)
    if times is not None:
        timing.check(problems, times)
    elif "start" not in draft.unreadable:
        problems.add("start", "blank")
    place = places.settle(tx, actor, problems, draft.place)
    problems.refuse()
    assert times is not None
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    repeated = _with_guid(tx, actor, place.workspace_id, draft.guid)
    if repeated is not None:
        return repeated if repeated.deleted_at else _apply(tx, actor, repeated, _as_changes(draft))
    return _insert(tx, actor, draft, times, place)


def start(tx: Tx, actor: Actor, draft: Draft) -> TimeEntry:
    """Start an entry now, whatever start is said; what ran stops at the same moment. Raises `Invalid`."""
    return create(tx, actor, structs.replace(draft, said=Said(actor.now, None, -1), unreadable=()))


def stop(tx: Tx, actor: Actor, entry_id: int) -> TimeEntry:
    """Stop an entry now; one that is stopped stays as it is. Raises `NotFound`."""
    entry = _editable(tx, actor, entry_id)
    if not entry.running:
        return entry
    return _store(tx, actor, entry, _timed(entry, timing.stopped_at(entry.timing, actor.now)))


def update(tx: Tx, actor: Actor, entry_ids: list[int], changes: Changes) -> list[TimeEntry]:
    """Change entries, all or none. Raises `NotFound`, `Invalid`."""
    entries = [_editable(tx, actor, entry_id) for entry_id in entry_ids]
    return [_apply(tx, actor, entry, changes) for entry in entries]


def delete(tx: Tx, actor: Actor, entry_ids: list[int]) -> list[int]:
    """Delete entries, all or none. Deleting one's own deleted entry again is fine. Raises `NotFound`."""
    entries = [visible(tx, actor, entry_id, deleted=True) for entry_id in entry_ids]
    for entry in entries:
        if entry.deleted_at is None:
            _delete(tx, actor, entry)
    return entry_ids


def stop_in_workspace(tx: Tx, actor: Actor, workspace_id: int) -> None:
    """Stop what the actor has running in a workspace."""
    running = current(tx, actor)
    if running is not None and running.workspace_id == workspace_id:
        stop(tx, actor, running.id)


def without_project(tx: Tx, actor: Actor, project: Project) -> None:
    """Take a project that goes away off its entries."""
    for entry in _of(tx, "e.project_id = :thing_id", bucket_of(project.id), project.id):
        _store(tx, actor, entry, structs.replace(entry, project_id=None, task_id=None))


def without_task(tx: Tx, actor: Actor, task: Task) -> None:
    """Take a task that goes away off its entries; they stay with its project."""
    for entry in _of(tx, "e.task_id = :thing_id", bucket_of(task.id), task.id):
        _store(tx, actor, entry, structs.replace(entry, task_id=None))


# How --------------------------------------------------------------------------------------------


def _editable(tx: Tx, actor: Actor, entry_id: int) -> TimeEntry:
    # The owner first, then the row: two who change one entry at once must not each keep a stale half.
    entry = visible(tx, actor, entry_id)
    if tx.dialect == "sqlite":
        return entry
    tx.serialise(bucket_of(entry.account_id), entry.account_id)
    return visible(tx, actor, entry_id)


def _insert(tx: Tx, actor: Actor, draft: Draft, times: Timing, place: places.Settled) -> TimeEntry:
    bucket = bucket_of(place.workspace_id)
    if times.running:
        _stop_running(tx, actor, actor.account_id, times.start)
    at = events.stamp(tx, bucket)
    entry = TimeEntry(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=place.workspace_id,
        account_id=actor.account_id,
        project_id=place.project_id,
        task_id=place.task_id,
        guid=draft.guid or str(uuid.uuid4()),
        description=draft.description,
        start=times.start,
        stop=times.stop,
        duration=times.duration,
        billable=place.billable if draft.billable is None else draft.billable,
        duronly=draft.duronly,
        created_with=draft.created_with or "",
        created_at=at,
        at=at,
        deleted_at=None,
        tags=_names(draft.tags),
    )
    tx.run(_INSERT, bucket=bucket, **parameters(entry))
    _link_tags(tx, actor, entry)
    if entry.running:
        _note_running(tx, entry)
    events.record(tx, actor, NOUN, entry.id, workspace_id=entry.workspace_id, after=entry)
    return entry


def _apply(tx: Tx, actor: Actor, entry: TimeEntry, changes: Changes) -> TimeEntry:
    problems = Problems(NOUN)
    _check_texts(problems, changes)
    times = timing.changed(entry.timing, changes.said)
    if times != entry.timing:
        timing.check(problems, times)
    place = places.move(tx, actor, problems, entry.workspace_id, entry.project_id, entry.task_id, changes.place)
    problems.refuse()
    said = {
        field: value
        for field in ("description", "billable", "duronly")
        if (value := getattr(changes, field)) is not UNSET
    }
    after = structs.replace(
        _timed(entry, times),
        workspace_id=place.workspace_id,
        project_id=place.project_id,
        task_id=place.task_id,
        tags=_merged(entry.tags, changes),
        **said,
    )
    return _store(tx, actor, entry, after)


def _store(tx: Tx, actor: Actor, before: TimeEntry, after: TimeEntry) -> TimeEntry:
    if after == before:
        return before
    if after.running and (not before.running or after.start != before.start):
        _stop_running(tx, actor, after.account_id, after.start, but=after.id)
    bucket = bucket_of(after.id)
    after = structs.replace(after, at=events.stamp(tx, bucket))
    tx.run(_UPDATE, bucket=bucket, **parameters(after))
    if after.running:
        _note_running(tx, after)
    elif before.running:
        _forget_running(tx, before)
    if after.tags != before.tags or after.workspace_id != before.workspace_id:
        tx.run("delete from time_entry_tags where bucket = :bucket and time_entry_id = :id", bucket=bucket, id=after.id)
        _link_tags(tx, actor, after)
    events.record(tx, actor, NOUN, after.id, workspace_id=after.workspace_id, before=before, after=after)
    return after


def _delete(tx: Tx, actor: Actor, entry: TimeEntry) -> None:
    tx.serialise(bucket_of(entry.account_id), entry.account_id)
    at = events.stamp(tx, bucket_of(entry.id))
    # It may have been running: a deleted entry ends where it was left.
    times = timing.stopped_at(entry.timing, actor.now) if entry.running else entry.timing
    gone = structs.replace(_timed(entry, times), at=at, deleted_at=at)
    tx.run(_UPDATE, bucket=bucket_of(entry.id), **parameters(gone))
    if entry.running:
        _forget_running(tx, entry)
    events.record(tx, actor, NOUN, entry.id, workspace_id=entry.workspace_id, before=entry)


def _stop_running(tx: Tx, actor: Actor, account_id: int, moment: int, but: int | None = None) -> None:
    """Stop what a person has running, at the start of what replaces it."""
    entry_id = _running_id(tx, account_id)
    if entry_id is None or entry_id == but:
        return
    for entry in _of(tx, "e.id = :thing_id", bucket_of(entry_id), entry_id):
        if entry.running:
            _store(tx, actor, entry, _timed(entry, timing.stopped_at(entry.timing, moment)))


def _running_id(tx: Tx, account_id: int) -> int | None:
    row = tx.row(
        "select time_entry_id from running_entries where bucket = :bucket and account_id = :account_id",
        bucket=bucket_of(account_id),
        account_id=account_id,
    )
    return row[0] if row else None


def _note_running(tx: Tx, entry: TimeEntry) -> None:
    tx.run(
        "insert into running_entries (bucket, account_id, workspace_id, time_entry_id)"
        " values (:bucket, :account_id, :workspace_id, :time_entry_id)"
        " on conflict (bucket, account_id) do update"
        " set workspace_id = :workspace_id, time_entry_id = :time_entry_id",
        bucket=bucket_of(entry.account_id),
        account_id=entry.account_id,
        workspace_id=entry.workspace_id,
        time_entry_id=entry.id,
    )


def _forget_running(tx: Tx, entry: TimeEntry) -> None:
    tx.run(
        "delete from running_entries where bucket = :bucket and account_id = :account_id"
        " and time_entry_id = :time_entry_id",
        bucket=bucket_of(entry.account_id),
        account_id=entry.account_id,
        time_entry_id=entry.id,
    )


def _own(tx: Tx, actor: Actor, condition: str, limit: int = MOST_LISTED, **named: int) -> list[TimeEntry]:
    """One's own entries in every workspace one is in: one routed statement each, merged here."""
    found: list[TimeEntry] = []
    for workspace_id in members.workspace_ids(tx, actor.account_id):
        rows = tx.rows(
            f"select {_COLUMNS}, t.name from (select * from time_entries e where e.bucket = :bucket"
            f" and e.workspace_id = :workspace_id and e.account_id = :me and {condition}"
            f" order by e.start, e.id limit :limit) e {_WITH_TAGS} order by e.start, e.id",
            bucket=bucket_of(workspace_id),
            workspace_id=workspace_id,
            me=actor.account_id,
            limit=limit,
            **named,
        )
        found.extend(_gathered(rows))
    found.sort(key=lambda entry: (entry.start, entry.id))
    return found[:limit]


def _of(tx: Tx, condition: str, bucket: int, thing_id: int) -> list[TimeEntry]:
    rows = tx.rows(
        f"select {_COLUMNS}, t.name from time_entries e {_WITH_TAGS}"
        f" where e.bucket = :bucket and {condition} and e.deleted_at is null order by e.id",
        bucket=bucket,
        thing_id=thing_id,
    )
    return _gathered(rows)


def _gathered(rows: list[Row]) -> list[TimeEntry]:
    """Entries of rows that repeat an entry for each of its tags, one after the other."""
    found: list[TimeEntry] = []
    names: list[str] = []
    for i, row in enumerate(rows):
        if row[_WIDTH] is not None:
            names.append(row[_WIDTH])
        if i + 1 == len(rows) or rows[i + 1][0] != row[0]:
            entry = _read(row)
            found.append(structs.replace(entry, tags=tuple(sorted(names))) if names else entry)
            names = []
    return found


def _tagged(tx: Tx, entry: TimeEntry) -> TimeEntry:
    rows = tx.rows(
        "select t.name from time_entry_tags et"
        " join tags t on t.bucket = et.bucket and t.id = et.tag_id and t.deleted_at is null"
        " where et.bucket = :bucket and et.time_entry_id = :id",
        bucket=bucket_of(entry.id),
        id=entry.id,
    )
    return structs.replace(entry, tags=tuple(sorted(name for (name,) in rows))) if rows else entry


def _link_tags(tx: Tx, actor: Actor, entry: TimeEntry) -> None:
    if not entry.tags:
        return
    bucket = bucket_of(entry.id)
    tx.run_many(
        "insert into time_entry_tags (bucket, time_entry_id, tag_id) values (:bucket, :time_entry_id, :tag_id)",
        [
            {"bucket": bucket, "time_entry_id": entry.id, "tag_id": tag_id}
            for tag_id in tags.named(tx, actor, entry.workspace_id, list(entry.tags))
        ],
    )


def _with_guid(tx: Tx, actor: Actor, workspace_id: int, guid: str | None) -> TimeEntry | None:
    if not guid:
        return None
    row = tx.row(
        f"select {_COLUMNS} from time_entries e where e.bucket = :bucket and e.account_id = :me and e.guid = :guid",
        bucket=bucket_of(workspace_id),
        me=actor.account_id,
        guid=guid,
    )
    return _tagged(tx, _read(row)) if row else None


def _as_changes(draft: Draft) -> Changes:
    return Changes(
        place=draft.place,
        said=draft.said,
        description=draft.description,
        tags=draft.tags,
        billable=UNSET if draft.billable is None else draft.billable,
        duronly=draft.duronly,
    )


def _timed(entry: TimeEntry, times: Timing) -> TimeEntry:
    return structs.replace(entry, start=times.start, stop=times.stop, duration=times.duration)


def _names(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in said} - {""}))


def _merged(had: tuple[str, ...], changes: Changes) -> tuple[str, ...]:
    if changes.tags is UNSET:
        return had
    said = _names(changes.tags)
    if changes.tag_action == "add":
        return _names((*had, *said))
    if changes.tag_action == "remove":
        return tuple(name for name in had if name not in said)
    return said


def _check_texts(problems: Problems, said: Draft | Changes) -> None:
    for field in said.unreadable:
        problems.add(field, "invalid")
    if isinstance(said, Draft):
        if not (said.created_with or "").strip():
            problems.add("created_with", "blank")
        if said.guid and len(said.guid) > LONGEST_GUID:
            problems.add("guid", "too_long", limit=LONGEST_GUID)
    if said.description and len(said.description) > LONGEST_DESCRIPTION:
        problems.add("description", "too_long", limit=LONGEST_DESCRIPTION)
    names = _names(said.tags) if said.tags else ()
    if len(names) > MOST_TAGS:
        problems.add("tags", "too_many", limit=MOST_TAGS)
    if any(len(name) > LONGEST_TAG for name in names):
        problems.add("tags", "too_long", limit=LONGEST_TAG)
