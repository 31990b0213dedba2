"""Packing: entries are read row by row, and become columns."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hourhand.core.ids import bucket_of
from hourhand.db import Row, Tx, slices
from hourhand.reports.arrays import Codes, Ints
from hourhand.reports.columns import Columns, Dimension, Matters, Places

_BATCH = 512
_COLUMNS = "e.id, e.start, e.duration, e.account_id, e.project_id, e.billable, e.task_id, e.description"
_OF_WORKSPACE = f"""
select {_COLUMNS} from time_entries e
where e.bucket = :bucket and e.workspace_id = :workspace_id and e.deleted_at is null and e.duration >= 0
"""
_AMONG = f"""
select {_COLUMNS} from time_entries e where e.bucket = :bucket and e.id in (:ids)
    and e.workspace_id = :workspace_id and e.deleted_at is null and e.duration >= 0
"""
# By entry; those of a bucket, few of which are not the workspace's.
_TAGS = """
select time_entry_id, tag_id from time_entry_tags where bucket = :bucket order by time_entry_id, tag_id
"""
_TAGS_AMONG = """
select time_entry_id, tag_id from time_entry_tags where bucket = :bucket and time_entry_id in (:ids)
order by time_entry_id, tag_id
"""


def nothing() -> Columns:
    """No entries."""
    return _packed(iter(()), iter(()))


def filled(tx: Tx, workspace_id: int) -> Columns:
    """All entries of a workspace."""
    bucket = bucket_of(workspace_id)
    rows = tx.stream(_OF_WORKSPACE, bucket=bucket, workspace_id=workspace_id)
    return _packed(rows, tx.stream(_TAGS, bucket=bucket))


def among(tx: Tx, workspace_id: int, entry_ids: Iterable[int]) -> Columns:
    """Those of these entries that are in a workspace."""
    bucket = bucket_of(workspace_id)
    rows: list[Row] = []
    links: list[Row] = []
    for some in slices(entry_ids):
        rows += tx.rows(_AMONG, ids=some, bucket=bucket, workspace_id=workspace_id)
        links += tx.rows(_TAGS_AMONG, ids=some, bucket=bucket)
    return _packed(iter(rows), iter(links))


def _packed(rows: Iterator[Row], links: Iterator[Row]) -> Columns:
    ids, start, seconds = _Column("q"), _Column("q"), _Column("d")
    people, projects, billable, tasks, descriptions = (_Coded() for _ in range(5))
    _read(rows, ids, start, seconds, people, projects, billable, tasks, descriptions)
    place, places = _combined(people, projects, billable)
    matter, matters = _combined(tasks, descriptions)
    # What is done with goes: there is no room for everything twice.
    del people, projects, billable, tasks, descriptions
    order = np.argsort(start.numbers, kind="stable")
    its_ids, its_start, its_seconds = (it.taken(order) for it in (ids, start, seconds))
    place, matter = place[order], matter[order]
    del order
    tags = _tags(its_ids, links)
    return Columns(its_ids, its_start, its_seconds, place, matter, tags, Places(*places), Matters(*matters))


class _Column:
    """Numbers, one for each row, which stay where they grow."""

    def __init__(self, typecode: str) -> None:
        self._numbers = array(typecode)

    @property
    def numbers(self) -> NDArray[Any]:
        """All of them, when all are there."""
        return np.asarray(self._numbers)

    def extend(self, values: Sequence[Any]) -> None:
        """Put more behind those that are there."""
        self._put(values, len(values))

    def taken(self, rows: Ints) -> NDArray[Any]:
        """The numbers of these rows. None are left."""
        taken: NDArray[Any] = self.numbers[rows]
        self._numbers = array(self._numbers.typecode)
        return taken

    def _put(self, numbers: Iterable[Any], count: int) -> None:
        self._numbers.frombytes(np.fromiter(numbers, self._numbers.typecode, count).tobytes())


class _Coded(_Column):
    """The numbers of values, from 0 as they come."""

    def __init__(self) -> None:
        super().__init__("i")
        self._codes = _Codes()

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that there are, each of them once."""
        return tuple(self._codes)

    def extend(self, values: Sequence[Any]) -> None:
        self._put(map(self._codes.__getitem__, values), len(values))


