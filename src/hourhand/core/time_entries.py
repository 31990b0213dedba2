"""Time entries: what somebody did, from when to when.

One person has at most one running entry, over all workspaces. `running_entries`, with the person,
says which; whoever starts or stops one serialises on the person first.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import entry_rows, events, ids, places, texts, timing
from hourhand.core.actor import Actor
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.projects import Project
from hourhand.core.tasks import Task
from hourhand.core.timing import Said, Timing
from hourhand.db import Tx

NOUN = "time_entry"
LONGEST_DESCRIPTION = 3000
LONGEST_GUID = 255
MOST_TAGS = 50
LONGEST_TAG = 128
MOST_LISTED = 1000
RECENT_SECONDS = 9 * 24 * 3600


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


# Reading ------------------------------------------------------------------------------------------


def visible(tx: Tx, actor: Actor, entry_id: int, *, deleted: bool = False) -> TimeEntry:
    """An entry of one's own, or of a workspace one administers. Raises `NotFound`.

    With `deleted`, one's own deleted ones too.
    """
    return _found(tx, actor, entry_id, deleted=deleted)


def current(tx: Tx, actor: Actor) -> TimeEntry | None:
    """The entry that runs, or None."""
    entry_id = entry_rows.running_id(tx, actor.account_id)
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
    within = "e.deleted_at is null and e.start >= :first and e.start <= :last"
    return entry_rows.own(tx, actor, within, limit=MOST_LISTED, first=first, last=last)


def recent(tx: Tx, actor: Actor) -> list[TimeEntry]:
    """One's own entries of the last nine days and the one that runs, ascending."""
    entries = listing(tx, actor)
    running = current(tx, actor)
    if running is not None and all(entry.id != running.id for entry in entries):
        entries.append(running)
    return sorted(entries, key=lambda entry: (entry.start, entry.id))


def changed_since(tx: Tx, actor: Actor, since: int) -> list[TimeEntry]:
    """One's own entries that changed at or after a time (unix seconds), deleted ones included, ascending."""
    return entry_rows.own(tx, actor, "e.at >= :since", limit=1_000_000, since=since)


# Writing ------------------------------------------------------------------------------------------


def create(tx: Tx, actor: Actor, draft: Draft) -> TimeEntry:
    """Add an entry. A running one stops the former at its own start. Raises `Invalid`.

    Creating again with the same `guid` returns the entry that is there, as the later request wants it.
    """
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    return _create(tx, actor, draft, said_again=draft.said)


def start(tx: Tx, actor: Actor, draft: Draft) -> TimeEntry:
    """Start an entry now, whatever start is said; what ran stops at the same moment. Raises `Invalid`.

    Starting again with the same `guid` leaves the entry's time alone: the first answer may have been lost.
    """
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    # The time when it is our turn: what runs by now may have begun after this request came in.
    now = structs.replace(draft, said=Said(tx.now, None, -1), unreadable=())
    return _create(tx, actor, now, said_again=Said())


def stop(tx: Tx, actor: Actor, entry_id: int) -> TimeEntry:
    """Stop an entry now; one that is stopped stays as it is. Raises `NotFound`."""
    entry = _editable(tx, actor, entry_id)
    if not entry.running:
        return entry
    return _store(tx, actor, entry, _timed(entry, timing.stopped_at(entry.timing, tx.now)))


def update(tx: Tx, actor: Actor, entry_ids: list[int], changes: Changes) -> list[TimeEntry]:
    """Change entries, all or none. Raises `NotFound`, `Invalid`."""
    # Each is read when its turn comes: one that begins to run stops another, perhaps one of these.
    changed = [_apply(tx, actor, _editable(tx, actor, entry_id), changes) for entry_id in entry_ids]
    return changed if len(changed) == 1 else [_found(tx, actor, entry_id) for entry_id in entry_ids]


def delete(tx: Tx, actor: Actor, entry_ids: list[int]) -> list[int]:
    """Delete entries, all or none. Deleting one's own deleted entry again is fine. Raises `NotFound`."""
    entries = [_editable(tx, actor, entry_id, deleted=True) for entry_id in entry_ids]
    for entry in entries:
        if entry.deleted_at is None:
            _delete(tx, actor, entry)
    return entry_ids


def stop_in_workspace(tx: Tx, actor: Actor, workspace_id: int, account_id: int) -> None:
    """Stop what a person has running in a workspace."""
    tx.serialise(bucket_of(account_id), account_id)
    _stop_running(tx, actor, account_id, tx.now, within=workspace_id)


def without_project(tx: Tx, actor: Actor, project: Project) -> None:
    """Take a project that goes away off its entries."""
    for entry in entry_rows.of(tx, "e.project_id = :thing_id", bucket_of(project.id), project.id):
        _store(tx, actor, entry, structs.replace(entry, project_id=None, task_id=None))


def without_task(tx: Tx, actor: Actor, task: Task) -> None:
    """Take a task that goes away off its entries; they stay with its project."""
    for entry in entry_rows.of(tx, "e.task_id = :thing_id", bucket_of(task.id), task.id):
        _store(tx, actor, entry, structs.replace(entry, task_id=None))


# How --------------------------------------------------------------------------------------------


