"""The packed columns of workspaces, kept in memory between reports, and kept true by the event log.

A pack knows up to which position of its bucket's log it is true. Whoever asks has a snapshot of the database, and the
log says what has changed between the two: those entries are read again. So a report never sees less than its own
snapshot holds, nor more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import numpy as np

from hourhand.core import event_log, tags, time_entries
from hourhand.db import Tx
from hourhand.reports import packing
from hourhand.reports.arrays import Ints
from hourhand.reports.columns import BYTES_OF_ROW, Columns
from hourhand.reports.scopes import Scope
from hourhand.reports.sums import SHELF

# How many changed entries are kept beside the others, before they are put among them; and of how many it is as
# well to read everything again.
_MOST_BESIDE = 4_096
_MOST_CHANGED = 20_000
_COUNT = """
select count(*) from (
    select 1 from time_entries where bucket = :bucket and workspace_id = :workspace_id and start >= :begin
    and start < :end and deleted_at is null limit :limit) found
"""


class Pack:
    """A workspace's entries as of a position of its bucket's log. It is never changed, only replaced.

    `dead` are the places of the rows in `base` that are no longer so; what has become of them is in `beside`.
    """

    def __init__(self, position: int, base: Columns, beside: Columns, dead: Ints) -> None:
        self.position = position
        self.base = base
        self.beside = beside
        self.dead = dead
        # Where each id is, in the order of ids; made when it is first asked for.
        self._by_id: Ints | None = None

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return self.base.bytes + self.beside.bytes

    @property
    def tags(self) -> set[int]:
        """The tags that entries have, or had."""
        return {tag_id for part in (self.base, self.beside) for its in part.tags.values for tag_id in its}

    def places(self, ids: Ints) -> Ints:
        """The places of these ids in the base, of those that are there."""
        if self._by_id is None:
            self._by_id = np.argsort(self.base.ids)
        places = packing.places_of(ids, self.base.ids, self._by_id)
        return places[places >= 0]

    def keep_order(self, other: Pack) -> None:
        """Take over what is known of the same base."""
        self._by_id = other._by_id


class Shelf:
    """The packs of a process, of those workspaces that were asked for last."""

    def __init__(self, most_bytes: int, few_rows: int) -> None:
        self._most_bytes = most_bytes
        self._few_rows = few_rows
        self._guard = threading.Lock()
        self._packs: OrderedDict[int, Pack] = OrderedDict()
        self._turns: dict[int, threading.Lock] = {}

    def pack(self, tx: Tx, scope: Scope) -> Pack | None:
        """A workspace's pack as this transaction sees it; None where rows are to be summed instead."""
        with self._turn(scope.workspace_id):
            head = event_log.heads(tx, [scope.bucket])[scope.bucket]
            kept = self._packs.get(scope.workspace_id)
            if kept is not None and kept.position > head:
                # Another transaction, which began later, was here first.
                return None
            if kept is None:
                if not self._is_worth_it(tx, scope):
                    return None
            elif kept.position < head:
                kept = _renewed(tx, scope, kept, head)
            if kept is None:
                kept = Pack(head, packing.filled(tx, scope.workspace_id), _NONE, _NOWHERE)
            return self._keep(scope.workspace_id, kept)

    def _turn(self, workspace_id: int) -> threading.Lock:
        with self._guard:
            return self._turns.setdefault(workspace_id, threading.Lock())

    def _keep(self, workspace_id: int, pack: Pack) -> Pack:
        with self._guard:
            self._packs[workspace_id] = pack
            self._packs.move_to_end(workspace_id)
            while len(self._packs) > 1 and sum(it.bytes for it in self._packs.values()) > self._most_bytes:
                self._packs.popitem(last=False)
            if pack.bytes > self._most_bytes:
                self._packs.clear()
        return pack

    def _is_worth_it(self, tx: Tx, scope: Scope) -> bool:
        """Whether there are many entries in these days, and room for all of the workspace's."""
        many = self._most_bytes // BYTES_OF_ROW
        return _counted(tx, scope, scope.begin, scope.end, self._few_rows) == self._few_rows and (
            _counted(tx, scope, _EVER[0], _EVER[1], many) < many
        )


def kept_in(memory: dict[str, Any], most_bytes: int, few_rows: int) -> None:
    """Let the transactions of a database, which share this memory, keep packs for reports of so many rows or more."""
    memory[SHELF] = Shelf(most_bytes, few_rows)


def _renewed(tx: Tx, scope: Scope, kept: Pack, head: int) -> Pack | None:
    """A pack with what changed up to a position; None where it is as well to read everything again."""
    touched = event_log.touched(tx, scope.bucket, kept.position, head, _MOST_CHANGED)
    # A tag that is deleted and brought back is on no entry, and no event of an entry tells that it was taken off.
    if touched is None or not kept.tags.isdisjoint(touched.get(tags.NOUN, ())):
        return None
    changed = touched.get(time_entries.NOUN)
    if not changed:
        return _after(kept, Pack(head, kept.base, kept.beside, kept.dead))
    ids = np.union1d(np.array(sorted(changed), np.int64), kept.beside.ids)
    found = packing.among(tx, scope.workspace_id, ids.tolist())
    dead = np.union1d(kept.dead, kept.places(ids))
    if len(found) <= _MOST_BESIDE:
        return _after(kept, Pack(head, kept.base, found, dead))
    if kept.base.kinds + found.kinds > 2 * len(kept.base):
        # Too much in it is there twice.
        return None
    alive = np.delete(np.arange(len(kept.base)), dead)
    return Pack(head, kept.base.taken(alive).joined(found), _NONE, _NOWHERE)


def _after(kept: Pack, pack: Pack) -> Pack:
    pack.keep_order(kept)
    return pack


def _counted(tx: Tx, scope: Scope, begin: int, end: int, limit: int) -> int:
    row = tx.row(_COUNT, bucket=scope.bucket, workspace_id=scope.workspace_id, begin=begin, end=end, limit=limit)
    assert row is not None
    count: int = row[0]
    return count


_EVER = (-(1 << 60), 1 << 60)
_NONE = packing.nothing()
_NOWHERE = np.empty(0, np.int64)