class _Placed(_Column):
    """The places of ids among others, -1 of those that are not there."""

    def __init__(self, ids: Ints) -> None:
        super().__init__("i")
        self._ids = ids
        self._by_id = np.argsort(ids)

    def extend(self, values: Sequence[Any]) -> None:
        self._put(places_of(np.fromiter(values, np.int64, len(values)), self._ids, self._by_id), len(values))


class _Codes(dict[Any, int]):
    """The number of each value; one that has none yet gets the next."""

    def __missing__(self, value: Any) -> int:
        self[value] = code = len(self)
        return code


def _read(rows: Iterator[Row], *columns: _Column) -> None:
    """Put rows into columns, many at a time: to make a tuple of numbers for each row would take twice as long."""
    while batch := list(islice(rows, _BATCH)):
        for column, values in zip(columns, zip(*batch, strict=True), strict=True):
            column.extend(values)


def _combined(*kinds: _Coded) -> tuple[Codes, list[Dimension]]:
    """What rows are alike in together: the number that each has among all that is different; and that, by kind."""
    values = [it.values for it in kinds]
    sizes = [max(1, len(it)) for it in values]
    keys = np.zeros(len(kinds[0].numbers), np.int64)
    for size, kind in zip(sizes, kinds, strict=True):
        keys *= size
        keys += kind.numbers
    different, codes = _numbered(keys, math.prod(sizes))
    each = np.unravel_index(different, sizes)
    return codes, list(map(Dimension, values, each))


def _numbered(keys: Ints, space: int) -> tuple[Ints, Codes]:
    """The keys that there are, and the number of each among them; all are below `space`."""
    if space > len(keys):
        there, codes = np.unique(keys, return_inverse=True)
        return there, codes.astype(np.int32)
    # Where there is room to tick them off, there is nothing to sort.
    ticked = np.zeros(space, np.bool_)
    ticked[keys] = True
    there = np.flatnonzero(ticked)
    numbers = np.zeros(space, np.int32)
    numbers[there] = np.arange(len(there))
    return there, numbers[keys]


def _tags(ids: Ints, links: Iterator[Row]) -> Dimension:
    """The tags of these entries; links are by entry, and tell of others too."""
    linked, tags = _Placed(ids), _Coded()
    _read(links, linked, tags)
    there, known = linked.numbers >= 0, tags.values
    rows, numbers = linked.numbers[there], tags.numbers[there]
    values: list[tuple[int, ...]] = [()]
    codes = np.zeros(len(ids), np.int32)
    # All that have a first tag get it, then all that have a second one: those with the same tags stay together.
    while len(rows):
        next_ = np.append(True, rows[1:] != rows[:-1])
        keys = codes[rows[next_]].astype(np.int64) * len(known) + numbers[next_]
        longer, its = _numbered(keys, len(values) * len(known))
        codes[rows[next_]] = its + len(values)
        values += [(*values[key // len(known)], known[key % len(known)]) for key in longer.tolist()]
        rows, numbers = rows[~next_], numbers[~next_]
    return Dimension(values, codes)


def places_of(wanted: Ints, ids: Ints, by_id: Ints) -> Ints:
    """The place of each wanted one among ids, -1 of those that are not there; and by id, the places of those."""
    at = np.searchsorted(ids, wanted, sorter=by_id)
    places = np.full(len(wanted), -1, np.int64)
    inside = at < len(ids)
    places[inside] = by_id[at[inside]]
    places[inside] = np.where(ids[places[inside]] == wanted[inside], places[inside], -1)
    return places
