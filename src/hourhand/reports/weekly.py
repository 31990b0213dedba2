"""The weekly report: seven days, by project and person."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports.filters import Filter
from hourhand.reports.results import Weekly

Grouping = Literal["projects", "users"]
Order = Literal["title", "day1", "day2", "day3", "day4", "day5", "day6", "day7", "week_total"]


class Question(Struct, frozen=True):
    """Which entries, of the seven days from `filter.since` on, and how to group and sort them."""

    filter: Filter
    grouping: Grouping = "projects"
    order: Order = "title"
    descending: bool = False
    by_earnings: bool = False


def report(tx: Tx, actor: Actor, question: Question) -> Weekly:
    """The rows; `by_earnings` sorts days by what they are worth. Raises `NotFound` of the workspace for a stranger."""
    raise NotImplementedError
