"""The orders that a list of entries can be in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from hourhand.reports.books import Book

Order = Literal["date", "description", "duration", "user"]


class Sorted(NamedTuple):
    """An entry as far as it is sorted by: by its key, by its start, by its id."""

    key: Any
    start: int
    id: int


def user_key(book: Book) -> Callable[[int], str]:
    """What owners are sorted by."""
    return lambda account_id: book.people[account_id].name.casefold()


def in_order(found: list[Sorted], order: Order, *, descending: bool) -> list[Sorted]:
    """Sorted by key, and within that with the latest first; by date, either way."""
    if order == "date":
        return sorted(found, key=lambda it: (it.start, it.id), reverse=descending)
    latest_first = sorted(found, key=lambda it: (it.start, it.id), reverse=True)
    return sorted(latest_first, key=lambda it: it.key, reverse=descending)
