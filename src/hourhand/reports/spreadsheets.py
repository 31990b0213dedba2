"""What the two kinds of spreadsheet file share: how cells are kept in them, how they look, and which cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import chain, islice
from typing import Any

from hourhand.core.errors import Invalid, Problem
from hourhand.reports.filters import NOUN
from hourhand.reports.looks import Look, day_pattern
from hourhand.reports.tables import CellKind, Column, Row, Table

_DAY_SECONDS = 24 * 3600
_HOUR_SECONDS = 3600
# Spreadsheets count days from here on. (The first of them is wrong, for they think that 1900 was a leap year.)
_FIRST_DAY = date(1899, 12, 30).toordinal()
# Of UTF-16.
_LONGEST_TEXT = 32_767
# What XML cannot hold: control characters, halves of surrogate pairs, and what is no character.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_WIDTHS: dict[CellKind, int] = {"date": 12, "time": 12, "duration": 12, "amount": 14}
_LEAST_WIDTH = 8
_MOST_WIDTH = 60
# Room in a header for the arrow of its filter.
_ARROW = 4
_ROWS_LOOKED_AT = 100


def patterns(look: Look) -> dict[CellKind, str]:
    """How cells that are numbers are shown, as number formats say it."""
    return {
        # A slash alone would be whatever the reader's country has between the parts of a date.
        "date": look.date_format.lower().replace("/", "\\/"),
        "time": "h:mm:ss AM/PM" if look.timeofday_format.endswith("A") else "hh:mm:ss",
        "duration": "0.00" if look.decimal_hours else "[h]:mm:ss",
        "amount": "#,##0.00",
    }


def number(kind: CellKind, cell: Any, look: Look) -> float:
    """A cell as the number that is kept: days, or hours that are to be read as decimals, or units of a currency."""
    if isinstance(cell, date):
        return cell.toordinal() - _FIRST_DAY
    if isinstance(cell, time):
        return (cell.hour * _HOUR_SECONDS + cell.minute * 60 + cell.second) / _DAY_SECONDS
    if kind == "duration":
        return float(cell / (_HOUR_SECONDS if look.decimal_hours else _DAY_SECONDS))
    return float(cell / 100)


def text(cell: str) -> str:
    """A text as a spreadsheet can have it: what it cannot have is a replacement character, what is too long is cut."""
    plain = _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", _LINE_END.sub("\n", cell))
    # Half of a pair at the end is left out.
    return plain.encode("utf-16-le")[: _LONGEST_TEXT * 2].decode("utf-16-le", "ignore")


def title(column: Column, look: Look) -> str:
    """What stands above a column."""
    return column.title if isinstance(column.title, str) else column.title.strftime(day_pattern(look.date_format))


def sheet_name(table: Table) -> str:
    """What the sheet of a table is called."""
    return table.name.replace("_", " ").capitalize()


def measured(table: Table) -> tuple[list[int], Iterator[Row]]:
    """How wide each column is to be, in characters, as far as the first rows tell; and all rows."""
    rows = iter(table.rows)
    first = list(islice(rows, _ROWS_LOOKED_AT))
    return [_width(column, (row[i] for row in first)) for i, column in enumerate(table.columns)], chain(first, rows)


def _width(column: Column, cells: Iterable[Any]) -> int:
    heading = len(column.title) + _ARROW if isinstance(column.title, str) else 0
    if column.kind != "text":
        return max(heading, _WIDTHS[column.kind])
    return min(max([heading, _LEAST_WIDTH, *(len(cell) + 1 for cell in cells if cell)]), _MOST_WIDTH)


def refuse_beyond(limit: int, rows: int | None) -> None:
    """Raise `Invalid` for more rows than a sheet has place for."""
    if rows is not None and rows > limit:
        raise Invalid(Problem(NOUN, "rows", "too_many", {"limit": limit}))
