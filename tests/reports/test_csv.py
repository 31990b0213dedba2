"""Tables as CSV: what comes back of them is what was written, and nothing in it runs."""

from __future__ import annotations

import csv as standard
from collections.abc import Iterator
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hourhand.core.accounts import DATE_FORMATS
from hourhand.reports import csv
from hourhand.reports.looks import Look
from hourhand.reports.tables import Column, Row, Table
from tests.reports.tables import CELLS, FORMULAS, HARMLESS, KINDS, look, table


def read(written: Iterator[bytes]) -> list[list[str]]:
    """The rows of a file as the standard library reads them, without the header."""
    text = b"".join(written).decode("utf-8-sig")
    return [*standard.reader(StringIO(text, newline=""), strict=True)][1:]


def test_a_file_is_what_is_documented() -> None:
    rows: list[Row] = [
        ("Ann", date(2023, 11, 14), time(23, 5), 90061, 123456),
        ('a "b", c', None, None, None, None),
        ("two\r\nlines", date(2024, 2, 29), time(0, 0, 1), 0, 5),
    ]
    written = b"".join(csv.written(table(rows, *KINDS), look()))
    assert written.decode() == (
        "\ufefftext 0,date 1,time 2,duration 3,amount 4\r\n"
        "Ann,14.11.2023,23:05:00,25:01:01,1234.56\r\n"
        '"a ""b"", c",,,,\r\n'
        '"two\r\nlines",29.02.2024,00:00:01,00:00:00,0.05\r\n'
    )


def test_without_rows_there_is_a_header() -> None:
    assert b"".join(csv.written(table([], "text", "amount"), look())) == b"\xef\xbb\xbftext 0,amount 1\r\n"


SAID = ("02/01/2024", "2024-02-01", "01.02.2024", "01-02-2024", "01/02/2024", "02-01-2024")


@pytest.mark.parametrize(("form", "said"), [*zip(DATE_FORMATS, SAID, strict=True)])
def test_dates_are_written_as_the_profile_has_them(form: str, said: str) -> None:
    day = date(2024, 2, 1)
    found = Table("weekly", (Column(day, "date"),), [(day,)])
    assert b"".join(csv.written(found, look(date_format=form))).decode("utf-8-sig") == f"{said}\r\n{said}\r\n"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0.00"), (17, "0.00"), (18, "0.01"), (5400, "1.50"), (3599, "1.00"), (359_982, "100.00")]
)
def test_hours_are_decimals_for_whoever_wants_them(seconds: int, said: str) -> None:
    assert read(csv.written(table([(seconds,)], "duration"), look(decimal_hours=True))) == [[said]]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_would_run_is_defused_unless_it_is_wanted_as_it_is(text: str) -> None:
    assert read(csv.written(table([(text, 1)], "text", "amount"), look())) == [["'" + text, "0.01"]]
    assert read(csv.written(table([(text, 1)], "text", "amount"), look(defuse=False))) == [[text, "0.01"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_text_that_runs_nowhere_is_left_alone(text: str) -> None:
    assert read(csv.written(table([(text, 1)], "text", "amount"), look())) == [[text, "0.01"]]


def test_the_header_is_defused_too() -> None:
    found = Table("x", (Column("=1+1"), Column("b")), [])
    assert b"".join(csv.written(found, look())) == b"\xef\xbb\xbf'=1+1,b\r\n"


def test_half_a_character_is_a_question_mark() -> None:
    assert read(csv.written(table([("a\ud83db", 1)], "text", "amount"), look())) == [["a?b", "0.01"]]


@given(
    st.lists(st.tuples(*(st.none() | CELLS[kind] for kind in KINDS))),
    st.builds(look, decimal_hours=st.booleans(), defuse=st.booleans(), date_format=st.sampled_from(DATE_FORMATS)),
)
def test_what_is_read_back_is_what_was_written(rows: list[Row], reader: Look) -> None:
    found = read(csv.written(table(rows, *KINDS), reader))
    assert len(found) == len(rows)
    for (text, day, moment, seconds, amount), told in zip(rows, found, strict=True):
        assert told[0] == ("'" if reader.defuse and csv.formula_like(text or "") else "") + (text or "")
        assert _day(told[1], reader.date_format) == day
        assert (time.fromisoformat(told[2]) if told[2] else None) == moment
        assert told[3] == ("" if seconds is None else _hours(seconds, reader))
        assert (Decimal(told[4]) * 100 if told[4] else None) == amount


def test_a_file_comes_in_pieces_as_its_rows_do() -> None:
    asked = 0

    def rows() -> Iterator[Row]:
        nonlocal asked
        for asked in range(20_000):
            yield (f"{asked} a text of some length, and another", asked)

    pieces = csv.written(table(rows(), "text", "duration"), look())
    first = next(pieces)
    assert len(first) == 1 << 16
    assert asked < 3_000
    rest = [*pieces]
    assert {len(piece) for piece in rest[:-1]} == {1 << 16}
    found = read(iter([first, *rest]))
    assert [row[0] for row in found] == [f"{i} a text of some length, and another" for i in range(20_000)]
    assert found[-1][1] == "05:33:19"


def _day(told: str, form: str) -> date | None:
    if not told:
        return None
    parts = {name: int(told[form.index(name) : form.index(name) + len(name)]) for name in ("YYYY", "MM", "DD")}
    return date(parts["YYYY"], parts["MM"], parts["DD"])


def _hours(seconds: int, reader: Look) -> str:
    if reader.decimal_hours:
        return str((Decimal(seconds) / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP))
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
