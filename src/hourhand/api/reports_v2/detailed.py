"""`/details`: time entries one by one, a page at a time, and all of them as files."""

from __future__ import annotations

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from msgspec import Struct

from hourhand.api import http
from hourhand.api.downloads import CSV, PDF, XLS, XLSX
from hourhand.api.http import Caller, CallerGiven
from hourhand.api.reports_v2 import arguments, files
from hourhand.api.reports_v2.arguments import Asked, DetailsArguments, Reader
from hourhand.api.reports_v2.wire import AmountOut, ColorOut, Number, amount, get, milliseconds, moment
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import detailed
from hourhand.reports.detailed import Question
from hourhand.reports.results import Detailed, Line


class EntryOut(Struct):
    """A time entry. `end` is null while it runs; durations are milliseconds."""

    id: int
    pid: int | None
    tid: int | None
    uid: int
    description: str
    start: str
    end: str | None
    updated: str
    dur: int
    user: str
    use_stop: bool
    client: str | None
    project: str | None
    project_color: str
    project_hex_color: str | None
    task: str | None
    billable: Number | None
    is_billable: bool
    cur: str | None
    tags: list[str]

    @classmethod
    def of(cls, line: Line, zone: str) -> EntryOut:
        color = ColorOut.of(line.color)
        return cls(
            id=line.id,
            pid=line.project_id,
            tid=line.task_id,
            uid=line.account_id,
            description=line.description,
            start=moment(line.start, zone),
            end=None if line.stop is None else moment(line.stop, zone),
            updated=moment(line.at, zone),
            dur=milliseconds(line.seconds),
            user=line.user,
            use_stop=line.keeps_times,
            client=line.client,
            project=line.project,
            project_color=color.color,
            project_hex_color=color.hex_color,
            task=line.task,
            billable=amount(line.amount),
            is_billable=line.billable,
            cur=line.currency,
            tags=list(line.tags),
        )


class DetailsOut(Struct):
    """A page of time entries, and the sums of all pages."""

    total_grand: int | None
    total_billable: int | None
    total_count: int
    per_page: int
    total_currencies: list[AmountOut]
    data: list[EntryOut]

    @classmethod
    def of(cls, found: Detailed, zone: str) -> DetailsOut:
        return cls(
            total_grand=milliseconds(found.totals.seconds),
            total_billable=milliseconds(found.totals.billable_seconds),
            total_count=found.count,
            per_page=found.per_page,
            total_currencies=AmountOut.all_of(found.totals.amounts),
            data=[EntryOut.of(line, zone) for line in found.lines],
        )


@get("/details")
async def get_details(caller: CallerGiven, said: FromQuery[DetailsArguments]) -> Response[DetailsOut]:
    """Time entries one by one, 50 a page. Those that run are there, on top of the sums, where only days narrow."""
    return http.Answer(await caller.report(_json, await _asked(caller, said)))


@get("/details.csv", media_type=CSV.media_type)
async def get_details_csv(caller: CallerGiven, said: FromQuery[DetailsArguments]) -> Response[bytes]:
    """The time entries of all pages as CSV."""
    return files.csv(caller, await _asked(caller, said))


@get("/details.xlsx", media_type=XLSX.media_type)
async def get_details_xlsx(caller: CallerGiven, said: FromQuery[DetailsArguments]) -> Response[bytes]:
    """The time entries of all pages as a workbook."""
    return files.xlsx(caller, await _asked(caller, said))


@get("/details.xls", media_type=XLS.media_type)
async def get_details_xls(caller: CallerGiven, said: FromQuery[DetailsArguments]) -> Response[bytes]:
    """The time entries of all pages as a workbook of the old format, as many as that can hold."""
    return files.xls(caller, await _asked(caller, said))


@get("/details.pdf", media_type=PDF.media_type)
async def get_details_pdf(caller: CallerGiven, said: FromQuery[DetailsArguments]) -> Response[bytes]:
    """The time entries of all pages, to be printed."""
    return files.pdf(caller, await _asked(caller, said))


async def _asked(caller: Caller, said: DetailsArguments) -> Asked[Question]:
    return arguments.details(said, await Reader.of(caller))


def _json(tx: Tx, actor: Actor, asked: Asked[Question]) -> bytes:
    return msgspec.json.encode(DetailsOut.of(detailed.report(tx, actor, asked.question), asked.look.timezone))


ROUTES: list[HTTPRouteHandler] = [get_details, get_details_csv, get_details_xlsx, get_details_xls, get_details_pdf]
