"""How time entries are stored: their rows, their tags, and which one of a person runs."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import members, tags
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.core.timing import Timing
from hourhand.db import Row, Tx, columns, insert_into, parameters, reader, update_changed


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


def find(tx: Tx, actor: Actor, entry_id: int, *, lock: bool = False) -> TimeEntry | None:
    """An entry of the actor's, or of a workspace they administer, deleted or not.

    With `lock` nobody else changes it before this transaction ends.
    """
    text = _VISIBLE + " for update of e" if lock else _VISIBLE
    row = tx.row(text, bucket=bucket_of(entry_id), id=entry_id, me=actor.account_id)
    return _tagged(tx, _read(row)) if row else None


def whole(tx: Tx, entry_id: int) -> TimeEntry | None:
    """An entry whatever its state and whoever asks, which waits for this transaction: for the operator."""
    row = tx.row(
        f"select {_COLUMNS} from time_entries e where e.bucket = :bucket and e.id = :id for update of e",
        bucket=bucket_of(entry_id),
        id=entry_id,
    )
    return _tagged(tx, _read(row)) if row else None


def own(tx: Tx, actor: Actor, condition: str, *, limit: int, **named: int) -> list[TimeEntry]:
    """One's own entries in every workspace one is in: one routed statement each, merged here."""
    found: list[TimeEntry] = []
    for workspace_id in members.workspace_ids(tx, actor.account_id):
        found.extend(_own_in(tx, actor, workspace_id, condition, "e.start, e.id", limit, named))
    found.sort(key=lambda entry: (entry.start, entry.id))
    return found[:limit]


def own_latest(tx: Tx, actor: Actor, workspace_id: int, since: int, limit: int) -> list[TimeEntry]:
    """One's own entries in a workspace that started at or after a time (unix seconds), the latest first."""
    within = "e.deleted_at is null and e.start >= :since"
    return _own_in(tx, actor, workspace_id, within, "e.start desc, e.id desc", limit, {"since": since})


def of(tx: Tx, condition: str, bucket: int, thing_id: int) -> list[TimeEntry]:
    """Everybody's entries of one thing, for changing them with it."""
    rows = tx.rows(
        f"select {_COLUMNS}, t.name from time_entries e {_WITH_TAGS}"
        f" where e.bucket = :bucket and {condition} and e.deleted_at is null order by e.id for update of e",
        bucket=bucket,
        thing_id=thing_id,
    )
    return _gathered(rows)


def kept(tx: Tx, bucket: int, entry_ids: list[int]) -> list[TimeEntry]:
    """These entries as they are kept, deleted ones too, to tell those they belong to."""
    rows = tx.rows(
        f"select {_COLUMNS}, t.name from time_entries e {_WITH_TAGS}"
        " where e.bucket = :bucket and e.id in (:ids) order by e.id",
        bucket=bucket,
        ids=entry_ids,
    )
    return _gathered(rows)


def with_guid(tx: Tx, actor: Actor, workspace_id: int, guid: str | None) -> TimeEntry | None:
    """The actor's entry with this guid where the workspace lives, deleted or not."""
    if not guid:
        return None
    row = tx.row(
        f"select {_COLUMNS} from time_entries e where e.bucket = :bucket and e.account_id = :me and e.guid = :guid",
        bucket=bucket_of(workspace_id),
        me=actor.account_id,
        guid=guid,
    )
    return _tagged(tx, _read(row)) if row else None


def insert(tx: Tx, actor: Actor, entry: TimeEntry) -> None:
    """Store a new entry, its tags, and that it runs."""
    tx.run(_INSERT, bucket=bucket_of(entry.id), **parameters(entry))
    _link_tags(tx, actor, entry)
    if entry.running:
        _note_running(tx, entry)


def update(tx: Tx, actor: Actor, before: TimeEntry, after: TimeEntry) -> None:
    """Store a changed entry, its tags where they changed, and whether it runs."""
    bucket = bucket_of(after.id)
    # Within a second of the last change, tags may be all that changes.
    if changed := update_changed("time_entries", before, after):
        statement, values = changed
        tx.run(statement, bucket=bucket, **values)
    if after.running and not (before.running and before.workspace_id == after.workspace_id):
        _note_running(tx, after)
    elif before.running and not after.running:
        _forget_running(tx, before)
    if after.tags != before.tags or after.workspace_id != before.workspace_id:
        tx.run("delete from time_entry_tags where bucket = :bucket and time_entry_id = :id", bucket=bucket, id=after.id)
        _link_tags(tx, actor, after)


def running_id(tx: Tx, account_id: int) -> int | None:
    """The entry that a person has running, or None."""
    row = tx.row(
        "select time_entry_id from running_entries where bucket = :bucket and account_id = :account_id",
        bucket=bucket_of(account_id),
        account_id=account_id,
    )
    return row[0] if row else None


def _own_in(
    tx: Tx, actor: Actor, workspace_id: int, condition: str, order: str, limit: int, named: dict[str, int]
) -> list[TimeEntry]:
    rows = tx.rows(
        f"select {_COLUMNS}, t.name from (select * from time_entries e where e.bucket = :bucket"
        f" and e.workspace_id = :workspace_id and e.account_id = :me and {condition}"
        f" order by {order} limit :limit) e {_WITH_TAGS} order by {order}",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        me=actor.account_id,
        limit=limit,
        **named,
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


def _note_running(tx: Tx, entry: TimeEntry) -> None:
    tx.run(
        "insert into running_entries (bucket, account_id, workspace_id, time_entry_id)"
        " values (:bucket, :account_id, :workspace_id, :time_entry_id)"
        " on conflict (bucket, account_id) do update"
        " set workspace_id = :workspace_id, time_entry_id = :time_entry_id,"
        # Of another entry that runs, nobody has been told yet.
        " noticed_at = case when running_entries.time_entry_id = :time_entry_id then running_entries.noticed_at end",
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
