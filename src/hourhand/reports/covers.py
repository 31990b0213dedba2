"""What stands above a printed report: the names of what it is about, and how its reader writes things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from hourhand.core import accounts, pictures, workspaces
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import sums
from hourhand.reports.books import Book
from hourhand.reports.cells import By
from hourhand.reports.filters import WITHOUT, Filter, Ids
from hourhand.reports.results import DAYS_OF_WEEK, Bar, Cover
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import task_names
from hourhand.reports.worth import Worth

# So many bars stand well beside each other.
_MOST_DAYS = 45
_MOST_WEEKS = 27
_TAGS = "select id, name from tags where bucket = :bucket and workspace_id = :workspace_id and id in (:ids)"
_GROUPS = "select id, name from groups where bucket = :bucket and workspace_id = :workspace_id and id in (:ids)"


def of(tx: Tx, actor: Actor, asked: Filter) -> Cover:
    """The cover of a report. Raises `NotFound` of the workspace for a stranger."""
    scope = Scope(tx, actor, asked)
    workspace, reader = scope.book.workspace, accounts.find(tx, actor.account_id)
    return Cover(
        workspace=workspace.name,
        since=asked.since,
        until=asked.until,
        filters=tuple(_filters(tx, scope)),
        logo=pictures.of(tx, workspaces.NOUN, workspace.id) if workspace.logo_url else None,
        language=reader.language,
        timezone=reader.timezone,
        date_format=reader.date_format,
        timeofday_format=reader.timeofday_format,
        duration_format=reader.duration_format,
    )


def bars(tx: Tx, actor: Actor, asked: Filter) -> list[Bar]:
    """The time of each day, or of each week or month where those are many; without gaps."""
    scope = Scope(tx, actor, asked)
    sums_of_days: dict[int, Worth] = {}
    for cell in sums.cells(tx, scope, By(day=True)):
        sums_of_days.setdefault(cell.day or 0, Worth()).add(cell)
    week_begins = accounts.find(tx, actor.account_id).beginning_of_week
    return [_bar(first, days, sums_of_days, asked.since) for first, days in _parts(asked, week_begins)]


def _bar(first: date, days: list[date], sums_of_days: dict[int, Worth], since: date) -> Bar:
    found = [sums_of_days[i] for i in ((day - since).days for day in days) if i in sums_of_days]
    return Bar(first, sum(it.seconds for it in found), sum(it.billable_seconds for it in found))


def _parts(asked: Filter, week_begins: int) -> Iterator[tuple[date, list[date]]]:
    """The days of the report, together by whatever there are few enough of; the first part may have lost its head."""
    days = [asked.since + timedelta(days=i) for i in range((asked.until - asked.since).days + 1)]

    def whole(day: date) -> date:
        if len(days) <= _MOST_DAYS:
            return day
        if len(days) <= _MOST_WEEKS * DAYS_OF_WEEK:
            return day - timedelta(days=(day.isoweekday() - week_begins) % DAYS_OF_WEEK)
        return day.replace(day=1)

    for _, part in groupby(days, whole):
        its = list(part)
        yield its[0], its


def _filters(tx: Tx, scope: Scope) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """What narrows the report, by the names of what is chosen. What is absent or hidden has none."""
    asked, book = scope.asked, scope.book
    people = {person.id: person.name for person in book.people.values()}
    for name, ids, names in (
        ("client_ids", asked.client_ids, _clients(book)),
        ("project_ids", asked.project_ids, {project.id: project.name for project in book.projects.values()}),
        ("account_ids", asked.account_ids, people),
        ("group_ids", asked.group_ids, _named(tx, scope, _GROUPS, asked.group_ids)),
        ("or_group_ids", asked.or_group_ids, _named(tx, scope, _GROUPS, asked.or_group_ids)),
        ("tag_ids", asked.tag_ids, _named(tx, scope, _TAGS, scope.tag_ids)),
        ("task_ids", asked.task_ids, task_names(tx, scope, asked.task_ids or ())),
    ):
        if ids is not None:
            shown = sorted((names[it] for it in ids if it in names), key=str.casefold)
            yield name, (*shown, *((None,) if WITHOUT in ids else ()))
    if asked.description:
        yield "description", (asked.description,)
    if asked.described is not None:
        yield "described", (None,)
    if asked.billable is not None:
        yield "billable", ("yes" if asked.billable else None,)


def _clients(book: Book) -> dict[int, str]:
    return {it.client_id: it.client for it in book.projects.values() if it.client_id and it.client}


def _named(tx: Tx, scope: Scope, text: str, ids: Ids | None) -> dict[int, str]:
    # Groups are for admins alone.
    if not ids or (text is _GROUPS and not scope.book.workspace.admin):
        return {}
    return dict(tx.rows(text, bucket=scope.bucket, workspace_id=scope.workspace_id, ids=sorted(ids)))