def _found(tx: Tx, actor: Actor, entry_id: int, *, deleted: bool = False, lock: bool = False) -> TimeEntry:
    entry = entry_rows.find(tx, actor, entry_id, lock=lock) if ids.possible(entry_id) else None
    if entry is None:
        raise NotFound(NOUN, entry_id)
    if entry.deleted_at is not None and not (deleted and entry.account_id == actor.account_id):
        raise NotFound(NOUN, entry_id)
    return entry


def _editable(tx: Tx, actor: Actor, entry_id: int, *, deleted: bool = False) -> TimeEntry:
    entry = _found(tx, actor, entry_id, deleted=deleted)
    if tx.dialect == "sqlite":
        return entry
    # The owner first, then the row: two who change one entry at once must not each keep a stale half.
    tx.serialise(bucket_of(entry.account_id), entry.account_id)
    return _found(tx, actor, entry_id, deleted=deleted, lock=True)


def _create(tx: Tx, actor: Actor, draft: Draft, *, said_again: Said) -> TimeEntry:
    problems = Problems(NOUN)
    _check_texts(problems, draft)
    _check_tags(problems, _names(draft.tags))
    times = timing.born(draft.said)
    if times is not None:
        timing.check(problems, times)
    elif "start" not in draft.unreadable:
        problems.add("start", "blank")
    place = places.settle(tx, actor, problems, draft.place)
    problems.refuse()
    assert times is not None
    repeated = entry_rows.with_guid(tx, actor, place.workspace_id, draft.guid)
    if repeated is not None:
        return repeated if repeated.deleted_at else _apply(tx, actor, repeated, _as_changes(draft, said_again))
    return _insert(tx, actor, draft, times, place)


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
        guid=draft.guid or ids.new_guid(at),
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
    entry_rows.insert(tx, actor, entry)
    events.record(tx, actor, NOUN, entry.id, workspace_id=entry.workspace_id, after=entry)
    return entry


def _apply(tx: Tx, actor: Actor, entry: TimeEntry, changes: Changes) -> TimeEntry:
    problems = Problems(NOUN)
    _check_texts(problems, changes)
    tags = _merged(entry.tags, changes)
    _check_tags(problems, tags)
    times = timing.changed(entry.timing, changes.said)
    if times != entry.timing:
        timing.check(problems, times)
    here = places.Settled(entry.workspace_id, entry.project_id, entry.task_id)
    place = places.move(tx, actor, problems, entry.account_id, here, changes.place)
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
        tags=tags,
        **said,
    )
    return _store(tx, actor, entry, after)


def _store(tx: Tx, actor: Actor, before: TimeEntry, after: TimeEntry) -> TimeEntry:
    if after == before:
        return before
    if after.running and (not before.running or after.start != before.start):
        _stop_running(tx, actor, after.account_id, after.start, but=after.id)
    after = structs.replace(after, at=events.stamp(tx, bucket_of(after.id)))
    entry_rows.update(tx, actor, before, after)
    events.record(tx, actor, NOUN, after.id, workspace_id=after.workspace_id, before=before, after=after)
    return after


def _delete(tx: Tx, actor: Actor, entry: TimeEntry) -> None:
    at = events.stamp(tx, bucket_of(entry.id))
    # It may have been running: a deleted entry ends where it was left.
    times = timing.stopped_at(entry.timing, tx.now) if entry.running else entry.timing
    gone = structs.replace(_timed(entry, times), at=at, deleted_at=at)
    entry_rows.update(tx, actor, entry, gone)
    events.record(tx, actor, NOUN, entry.id, workspace_id=entry.workspace_id, before=entry)


def _stop_running(
    tx: Tx, actor: Actor, account_id: int, moment: int, but: int | None = None, within: int | None = None
) -> None:
    """Stop what a person has running: at the start of what replaces it, or in the workspace that they leave."""
    entry_id = entry_rows.running_id(tx, account_id)
    if entry_id is None or entry_id == but:
        return
    for entry in entry_rows.of(tx, "e.id = :thing_id", bucket_of(entry_id), entry_id):
        if entry.running and within in (None, entry.workspace_id):
            _store(tx, actor, entry, _timed(entry, timing.stopped_at(entry.timing, moment)))


def _as_changes(draft: Draft, said: Said) -> Changes:
    return Changes(
        place=draft.place,
        said=said,
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
    if isinstance(said, Changes):
        if said.tag_action not in (UNSET, "add", "remove"):
            problems.add("tag_action", "invalid")
    else:
        if not (said.created_with or "").strip():
            problems.add("created_with", "blank")
        elif len(said.created_with or "") > texts.LONGEST_SOFTWARE:
            problems.add("created_with", "too_long", limit=texts.LONGEST_SOFTWARE)
        if said.guid and len(said.guid) > LONGEST_GUID:
            problems.add("guid", "too_long", limit=LONGEST_GUID)
    if said.description and len(said.description) > LONGEST_DESCRIPTION:
        problems.add("description", "too_long", limit=LONGEST_DESCRIPTION)


def _check_tags(problems: Problems, names: tuple[str, ...]) -> None:
    if len(names) > MOST_TAGS:
        problems.add("tags", "too_many", limit=MOST_TAGS)
    if any(len(name) > LONGEST_TAG for name in names):
        problems.add("tags", "too_long", limit=LONGEST_TAG)
