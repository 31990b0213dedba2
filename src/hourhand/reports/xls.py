"""Tables as XLS, the format of Excel until 2003: for what cannot read any other."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlwt

from hourhand.reports import spreadsheets
from hourhand.reports.looks import Look
from hourhand.reports.tables import Table

# A sheet has 2 ** 16 rows, and the first is the header.
MOST_ROWS = (1 << 16) - 1
_ROWS_AT_ONCE = 1000
# Widths are in parts of a character.
_CHARACTER = 256


def written(table: Table, look: Look) -> bytes:
    """The file. Raises `Invalid` for more rows than a sheet can have."""
    spreadsheets.refuse_beyond(MOST_ROWS, table.count)
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet(spreadsheets.sheet_name(table))
    file = BytesIO()
    try:
        _write(sheet, table, look)
        workbook.save(file)
    finally:
        if sheet.row_tempfile is not None:
            sheet.row_tempfile.close()
    return file.getvalue()


def _write(sheet: Any, table: Table, look: Look) -> None:
    widths, rows = spreadsheets.measured(table)
    bold = xlwt.easyxf("font: bold on")
    for i, column in enumerate(table.columns):
        sheet.write(0, i, spreadsheets.title(column, look), bold)
        sheet.col(i).width = widths[i] * _CHARACTER
    sheet.set_panes_frozen(True)
    sheet.set_horz_split_pos(1)
    styles = {kind: xlwt.easyxf(num_format_str=pattern) for kind, pattern in spreadsheets.patterns(look).items()}
    kinds = [column.kind for column in table.columns]
    for number, row in enumerate(rows, 1):
        spreadsheets.refuse_beyond(MOST_ROWS, number)
        for i, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
            if kind == "text" and cell:
                sheet.write(number, i, spreadsheets.text(cell))
            elif kind != "text" and cell is not None:
                sheet.write(number, i, spreadsheets.number(kind, cell, look), styles[kind])
        if number % _ROWS_AT_ONCE == 0:
            # Into a file: as cells they take ten times the memory.
            sheet.flush_row_data()
