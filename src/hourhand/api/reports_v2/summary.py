"""`/summary`: time by project, client or person, and within those by something else."""

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
from hourhand.api.reports_v2.arguments import Asked, Reader, SummaryArguments
from hourhand.api.reports_v2.titles import TitleOut
from hourhand.api.reports_v2.wire import AmountOut, Number, amount, get, joined, milliseconds
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import summary
from hourhand.reports.results import Group, Item, Summary
from hourhand.reports.summary import Question


class ItemOut(Struct):
    """A part of a group, in one currency. `rate` is null where there were several; ids are one text, if asked for."""

    title: TitleOut
    time: int
    cur: str | None
    sum: Number | None
    rate: Number | None
    ids: str | UnsetType
    time_entry_ids: str | UnsetType

    @classmethod
    def of(cls, item: Item) -> ItemOut:
        return cls(
            title=TitleOut.of(item.title),
            time=milliseconds(item.seconds),
            cur=item.currency,
            sum=amount(item.amount),
            rate=amount(item.rate),
            ids=UNSET if item.ids is None else joined(item.ids),
            time_entry_ids=UNSET if item.entry_ids is None else joined(item.entry_ids),
        )


class GroupOut(Struct):
    """A group, and its parts."""

    id: int | None
    title: TitleOut
    time: int
    total_currencies: list[AmountOut]
    items: list[ItemOut]

    @classmethod
    def of(cls, group: Group) -> GroupOut:
        return cls(
            id=group.title.id,
            title=TitleOut.of(group.title),
            time=milliseconds(group.seconds),
            total_currencies=AmountOut.all_of(group.amounts),
            items=[ItemOut.of(item) for item in group.items],
        )


class SummaryOut(Struct):
    """All groups, and their sums."""

    total_grand: int | None
    total_billable: int | None
    total_currencies: list[AmountOut]
    data: list[GroupOut]

    @classmethod
    def of(cls, found: Summary) -> SummaryOut:
        return cls(
            total_grand=milliseconds(found.totals.seconds),
            total_billable=milliseconds(found.totals.billable_seconds),
            total_currencies=AmountOut.all_of(found.totals.amounts),
            data=[GroupOut.of(group) for group in found.groups],
        )


@get("/summary")
async def get_summary(caller: CallerGiven, said: FromQuery[SummaryArguments]) -> Response[SummaryOut]:
    """Time by project, client or person, and within those by `subgrouping`: tasks, time entries, and whatever of the
    former is not the grouping."""
    return http.Answer(await caller.report(_json, await _asked(caller, said)))


@get("/summary.csv", media_type=CSV.media_type)
async def get_summary_csv(caller: CallerGiven, said: FromQuery[SummaryArguments]) -> Response[bytes]:
    """The groups as CSV."""
    return files.csv(caller, await _asked(caller, said))


@get("/summary.xlsx", media_type=XLSX.media_type)
async def get_summary_xlsx(caller: CallerGiven, said: FromQuery[SummaryArguments]) -> Response[bytes]:
    """The groups as a workbook."""
    return files.xlsx(caller, await _asked(caller, said))


@get("/summary.xls", media_type=XLS.media_type)
async def get_summary_xls(caller: CallerGiven, said: FromQuery[SummaryArguments]) -> Response[bytes]:
    """The groups as a workbook of the old format, as many as that can hold."""
    return files.xls(caller, await _asked(caller, said))


@get("/summary.pdf", media_type=PDF.media_type)
async def get_summary_pdf(caller: CallerGiven, said: FromQuery[SummaryArguments]) -> Response[bytes]:
    """The groups and their items, to be printed."""
    return files.pdf(caller, await _asked(caller, said))


async def _asked(caller: Caller, said: SummaryArguments) -> Asked[Question]:
    return arguments.summarised(said, await Reader.of(caller))


def _json(tx: Tx, actor: Actor, asked: Asked[Question]) -> bytes:
    return msgspec.json.encode(SummaryOut.of(summary.report(tx, actor, asked.question)))


ROUTES: list[HTTPRouteHandler] = [get_summary, get_summary_csv, get_summary_xlsx, get_summary_xls, get_summary_pdf]
