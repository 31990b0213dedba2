"""Batches: entries of a long list column by column, for there are very many of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

Worth = tuple[str | None, int | None]
WORTHLESS: Worth = (None, None)


class Batch(NamedTuple):
    """Some entries in their order: of each column one list, with a value for each of them, as `results.Line` has it.

    A worth is a currency and an amount, None and None where there is none.
    """

    ids: list[int]
    users: list[str]
    emails: list[str]
    clients: list[str | None]
    projects: list[str | None]
    tasks: list[str | None]
    descriptions: list[str]
    billable: list[bool]
    starts: list[int]
    stops: list[int | None]
    seconds: list[int]
    tags: list[tuple[str, ...]]
    worths: list[Worth]

    def taken(self, places: Iterable[int]) -> Batch:
        """Those at these places."""
        some = list(places)
        columns: Iterable[list[Any]] = ([column[place] for place in some] for column in self)
        return Batch(*columns)

    def between(self, begin: int, end: int) -> Batch:
        """Those that began from a moment to before another."""
        return self.taken(place for place, start in enumerate(self.starts) if begin <= start < end)


def nothing() -> Batch:
    """No entries."""
    return Batch(*([] for _ in Batch._fields))


def merged(batches: list[Batch], *, descending: bool) -> Batch:
    """The entries of all of them, by start and id."""
    some = [it for it in batches if it.ids]
    if len(some) == 1:
        return some[0]
    if not some:
        return nothing()
    whole = Batch(*(list(chain.from_iterable(columns)) for columns in zip(*some, strict=True)))
    keys = list(zip(whole.starts, whole.ids, strict=True))
    return whole.taken(sorted(range(len(keys)), key=keys.__getitem__, reverse=descending))
