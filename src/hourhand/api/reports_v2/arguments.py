"""The arguments of this dialect: what each is called, how it is read, and what it is where nothing is said.

What is blank is not said. Who says what cannot be is told all of it, by the arguments' names. What has no name here
is let pass: clients send more than the API knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar, get_args

from litestar.params import QueryParameter
from msgspec import Struct, field, structs

from hourhand.api.http import Caller
from hourhand.api.queries import Query
from hourhand.core import dates
from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.core.ids import LIMIT
from hourhand.db import Tx
from hourhand.reports import dashboards, detailed, filters, looks, orders, summary, weekly
from hourhand.reports.filters import Filter, Ids
from hourhand.reports.looks import Look
from hourhand.reports.results import DAYS_OF_WEEK

Q = TypeVar("Q")
Q_co = TypeVar("Q_co", covariant=True)
MOST_IDS = 1000
# A page beyond this is as empty as this one.
_LAST_PAGE = 1_000_000_000
_ID = re.compile(r"[0-9]{1,16}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTHS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_BILLABLE = {"yes": True, "no": False, "both": None}
_DISPLAYS = ("minutes", "decimal")
_CALCULATIONS = ("time", "earnings")
# Stands for a day that was not understood; why is noted then.
_WRONG = date.min


def _said(words: str, **schema: Any) -> QueryParameter:
    return QueryParameter(description=words, schema_extra=schema)


def _chosen(words: str, among: Sequence[str]) -> QueryParameter:
    return _said(words, enum=list(among))


def _needed(words: str, **schema: Any) -> QueryParameter:
    return QueryParameter(description=words, schema_extra=schema, required=True)


def _listed(words: str) -> QueryParameter:
    return _said(
        f"Ids joined by commas, {MOST_IDS} at most: {words}",
        pattern=f"^[0-9]{{1,15}}(,[0-9]{{1,15}}){{0,{MOST_IDS - 1}}}$",
    )


_AN_ID = "^[1-9][0-9]{0,14}$"
_PAGE = _said("From 1, the default", pattern="^[0-9]{1,9}$")
_SWITCH = _chosen("`off` by default; in any case", ("on", "off"))
_TRUTH = _chosen("`false` by default", ("true", "false"))


class Asking(Query, frozen=True, kw_only=True):
    """What every question needs."""

    user_agent: Annotated[str | None, _needed("The name of your application, or an address to reach you at")] = None
    workspace_id: Annotated[str | None, _needed("The workspace that is asked about", pattern=_AN_ID)] = None
    order_desc: Annotated[str | None, _chosen("`on` for descending, in any case", ("on", "off"))] = None


class Filtering(Asking, frozen=True, kw_only=True):
    """What every report is narrowed by, and shown in."""

    since: Annotated[str | None, _said("`YYYY-MM-DD`, six days ago by default", format="date")] = None
    until: Annotated[str | None, _said("`YYYY-MM-DD`, today by default; a year at most", format="date")] = None
    billable: Annotated[str | None, _chosen("`both` by default", tuple(_BILLABLE))] = None
    client_ids: Annotated[list[str], _listed("clients; 0 for none")] = field(default_factory=list)
    project_ids: Annotated[list[str], _listed("projects; 0 for none")] = field(default_factory=list)
    user_ids: Annotated[list[str], _listed("people")] = field(default_factory=list)
    members_of_group_ids: Annotated[list[str], _listed("groups that narrow `user_ids`")] = field(default_factory=list)
    or_members_of_group_ids: Annotated[list[str], _listed("groups that widen `user_ids`")] = field(default_factory=list)
    tag_ids: Annotated[list[str], _listed("tags; 0 for none")] = field(default_factory=list)
    task_ids: Annotated[list[str], _listed("tasks; 0 for none")] = field(default_factory=list)
    time_entry_ids: Annotated[list[str], _listed("time entries")] = field(default_factory=list)
    description: Annotated[str | None, _said("A part of the description, in any case")] = None
    without_description: Annotated[str | None, _TRUTH] = None
    distinct_rates: Annotated[str | None, _SWITCH] = None
    rounding: Annotated[str | None, _SWITCH] = None
    display_hours: Annotated[str | None, _chosen("How files show hours, `minutes` by default", _DISPLAYS)] = None


class DetailsArguments(Filtering, frozen=True, kw_only=True):
    """The arguments of the detailed report."""

    order_field: Annotated[str | None, _chosen("`date` by default", get_args(orders.Order))] = None
    page: Annotated[str | None, _PAGE] = None


class SummaryArguments(Filtering, frozen=True, kw_only=True):
    """The arguments of the summary report."""

    grouping: Annotated[str | None, _chosen("`projects` by default", get_args(summary.Grouping))] = None
    subgrouping: Annotated[str | None, _chosen("`time_entries` by default", get_args(summary.Subgrouping))] = None
    subgrouping_ids: Annotated[str | None, _TRUTH] = None
    grouped_time_entry_ids: Annotated[str | None, _TRUTH] = None
    order_field: Annotated[str | None, _chosen("`title` by default", get_args(summary.Order))] = None


class WeeklyArguments(Filtering, frozen=True, kw_only=True):
    """The arguments of the weekly report, which knows no `until`."""

    grouping: Annotated[str | None, _chosen("`projects` by default", get_args(weekly.Grouping))] = None
    calculate: Annotated[str | None, _chosen("`time` by default", _CALCULATIONS)] = None
    order_field: Annotated[str | None, _chosen("`title` by default", get_args(weekly.Order))] = None


class ProjectArguments(Asking, frozen=True, kw_only=True):
    """The arguments of the project dashboard."""

    project_id: Annotated[str | None, _needed("The project that is asked about", pattern=_AN_ID)] = None
    page: Annotated[str | None, _PAGE] = None
    order_field: Annotated[str | None, _chosen("`name` by default", get_args(dashboards.Order))] = None


class Reader(Struct, frozen=True):
    """Who asks: what day it is where they are, and how they write things."""

    today: date
    look: Look

    @classmethod
    async def of(cls, caller: Caller) -> Reader:
        """The reader that a caller is."""
        defuse = caller.house.settings.csv_formulas == "defused"
        return cls(await caller.read(_today, caller.account.timezone), looks.of(caller.account, defuse=defuse))


class Asked(Struct, Generic[Q_co], frozen=True):
    """A question, and how its reader wants the answer written."""

    question: Q_co
    look: Look


def details(said: DetailsArguments, reader: Reader) -> Asked[detailed.Question]:
    """What is asked of the detailed report. Raises `Invalid`."""
    problems = Problems(filters.NOUN)
    question = detailed.Question(
        filter=_filter(problems, said, _days(problems, said.since, said.until, reader.today)),
        order=_choice(problems, "order_field", said.order_field, get_args(orders.Order)),
        descending=_truth(problems, "order_desc", said.order_desc, unsaid=True),
        page=_page(problems, said.page),
    )
    return _asked(problems, question, said, reader)


def summarised(said: SummaryArguments, reader: Reader) -> Asked[summary.Question]:
    """What is asked of the summary report. Raises `Invalid`."""
    problems = Problems(filters.NOUN)
    grouping: summary.Grouping = _choice(problems, "grouping", said.grouping, get_args(summary.Grouping))
    question = summary.Question(
        filter=_filter(problems, said, _days(problems, said.since, said.until, reader.today)),
        grouping=grouping,
        subgrouping=_choice(problems, "subgrouping", said.subgrouping, summary.SUBGROUPINGS[grouping]),
        order=_choice(problems, "order_field", said.order_field, get_args(summary.Order)),
        descending=_truth(problems, "order_desc", said.order_desc),
        distinct_rates=_truth(problems, "distinct_rates", said.distinct_rates),
        with_ids=_truth(problems, "subgrouping_ids", said.subgrouping_ids),
        with_entry_ids=_truth(problems, "grouped_time_entry_ids", said.grouped_time_entry_ids),
    )
    return _asked(problems, question, said, reader)


def week(said: WeeklyArguments, reader: Reader) -> Asked[weekly.Question]:
    """What is asked of the weekly report, whatever it says of `until`. Raises `Invalid`."""
    problems = Problems(filters.NOUN)
    question = weekly.Question(
        filter=_filter(problems, said, _week(problems, said.since, reader.today)),
        grouping=_choice(problems, "grouping", said.grouping, get_args(weekly.Grouping)),
        order=_choice(problems, "order_field", said.order_field, get_args(weekly.Order)),
        descending=_truth(problems, "order_desc", said.order_desc),
        by_earnings=_choice(problems, "calculate", said.calculate, _CALCULATIONS) == "earnings",
    )
    return _asked(problems, question, said, reader)


def project(said: ProjectArguments) -> dashboards.Question:
    """What is asked of the project dashboard. Raises `Invalid`."""
    problems = Problems(filters.NOUN)
    _introduction(problems, said)
    question = dashboards.Question(
        workspace_id=_id(problems, "workspace_id", said.workspace_id),
        project_id=_id(problems, "project_id", said.project_id),
        page=_page(problems, said.page),
        order=_choice(problems, "order_field", said.order_field, get_args(dashboards.Order)),
        descending=_truth(problems, "order_desc", said.order_desc),
    )
    problems.refuse()
    return question


def _asked(problems: Problems, question: Q, said: Filtering, reader: Reader) -> Asked[Q]:
    display = _choice(problems, "display_hours", said.display_hours, _DISPLAYS)
    problems.refuse()
    return Asked(question, structs.replace(reader.look, decimal_hours=display == "decimal"))


def _filter(problems: Problems, said: Filtering, days: tuple[date, date]) -> Filter:
    _introduction(problems, said)
    without = _truth(problems, "without_description", said.without_description)
    _truth(problems, "distinct_rates", said.distinct_rates)
    return Filter(
        workspace_id=_id(problems, "workspace_id", said.workspace_id),
        since=days[0],
        until=days[1],
        billable=_BILLABLE[_choice(problems, "billable", said.billable, tuple(_BILLABLE), "both")],
        client_ids=_ids(problems, "client_ids", said.client_ids),
        project_ids=_ids(problems, "project_ids", said.project_ids),
        account_ids=_ids(problems, "user_ids", said.user_ids),
        group_ids=_ids(problems, "members_of_group_ids", said.members_of_group_ids),
        or_group_ids=_ids(problems, "or_members_of_group_ids", said.or_members_of_group_ids),
        tag_ids=_ids(problems, "tag_ids", said.tag_ids),
        task_ids=_ids(problems, "task_ids", said.task_ids),
        entry_ids=_ids(problems, "time_entry_ids", said.time_entry_ids),
        description=_text(problems, "description", said.description),
        described=False if without else None,
        rounded=_truth(problems, "rounding", said.rounding),
    )


# What is said, argument by argument ------------------------------------------------------------


def _introduction(problems: Problems, said: Asking) -> None:
    if not (said.user_agent or "").strip():
        problems.add("user_agent", "blank")


def _id(problems: Problems, name: str, said: str | None) -> int:
    text = (said or "").strip()
    if not text:
        problems.add(name, "blank")
    elif not _ID.fullmatch(text) or not 0 < int(text) < LIMIT:
        problems.add(name, "invalid", expected="a positive integer")
    else:
        return int(text)
    return 0


def _ids(problems: Problems, name: str, said: list[str]) -> Ids | None:
    """The ids of a list, which may have been said in several pieces."""
    text = ",".join(it for it in said if it.strip())
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MOST_IDS:
        problems.add(name, "too_many", limit=MOST_IDS)
    elif not all(_ID.fullmatch(part) and int(part) < LIMIT for part in parts):
        problems.add(name, "invalid", expected="ids joined by commas")
    else:
        return frozenset(map(int, parts))
    return None


def _choice(problems: Problems, name: str, said: str | None, among: Sequence[str], unsaid: str | None = None) -> Any:
    """What is chosen, in any case; where nothing is, the first unless something else is `unsaid`."""
    text = (said or "").strip().lower()
    if text in among:
        return text
    if text:
        problems.add(name, "invalid", expected="one of following: " + ", ".join(f"'{it}'" for it in among))
    return among[0] if unsaid is None else unsaid


def _truth(problems: Problems, name: str, said: str | None, *, unsaid: bool = False) -> bool:
    text = (said or "").strip().lower()
    if text and text not in _TRUTHS:
        problems.add(name, "invalid", expected="'on' or 'off'")
    return _TRUTHS.get(text, unsaid)


def _page(problems: Problems, said: str | None) -> int:
    text = (said or "1").strip()
    if not _ID.fullmatch(text):
        problems.add("page", "invalid", expected="a page's number, from 1")
        return 1
    return min(max(1, int(text)), _LAST_PAGE)


def _text(problems: Problems, name: str, said: str | None) -> str:
    # What no description can hold; PostgreSQL would not even look for it.
    if "\0" in (said or ""):
        problems.add(name, "invalid", expected="a text without U+0000")
        return ""
    return said if said and said.strip() else ""


def _days(problems: Problems, since: str | None, until: str | None, today: date) -> tuple[date, date]:
    first, last = _day(problems, "since", since), _day(problems, "until", until)
    if _WRONG in (first, last):
        return today, today
    return filters.span(problems, first, last, today)


def _week(problems: Problems, since: str | None, today: date) -> tuple[date, date]:
    first = _day(problems, "since", since)
    if first == _WRONG:
        return today, today
    last = today if first is None else first + timedelta(days=DAYS_OF_WEEK - 1)
    return filters.span(problems, first, last, today)


def _day(problems: Problems, name: str, said: str | None) -> date | None:
    """The day that the first ten characters name; `_WRONG` if they name none."""
    text = (said or "").strip()[:10]
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else _WRONG
    except ValueError:
        day = _WRONG
    if day == _WRONG:
        problems.add(name, "invalid", expected="a day, YYYY-MM-DD")
    elif not dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR:
        problems.add(name, "year")
        return _WRONG
    return day


# Who asks ---------------------------------------------------------------------------------------


def _today(tx: Tx, actor: Actor, zone: str) -> date:
    return datetime.fromtimestamp(actor.now, dates.zone(zone)).date()
