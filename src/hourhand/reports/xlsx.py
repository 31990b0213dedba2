"""Tables as XLSX: real dates, times, durations and numbers, in memory that does not grow with the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hourhand.reports import spreadsheets
from hourhand.reports.looks import Look
from hourhand.reports.tables import Table

# A sheet has 2 ** 20 rows, and the first is the header.
MOST_ROWS = (1 << 20) - 1
_PIECE_BYTES = 1 << 16


def written(table: Table, look: Look) -> Iterator[bytes]:
    """The file, in pieces, when all of it is written. Raises `Invalid` for more rows than a sheet can have."""
    spreadsheets.refuse_beyond(MOST_ROWS, table.count)
    with tempfile.TemporaryDirectory() as folder:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            options = {"constant_memory": True, "tmpdir": folder, "use_zip64": True}
            with Workbook(file, options) as workbook:
                _write(workbook, table, look)
        except BaseException:
            file.close()
            raise
    return _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _write(workbook: Workbook, table: Table, look: Look) -> None:
    sheet = workbook.add_worksheet(spreadsheets.sheet_name(table))
    widths, rows = spreadsheets.measured(table)
    bold = workbook.add_format({"bold": True})
    for i, column in enumerate(table.columns):
        sheet.write_string(0, i, spreadsheets.title(column, look), bold)
        sheet.set_column(i, i, widths[i])
    sheet.freeze_panes(1, 0)
    formats = {
        kind: workbook.add_format({"num_format": pattern}) for kind, pattern in spreadsheets.patterns(look).items()
    }
    kinds = [column.kind for column in table.columns]
    number = 0
    for number, row in enumerate(rows, 1):
        spreadsheets.refuse_beyond(MOST_ROWS, number)
        for i, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
            if kind == "text":
                _write_text(sheet, number, i, cell)
            elif cell is not None:
                sheet.write_number(number, i, spreadsheets.number(kind, cell, look), formats[kind])
    sheet.autofilter(0, 0, number, len(kinds) - 1)


def _write_text(sheet: Worksheet, row: int, column: int, cell: str | None) -> None:
    # Never `write`, which makes formulas and links of what looks like them.
    if cell:
        text = spreadsheets.text(cell)
        # With constant memory the writer takes this for its own markup, and puts it into the file as it is.
        sheet.write_string(row, column, " " + text if text.startswith("<r>") else text)
