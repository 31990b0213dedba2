"""Reports as files. CSV and workbooks are made of the same table.

Formats are loaded where they are needed, because that takes its time. What makes a file may run in another process:
it is a function of this module, and what it is asked can be sent there.
"""

from __future__ import annotations

from collections.abc import Iterator

from hourhand.api.downloads import CSV, PDF, XLS, XLSX, Download
from hourhand.api.http import Caller
from hourhand.api.reports_v2.arguments import Asked
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import covers, detailed, summary, weekly
from hourhand.reports.tables import Table

Question = detailed.Question | summary.Question | weekly.Question


def csv(caller: Caller, asked: Asked[Question]) -> Download:
    """The report as CSV."""
    return Download(CSV, _name(asked.question), caller.export(_csv, asked))


def xlsx(caller: Caller, asked: Asked[Question]) -> Download:
    """The report as a workbook."""
    return Download(XLSX, _name(asked.question), caller.export(_xlsx, asked))


def xls(caller: Caller, asked: Asked[Question]) -> Download:
    """The report as a workbook of the old format. Raises `Invalid` for more rows than that can hold."""
    return Download(XLS, _name(asked.question), caller.export(_xls, asked))


def pdf(caller: Caller, asked: Asked[Question]) -> Download:
    """The report, to be printed."""
    return Download(PDF, _name(asked.question), caller.export(_pdf, asked))


def _name(question: Question) -> str:
    """`Toggl_time_entries_2023-11-01_to_2023-11-30`, as clients expect it."""
    match question:
        case detailed.Question():
            what = "time_entries"
        case summary.Question():
            what = question.grouping
        case weekly.Question():
            what = "weekly"
    return f"Toggl_{what}_{question.filter.since}_to_{question.filter.until}"


def _csv(tx: Tx, actor: Actor, asked: Asked[Question]) -> Iterator[bytes]:
    from hourhand.reports import csv

    return csv.written(_table(tx, actor, asked.question), asked.look)


def _xlsx(tx: Tx, actor: Actor, asked: Asked[Question]) -> Iterator[bytes]:
    from hourhand.reports import xlsx

    return xlsx.written(_table(tx, actor, asked.question), asked.look)


def _xls(tx: Tx, actor: Actor, asked: Asked[Question]) -> Iterator[bytes]:
    from hourhand.reports import xls

    yield xls.written(_table(tx, actor, asked.question), asked.look)


def _pdf(tx: Tx, actor: Actor, asked: Asked[Question]) -> Iterator[bytes]:
    from hourhand.reports import pdf

    question, look = asked.question, asked.look
    cover = covers.of(tx, actor, question.filter)
    bars = covers.bars(tx, actor, question.filter)
    if isinstance(question, weekly.Question):
        yield pdf.weekly(cover, bars, weekly.report(tx, actor, question), look)
        return
    if isinstance(question, summary.Question):
        yield pdf.summary(cover, bars, summary.report(tx, actor, question), look)
        return
    totals, lines = detailed.totals(tx, actor, question), detailed.lines(tx, actor, question)
    yield pdf.detailed(cover, bars, totals, lines, look)


def _table(tx: Tx, actor: Actor, question: Question) -> Table:
    from hourhand.reports import sheets

    match question:
        case detailed.Question():
            return sheets.time_entries(tx, actor, question)
        case summary.Question():
            return sheets.summary(tx, actor, question)
        case weekly.Question():
            return sheets.weekly(tx, actor, question)
