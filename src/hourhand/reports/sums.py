"""Sums of time: the one thing that all reports but the list of entries are made of.

A `Cell` is the time of all entries that are alike in what was asked for, and in what an hour of them costs. There are
two ways to reckon cells, which find the same ones: over rows, by the database, and over columns that are kept in
memory.
"""

from __future__ import annotations

from hourhand.db import Tx
from hourhand.reports import row_sums
from hourhand.reports.cells import By, Cell
from hourhand.reports.scopes import Scope


def cells(tx: Tx, scope: Scope, by: By) -> list[Cell]:
    """The cells of what is asked for, in no order."""
    return row_sums.cells(tx, scope, by)
