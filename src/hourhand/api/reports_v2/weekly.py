"""`/weekly`: seven days, by project and within those by person, or the other way round."""

from __future__ import annotations

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from msgspec import UNSET, Struct, UnsetType

from hourhand.api import http
from hourhand.api.downloads import CSV, PDF, XLS, XLSX
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.reports_v2 import arguments, files
from hourhand.api.reports_v2.arguments import Asked, Reader, WeeklyArguments
from hourhand.api.reports_v2.titles import WeekPartTitleOut, WeekTitleOut
from hourhand.api.reports_v2.wire import AmountOut, Number, amount, get, milliseconds
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import weekly
from hourhand.reports.results import Days, Earnings, Row, Title, Weekly
from hourhand.reports.weekly import Question


class EarningsOut(Struct):
    """What the days, and then all of them, are worth in a currency."""

    currency: str | None
    amount: list[Number | None]

    @classmethod
    def of(cls, earnings: Earnings) -> EarningsOut:
        return cls(earnings.currency, [amount(it) for it in earnings.amounts])


# Milliseconds of the days and then of all of them; or for each currency what they are worth.
DaysOut = list[int | EarningsOut | None]


class PartOut(Struct):
    """The part in a row that one person or one project has."""

    uid: int | UnsetType | None
    pid: int | UnsetType | None
    title: WeekPartTitleOut
    totals: DaysOut

    @classmethod
    def of(cls, row: Row, earnings: bool) -> PartOut:
        return cls(*_ids(row.title), WeekPartTitleOut.of(row.title), _days(row.days, earnings))


class RowOut(Struct):
    """What one person did, by project; or what was done for a project, by person."""

    title: WeekTitleOut
    uid: int | UnsetType | None
    pid: int | UnsetType | None
    totals: DaysOut
    details: list[PartOut]

    @classmethod
    def of(cls, row: Row, earnings: bool) -> RowOut:
        details = [PartOut.of(it, earnings) for it in row.details]
        return cls(WeekTitleOut.of(row.title), *_ids(row.title), _days(row.days, earnings), details)


class WeeklyOut(Struct):
    """All rows, and their sums."""

    total_grand: int | None
    total_billable: int | None
    total_currencies: list[AmountOut]
    data: list[RowOut]
    week_totals: DaysOut

    @classmethod
    def of(cls, found: Weekly, earnings: bool) -> WeeklyOut:
        return cls(
            total_grand=milliseconds(found.totals.seconds),
            total_billable=milliseconds(found.totals.billable_seconds),
            total_currencies=AmountOut.all_of(found.totals.amounts),
            data=[RowOut.of(it, earnings) for it in found.rows],
            week_totals=_days(found.week, earnings),
        )


@get("/weekly")
async def get_weekly(caller: CallerGiven, said: FromQuery[WeeklyArguments]) -> Response[WeeklyOut]:
    """The seven days from `since` on, whatever `until` says, by project or by person: time, or what it is worth."""
    return http.Answer(await caller.report(_json, await _asked(caller, said)))


@get("/weekly.csv", media_type=CSV.media_type)
async def get_weekly_csv(caller: CallerGiven, said: FromQuery[WeeklyArguments]) -> Response[bytes]:
    """The rows as CSV."""
    return files.csv(caller, await _asked(caller, said))


@get("/weekly.xlsx", media_type=XLSX.media_type)
async def get_weekly_xlsx(caller: CallerGiven, said: FromQuery[WeeklyArguments]) -> Response[bytes]:
    """The rows as a workbook."""
    return files.xlsx(caller, await _asked(caller, said))


@get("/weekly.xls", media_type=XLS.media_type)
async def get_weekly_xls(caller: CallerGiven, said: FromQuery[WeeklyArguments]) -> Response[bytes]:
    """The rows as a workbook of the old format, as many as that can hold."""
    return files.xls(caller, await _asked(caller, said))


@get("/weekly.pdf", media_type=PDF.media_type)
async def get_weekly_pdf(caller: CallerGiven, said: FromQuery[WeeklyArguments]) -> Response[bytes]:
    """The rows, to be printed."""
    return files.pdf(caller, await _asked(caller, said))


async def _asked(caller: Caller, said: WeeklyArguments) -> Asked[Question]:
    return arguments.week(said, await Reader.of(caller))


def _json(tx: Tx, actor: Actor, asked: Asked[Question]) -> bytes:
    return msgspec.json.encode(WeeklyOut.of(weekly.report(tx, actor, asked.question), asked.question.by_earnings))


def _ids(title: Title) -> tuple[int | UnsetType | None, int | UnsetType | None]:
    """The id as a person's and as a project's."""
    return (title.id, UNSET) if title.kind == "user" else (UNSET, title.id)


def _days(days: Days, earnings: bool) -> DaysOut:
    if earnings:
        return [EarningsOut.of(it) for it in days.earnings]
    return [milliseconds(it) for it in days.seconds]


ROUTES: list[HTTPRouteHandler] = [get_weekly, get_weekly_csv, get_weekly_xlsx, get_weekly_xls, get_weekly_pdf]
