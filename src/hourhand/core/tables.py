"""The tables of things: a row stored, changed or marked deleted, and the event that tells of it.

Every noun that synchronises is kept like this: `at` is the time of the last change, and what is deleted
stays, with `deleted_at`. Time entries are kept in `entry_rows`, because tags and what runs hang on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

from hourhand.core import events
from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.core.ids import bucket_of
from hourhand.db import Row, Tx, columns, insert_into, parameters, reader, update_of

S = TypeVar("S", bound=Struct)


class Table(Generic[S]):
    """The table of one noun. `read` makes the record of a row that begins with `columns`.

    `named_within` is the column of what its names are unique in.
    """

    read: Callable[[Row], S]

    def __init__(self, name: str, noun: str, record: type[S], named_within: str = "workspace_id") -> None:
        self.name = name
        self.read = reader(record)
        self._noun = noun
        self._record = record
        self._kept = f"select {columns(record)} from {name} where bucket = :bucket and id in (:ids)"
        self._namesake = (
            f"select 1 from {name} where bucket = :bucket and {named_within} = :within and name = :name"
            " and deleted_at is null"
        )
        self._changed = (
            f"select {columns(record)} from {name} where bucket in (:buckets) and workspace_id in (:workspace_ids)"
            " and at >= :since order by id"
        )
        self._insert = insert_into(name, record)
        self._update = update_of(name, record)

    def columns(self, prefix: str = "") -> str:
        """`id, name, at`, or `p.id, p.name, p.at`."""
        return columns(self._record, prefix)

    def kept(self, tx: Tx, bucket: int, thing_ids: list[int]) -> list[S]:
        """These things as they are kept, deleted ones too, whoever may know of them."""
        rows = tx.rows(self._kept, bucket=bucket, ids=thing_ids) if thing_ids else []
        return [self.read(row) for row in rows]

    def changed_since(self, tx: Tx, workspace_ids: list[int], since: int) -> list[S]:
        """Those of these workspaces that changed at or after a time (unix seconds), deleted ones too, oldest first."""
        rows = tx.rows(
            self._changed,
            buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
            workspace_ids=workspace_ids,
            since=since,
        )
        return [self.read(row) for row in rows]

    def refuse_taken(self, tx: Tx, problems: Problems, within_id: int, name: str) -> None:
        """Note it where something that is there has this name already."""
        if tx.row(self._namesake, bucket=bucket_of(within_id), within=within_id, name=name):
            problems.add("name", "taken", name=name)

    def insert(self, tx: Tx, actor: Actor, thing: S) -> S:
        """Store a new thing, as it is."""
        tx.run(self._insert, bucket=bucket_of(_id(thing)), **parameters(thing))
        self._tell(tx, actor, after=thing)
        return thing

    def update(self, tx: Tx, actor: Actor, before: S, after: S) -> S:
        """Store a changed thing; returns it with its new `at`."""
        after = self._write(tx, after)
        self._tell(tx, actor, before=before, after=after)
        return after

    def delete(self, tx: Tx, actor: Actor, thing: S, **last: Any) -> S:
        """Mark a thing deleted, perhaps with some `last` changes; returns it as it is kept."""
        deleted = self._write(tx, thing, deleted_at=events.stamp(tx, bucket_of(_id(thing))), **last)
        self._tell(tx, actor, before=thing)
        return deleted

    def find(self, tx: Tx, thing_id: int) -> S | None:
        """A thing whatever its state and whoever asks, which waits for this transaction: for the operator."""
        row = tx.row(
            f"select {self.columns()} from {self.name} where bucket = :bucket and id = :id for update",
            bucket=bucket_of(thing_id),
            id=thing_id,
        )
        return self.read(row) if row else None

    def restore(self, tx: Tx, actor: Actor, thing: S) -> S:
        """Store a thing that was marked deleted as one that is there; for the log it is created again."""
        restored = self._write(tx, thing, deleted_at=None)
        self._tell(tx, actor, after=restored)
        return restored

    def _write(self, tx: Tx, thing: S, **last: Any) -> S:
        bucket = bucket_of(_id(thing))
        written = structs.replace(thing, at=events.stamp(tx, bucket), **last)
        tx.run(self._update, bucket=bucket, **parameters(written))
        return written

    def _tell(self, tx: Tx, actor: Actor, *, before: S | None = None, after: S | None = None) -> None:
        thing: Any = after or before
        events.record(
            tx, actor, self._noun, thing.id, workspace_id=self._workspace_id(thing), before=before, after=after
        )

    def _workspace_id(self, thing: Any) -> int | None:
        workspace_id: int | None = thing.id if self._noun == "workspace" else getattr(thing, "workspace_id", None)
        return workspace_id


def _id(thing: Any) -> int:
    thing_id: int = thing.id
    return thing_id
