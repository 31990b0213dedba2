"""Cells: the time of entries that are alike."""

from __future__ import annotations

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
    task_id: int | None
    description: str | None
    day: int | None
    billable: bool
    price: Price | None
    seconds: int
    entries: int
