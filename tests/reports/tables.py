"""Tables to write, and texts that people type to do harm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, get_args

from hypothesis import strategies as st

from hourhand.reports.looks import Look
from hourhand.reports.tables import CellKind, Column, Row, Table

KINDS: tuple[CellKind, ...] = get_args(CellKind)
# Each is run by one spreadsheet or another.
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\tno more than a tab",
    "  =1+1",
    "\n=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
)
HARMLESS = ("", "a=1", "Ann - Bob", "1-1", "'quoted'", "a@example.org", " plain", "#tag", "日本語", "🙂=", "a\tb")


def look(**changes: Any) -> Look:
    """How somebody in Tallinn reads."""
    plain: dict[str, Any] = {
        "date_format": "DD.MM.YYYY",
        "timeofday_format": "H:mm",
        "duration_format": "improved",
        "timezone": "Europe/Tallinn",
        "language": "en_US",
    }
    return Look(**{**plain, **changes})


def table(rows: Iterable[Row], *kinds: CellKind, count: int | None = None) -> Table:
    """A table with columns of these kinds."""
    return Table("time_entries", tuple(Column(f"{kind} {i}", kind) for i, kind in enumerate(kinds)), rows, count)


CELLS: dict[CellKind, st.SearchStrategy[Any]] = {
    "text": st.text() | st.sampled_from((*FORMULAS, *HARMLESS)),
    "date": st.dates(date(2006, 1, 1), date(2200, 1, 1)),
    "time": st.times().map(lambda time: time.replace(microsecond=0)),
    "duration": st.integers(0, 10**7),
    "amount": st.integers(0, 10**12),
}
