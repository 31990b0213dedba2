"""Reports as tables: what the files of a report have in their columns, whatever their format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from hourhand.core import accounts
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import detailed
from hourhand.reports import summary as summaries
from hourhand.reports import weekly as weeks
from hourhand.reports.batches import Batch
from hourhand.reports.clocks import Clock
from hourhand.reports.results import DAYS_OF_WEEK, Amount, Days, Kind, Title, Totals
from hourhand.reports.results import Row as Week
from hourhand.reports.tables import Column, Row, Table

# Stands in the details of a week, whose rows would else look like those of their groups.
WITHOUT_PROJECT = "(no project)"
_ENTRY = (
    *(Column(title) for title in ("User", "Email", "Client", "Project", "Task", "Description", "Billable")),
    Column("Start date", "date"),
    Column("Start time", "time"),
    Column("End date", "date"),
    Column("End time", "time"),
    Column("Duration", "duration"),
    Column("Tags"),
)
_TITLES: dict[Kind, tuple[str, ...]] = {"project": ("Client", "Project"), "client": ("Client",), "user": ("User",)}
_GROUPINGS: dict[summaries.Grouping, Kind] = {"projects": "project", "clients": "client", "users": "user"}
_WEEKS: dict[weeks.Grouping, tuple[Kind, Kind]] = {"projects": ("project", "user"), "users": ("user", "project")}


def time_entries(tx: Tx, actor: Actor, question: detailed.Question) -> Table:
    """A row for each entry of all pages, at the reader's times. Raises `NotFound` of the workspace for a stranger."""
    page = detailed.report(tx, actor, question)
    clock = Clock(accounts.find(tx, actor.account_id).timezone)
    currencies = _currencies(page.totals)
    rows = _entry_rows(detailed.batches(tx, actor, question), clock, currencies)
    return Table("time_entries", (*_ENTRY, *_amounts(currencies)), rows, page.count)


def summary(tx: Tx, actor: Actor, question: summaries.Question) -> Table:
    """A row for each group. Raises as `summary.report` does."""
    found = summaries.report(tx, actor, question)
    currencies = _currencies(found.totals)
    titles = (Column(title) for title in _TITLES[_GROUPINGS[question.grouping]])
    columns = (*titles, Column("Registered time", "duration"), Column("Billable time", "duration"))
    rows = [
        (*_names(it.title), it.seconds, it.billable_seconds, *_worth(it.amounts, currencies)) for it in found.groups
    ]
    return Table(question.grouping, (*columns, *_amounts(currencies)), rows, len(rows))


def weekly(tx: Tx, actor: Actor, question: weeks.Question) -> Table:
    """A row for each group, followed by one for each of its details.

    Days have time, or with `by_earnings` what it is worth: then a row for each currency. Raises `NotFound` of the
    workspace for a stranger.
    """
    found = weeks.report(tx, actor, question)
    kind, then = _WEEKS[question.grouping]
    titles = (*_TITLES[kind], *_TITLES[then], *(["Currency"] if question.by_earnings else []))
    days: list[str | date] = [found.since + timedelta(days=i) for i in range(DAYS_OF_WEEK)]
    values = (Column(title, "amount" if question.by_earnings else "duration") for title in [*days, "Total"])
    rows = [row for week in found.rows for row in _week_rows(week, len(_TITLES[then]), question.by_earnings)]
    return Table("weekly", (*map(Column, titles), *values), rows, len(rows))


def _entry_rows(batches: Iterable[Batch], clock: Clock, currencies: list[str | None]) -> Iterator[Row]:
    """The rows of entries, made column by column."""
    for it in batches:
        yield from zip(
            *(it.users, it.emails, it.clients, it.projects, it.tasks, it.descriptions),
            ["Yes" if billable else "No" for billable in it.billable],
            *clock.tell_all(it.starts),
            *clock.tell_all(it.stops),
            it.seconds,
            map(", ".join, it.tags),
            *([amount if its == currency else None for its, amount in it.worths] for currency in currencies),
            strict=True,
        )


def _currencies(totals: Totals) -> list[str | None]:
    """The currencies of a report: one of None where there is none, for the one column that stays."""
    return [amount.currency for amount in totals.amounts] or [None]


def _amounts(currencies: list[str | None]) -> Iterator[Column]:
    return (Column(f"Amount ({currency or ''})", "amount") for currency in currencies)


def _worth(amounts: tuple[Amount, ...], currencies: list[str | None]) -> Iterator[int | None]:
    by_currency = {amount.currency: amount.amount for amount in amounts}
    return (by_currency.get(currency) for currency in currencies)


def _week_rows(week: Week, width: int, by_earnings: bool) -> Iterator[Row]:
    """The rows of a group and of its details, whose titles take up so many columns."""
    own = _names(week.title)
    for values in _values(week.days, by_earnings):
        yield (*own, *[None] * width, *values)
    for detail in week.details:
        names = _names(detail.title)
        if detail.title.kind == "project" and detail.title.name is None:
            names = (None, WITHOUT_PROJECT)
        for values in _values(detail.days, by_earnings):
            yield (*own, *names, *values)


def _values(days: Days, by_earnings: bool) -> list[Row]:
    """What stands in the days and the total of a row, of each row if there are several."""
    return [(it.currency, *it.amounts) for it in days.earnings] if by_earnings else [days.seconds]


def _names(title: Title) -> Row:
    return (title.client, title.name) if title.kind == "project" else (title.name,)
