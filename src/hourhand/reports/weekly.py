"""The weekly report: seven days, by project and person."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from msgspec import Struct, structs

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import sums, titles
from hourhand.reports.cells import By, Cell
from hourhand.reports.filters import Filter
from hourhand.reports.results import DAYS_OF_WEEK, Days, Earnings, Kind, Row, Weekly
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import Ranked, Titles, gathered
from hourhand.reports.worth import Worth

Grouping = Literal["projects", "users"]
Order = Literal["title", "day1", "day2", "day3", "day4", "day5", "day6", "day7", "week_total"]
_KINDS: dict[Grouping, tuple[Kind, Kind]] = {"projects": ("project", "user"), "users": ("user", "project")}


class Question(Struct, frozen=True):
    """Which entries, of the seven days from `filter.since` on, and how to group and sort them."""

    filter: Filter
    grouping: Grouping = "projects"
    order: Order = "title"
    descending: bool = False
    by_earnings: bool = False


def report(tx: Tx, actor: Actor, question: Question) -> Weekly:
    """The rows; `by_earnings` sorts days by what they are worth. Raises `NotFound` of the workspace for a stranger."""
    since = question.filter.since
    week = structs.replace(question.filter, until=since + timedelta(days=DAYS_OF_WEEK - 1))
    scope = Scope(tx, actor, week)
    cells = sums.cells(tx, scope, By(account=True, project=True, day=True))
    rows = _Weeks(Titles(tx, scope), scope, question).rows(cells, *_KINDS[question.grouping])
    return Weekly(since, Worth(cells).totals(), list(rows), _Week(cells).days())


class _Weeks:
    """Makes rows of cells."""

    def __init__(self, names: Titles, scope: Scope, question: Question) -> None:
        self._titles = names
        self._scope = scope
        self._question = question

    def rows(self, cells: list[Cell], kind: Kind, then: Kind | None = None) -> tuple[Row, ...]:
        """A row for each thing of a kind, in order, with details of another kind."""
        made: list[Ranked[Row]] = []
        for key, its in gathered(cells, titles.keying(kind, self._scope.book)):
            week, named = _Week(its), self._titles.of(kind, key)
            details = self.rows(its, then) if then else ()
            made.append(Ranked(Row(named.title, week.days(), details), named.rank, self._value(week)))
        by_value, descending = self._question.order != "title", self._question.descending
        return tuple(titles.in_order(made, by_value=by_value, descending=descending))

    def _value(self, week: _Week) -> int:
        order = self._question.order
        if order == "title":
            return 0
        slot = DAYS_OF_WEEK if order == "week_total" else int(order.removeprefix("day")) - 1
        worth = week.slot(slot) or Worth()
        return worth.sort_key if self._question.by_earnings else worth.seconds


class _Week:
    """The worth of seven days, and of all of them together."""

    def __init__(self, cells: list[Cell]) -> None:
        self._whole = Worth(cells)
        self._days: dict[int | None, Worth] = {}
        for day, its in gathered(cells, lambda cell: cell.day):
            self._days[day] = Worth(its)

    def slot(self, slot: int) -> Worth | None:
        """A day, from 0, or the whole week as the one after the last; None where there is nothing."""
        return self._days.get(slot) if slot < DAYS_OF_WEEK else self._whole if self._whole.entries else None

    def days(self) -> Days:
        """As they are shown."""
        slots = [self.slot(i) for i in range(DAYS_OF_WEEK + 1)]
        currencies: list[str | None] = [*self._whole.currencies] or ([None] if self._whole.entries else [])
        earnings = (Earnings(it, tuple(slot.amount(it) if slot else None for slot in slots)) for it in currencies)
        return Days(tuple(slot.seconds if slot else None for slot in slots), tuple(earnings))
