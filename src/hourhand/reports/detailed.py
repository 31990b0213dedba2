"""The detailed report: entries one by one, a page at a time or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports.filters import Filter
from hourhand.reports.results import Detailed, Line, Totals

PER_PAGE = 50
Order = Literal["date", "description", "duration", "user"]


class Question(Struct, frozen=True):
    """Which entries, in which order, and which page of them, from 1."""

    filter: Filter
    order: Order = "date"
    descending: bool = True
    page: int = 1


def report(tx: Tx, actor: Actor, question: Question) -> Detailed:
    """A page of entries. Raises `NotFound` of the workspace for a stranger."""
    raise NotImplementedError


def totals(tx: Tx, actor: Actor, question: Question) -> Totals:
    """The sums of all pages. Raises `NotFound` of the workspace for a stranger."""
    raise NotImplementedError


def lines(tx: Tx, actor: Actor, question: Question) -> Iterator[Line]:
    """All entries of all pages, few at a time in memory. Raises `NotFound` of the workspace for a stranger."""
    raise NotImplementedError
