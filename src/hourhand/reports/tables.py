"""Reports as tables: typed columns and rows, which files and terminals print each in their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

# What a column's cells are, or None: str, datetime.date, datetime.time, whole seconds, hundredths of a currency's unit.
CellKind = Literal["text", "date", "time", "duration", "amount"]


class Column(Struct, frozen=True):
    """A column of a table."""

    title: str
    kind: CellKind = "text"


class Table(Struct, frozen=True):
    """A table. Its rows may be many, and can be gone through once; `name` says what it is: `time_entries`."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[object, ...]]
