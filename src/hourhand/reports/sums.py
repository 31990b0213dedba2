"""Sums of time: the one thing that all reports but the list of entries are made of.

A `Cell` is the time of all entries that are alike in what was asked for, and in what an hour of them costs. There are
two ways to reckon cells, which find the same ones: over rows, by the database, and over columns that are kept in
memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hourhand.db import Tx
from hourhand.reports import row_sums
from hourhand.reports.cells import By, Cell
from hourhand.reports.scopes import Scope

if TYPE_CHECKING:
    from hourhand.reports.packs import Pack, Shelf

# Where the transactions of a process that keeps packs find them.
SHELF = "report packs"


def cells(tx: Tx, scope: Scope, by: By) -> list[Cell]:
    """The cells of what is asked for, in no order."""
    found = pack(tx, scope, by_task=by.task)
    if found is None:
        return row_sums.cells(tx, scope, by)
    # Not above, because a program that keeps no packs does without NumPy.
    from hourhand.reports import column_sums

    return column_sums.cells(scope, by, found)


def pack(tx: Tx, scope: Scope, *, by_task: bool = False) -> Pack | None:
    """A workspace's packed entries as this transaction sees it; None where rows are to be looked at instead."""
    shelf: Shelf | None = tx.memory.get(SHELF)
    if shelf is None or scope.is_empty or scope.asked.entry_ids is not None:
        return None
    # In columns, tasks are judged without their projects: not for those from whom a project may be hidden.
    if not scope.book.workspace.admin and (by_task or scope.asked.task_ids is not None):
        return None
    return shelf.pack(tx, scope)
