"""Reports as tables: typed columns and rows, which files and terminals print each in their way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from msgspec import Struct

# What a column's cells are, or None: str, datetime.date, datetime.time, whole seconds, hundredths of a currency's unit.
CellKind = Literal["text", "date", "time", "duration", "amount"]
Row = tuple[Any, ...]


class Column(Struct, frozen=True):
    """A column of a table. A day as its title is written as its reader writes dates."""

    title: str | date
    kind: CellKind = "text"


class Table(Struct, frozen=True):
    """A table. Its rows may be many, and can be gone through once; `name` says what it is: `time_entries`.

    `count` is how many rows there are, where that is known before the last of them.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    count: int | None = None
