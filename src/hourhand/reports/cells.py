"""Cells: the time of entries that are alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hourhand.reports.prices import Price


class By(NamedTuple):
    """In what the entries of a cell are alike. By day means the day of the report, from 0."""

    account: bool = False
    project: bool = False
    task: bool = False
    description: bool = False
    day: bool = False


class Cell(NamedTuple):
    """Time, in whole seconds, of so many entries.

    What was not asked for is None. Projects and tasks are None too where there is none, or where they are hidden from
    the reader. `price` is None for what is not billable, and for what the reader may not see the worth of.
    """

    account_id: int | None
    project_id: int | None
    billable: bool
    price: Price | None
    task_id: int | None
    description: str | None
    day: int | None
    seconds: int
    entries: int


# All of a cell but its seconds and its entries: what tells it from others.
Key = tuple[int | None, int | None, bool, Price | None, int | None, str | None, int | None]


def together(sums: Iterable[tuple[Key, int, int]]) -> list[Cell]:
    """Cells of seconds and numbers of entries by key, which may come in parts; without those that are left empty."""
    found: dict[Key, Cell] = {}
    for key, seconds, entries in sums:
        cell = found.get(key)
        if cell is not None:
            seconds, entries = seconds + cell.seconds, entries + cell.entries
        found[key] = Cell(*key, seconds, entries)
    return [cell for cell in found.values() if cell.entries]
