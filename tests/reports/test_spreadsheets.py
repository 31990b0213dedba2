"""Tables as XLSX and XLS, read back by libraries that others wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZipFile

import openpyxl
import pytest
import xlrd

from hourhand.core.accounts import DATE_FORMATS
from hourhand.core.errors import Invalid
from hourhand.reports import xls, xlsx
from hourhand.reports.looks import Look
from hourhand.reports.tables import Column, Row, Table
from tests.reports.tables import FORMULAS, HARMLESS, KINDS, look, table

ROWS: list[Row] = [
    ("Ann", date(2023, 11, 14), time(23, 5, 59), 90_061, 123_456),
    ("日本語 🙂 عربي", date(2024, 2, 29), time(0, 0), 0, 0),
    (None, None, None, None, None),
    ("no more", date(2099, 12, 31), time(12, 0, 1), 3_600_000, 1),
]


class Cell(NamedTuple):
    """A cell as somebody else reads it: a text, a number or None; and how it is to be shown."""

    value: Any
    shown: str


class Sheet(NamedTuple):
    """A sheet as somebody else reads it, row by row."""

    name: str
    header: list[str]
    rows: list[list[Cell]]
    frozen: bool


def from_xlsx(found: Table, reader: Look) -> Sheet:
    """The sheet of an XLSX file."""
    [sheet] = openpyxl.load_workbook(BytesIO(b"".join(xlsx.written(found, reader)))).worksheets
    header, *rows = ([Cell(cell.value, str(cell.number_format)) for cell in row] for row in sheet.iter_rows())
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    return Sheet(sheet.title, [str(cell.value) for cell in header], rows, sheet.freeze_panes == "A2")


def from_xls(found: Table, reader: Look) -> Sheet:
    """The sheet of an XLS file, with dates and times as openpyxl tells them."""
    book = xlrd.open_workbook(file_contents=xls.written(found, reader), formatting_info=True)
    sheet: Any = book.sheet_by_index(0)
    assert book.nsheets == 1

    def cell(row: int, column: int) -> Cell:
        it: Any = sheet.cell(row, column)
        shown = book.format_map[book.xf_list[it.xf_index].format_key].format_str
        if it.ctype == xlrd.XL_CELL_DATE:
            return Cell(_moment(it.value, shown), shown)
        assert it.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_EMPTY)
        return Cell(None if it.ctype == xlrd.XL_CELL_EMPTY else it.value, shown)

    header, *rows = ([cell(i, j) for j in range(sheet.ncols)] for i in range(sheet.nrows))
    frozen = bool(sheet.panes_are_frozen) and sheet.horz_split_pos == 1
    return Sheet(sheet.name, [it.value for it in header], rows, frozen)


def _moment(value: float, shown: str) -> object:
    if shown.startswith("["):
        return timedelta(seconds=round(value * 24 * 3600))
    moment = xlrd.xldate_as_datetime(value, 0)
    return moment if "yy" in shown else moment.time()


both = pytest.mark.parametrize("read", [from_xlsx, from_xls], ids=["xlsx", "xls"])
Read = Callable[[Table, Look], Sheet]


@both
def test_cells_are_of_their_own_kinds(read: Read) -> None:
    sheet = read(table(ROWS, *KINDS), look())
    assert (sheet.name, sheet.frozen) == ("Time entries", True)
    assert sheet.header == ["text 0", "date 1", "time 2", "duration 3", "amount 4"]
    assert [tuple(cell.value for cell in row) for row in sheet.rows] == [
        ("Ann", day(2023, 11, 14), time(23, 5, 59), timedelta(seconds=90_061), 1234.56),
        ("日本語 🙂 عربي", day(2024, 2, 29), time(0, 0), timedelta(0), 0),
        (None, None, None, None, None),
        ("no more", day(2099, 12, 31), time(12, 0, 1), timedelta(hours=1000), 0.01),
    ]  # fmt: skip
    shown = [cell.shown for cell in sheet.rows[0]]
    assert shown[1:] == ["dd.mm.yyyy", "hh:mm:ss", "[h]:mm:ss", "#,##0.00"]


@both
@pytest.mark.parametrize("form", DATE_FORMATS)
def test_a_day_is_the_same_in_every_format(read: Read, form: str) -> None:
    days = [date(2024, 2, 1) + timedelta(days=i) for i in range(40)]
    sheet = read(Table("weekly", (Column(days[0], "date"),), [(day,) for day in days]), look(date_format=form))
    assert [cell.value.date() for [cell] in sheet.rows] == days
    assert sheet.rows[0][0].shown == form.lower().replace("/", "\\/")
    assert sheet.header == [form.replace("YYYY", "2024").replace("MM", "02").replace("DD", "01")]


@both
def test_times_and_hours_are_shown_as_the_reader_has_them(read: Read) -> None:
    sheet = read(table(ROWS[:1], *KINDS), look(timeofday_format="h:mm A", decimal_hours=True))
    [row] = sheet.rows
    assert (row[2].value, row[2].shown) == (time(23, 5, 59), "h:mm:ss AM/PM")
    assert (row[3].value, row[3].shown) == (pytest.approx(90_061 / 3600), "0.00")


@both
@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "https://example.org", "mailto:a@b", "1.5", "{=A1}", "TRUE"])
def test_text_is_never_anything_else(read: Read, text: str) -> None:
    sheet = read(table([(text, 1)], "text", "duration"), look())
    assert sheet.rows[0][0].value == (text.replace("\r", "\n") or None)


@both
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x00b\x1b[2Jc", "a�b�[2Jc"),
        ("a\ud83db\udc00", "a�b�"),
        ("a\ufffeb\uffff", "a�b�"),
        ("two\r\nlines\rand three", "two\nlines\nand three"),
        ("x" * 40_000, "x" * 32_767),
        ("</t></is></c><f>1+1</f>", "</t></is></c><f>1+1</f>"),
        ("& < > \" '", "& < > \" '"),
    ],
)
def test_what_cannot_be_in_a_file_harms_none(read: Read, text: str, told: str) -> None:
    sheet = read(table([(text, 1), ("after it", 2)], "text", "duration"), look())
    assert [row[0].value for row in sheet.rows] == [told, "after it"]


def test_no_character_is_cut_in_two() -> None:
    # Not for XLS, whose parts of long texts xlrd reads one by one.
    [[cell, _]] = from_xlsx(table([("🙂" * 20_000, 1)], "text", "duration"), look()).rows
    assert cell.value == "🙂" * 16_383


@both
def test_the_writers_own_markup_is_text(read: Read) -> None:
    text = "<r><rPr><b/></rPr><t>bold</t></r>"
    [[cell, _]] = read(table([(text, 1)], "text", "duration"), look()).rows
    assert str(cell.value).strip() == text


def test_an_xlsx_file_has_no_links_and_no_formulas() -> None:
    hostile = [(text, 1) for text in (*FORMULAS, "https://example.org", "<r><t>x</t></r>")]
    with ZipFile(BytesIO(b"".join(xlsx.written(table(hostile, "text", "duration"), look())))) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        assert not any(name.endswith(".rels") and "sheet" in name.rpartition("/")[2] for name in file.namelist())
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<autoFilter" in sheet


@both
def test_without_rows_there_is_a_header(read: Read) -> None:
    sheet = read(table([], *KINDS), look())
    assert sheet.header[0] == "text 0"
    assert sheet.rows == []


def test_columns_are_as_wide_as_what_is_in_them() -> None:
    found = table([("x" * 30, "y" * 500, 1)], "text", "text", "duration")
    [sheet] = openpyxl.load_workbook(BytesIO(b"".join(xlsx.written(found, look())))).worksheets
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert 30 < widths[0] < 40
    assert 55 < widths[1] < 65
    assert 12 <= widths[2] < 20


def test_as_many_rows_as_there_is_place_for_fit() -> None:
    rows = ((i,) for i in range(65_535))
    book = xlrd.open_workbook(file_contents=xls.written(table(rows, "duration"), look()))
    assert book.sheet_by_index(0).nrows == 65_536


@pytest.mark.parametrize("count", [65_536, None])
def test_more_rows_than_xls_has_place_for_are_refused(count: int | None) -> None:
    asked: list[int] = []
    with pytest.raises(Invalid) as refused:
        xls.written(table(_counted(65_536, asked), "duration", count=count), look())
    assert _problem(refused.value) == ("report", "rows", "too_many", {"limit": 65_535})
    # What is known beforehand is refused beforehand.
    assert len(asked) == (0 if count else 65_536)


def test_more_rows_than_xlsx_has_place_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    with pytest.raises(Invalid) as refused:
        xlsx.written(table(_counted(9, asked), "duration", count=1_048_576), look())
    assert _problem(refused.value) == ("report", "rows", "too_many", {"limit": 1_048_575})
    assert asked == []
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert b"".join(xlsx.written(table(_counted(3, asked), "duration"), look()))
    with pytest.raises(Invalid) as refused:
        xlsx.written(table(_counted(4, asked), "duration"), look())
    assert _problem(refused.value) == ("report", "rows", "too_many", {"limit": 3})


def day(year: int, month: int, day: int) -> datetime:
    """A day as libraries for spreadsheets tell it."""
    return datetime(year, month, day)  # noqa: DTZ001


def _counted(count: int, asked: list[int]) -> Iterator[Row]:
    for i in range(count):
        asked.append(i)
        yield (i,)


def _problem(error: Invalid) -> tuple[str, str, str, dict[str, Any]]:
    [problem] = error.problems
    return problem.noun, problem.field, problem.reason, problem.about
