"""The detailed report: entries one by one, a page at a time or all of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import orders, scans, sums
from hourhand.reports.books import Known, Person
from hourhand.reports.cells import By
from hourhand.reports.filters import Filter
from hourhand.reports.orders import Order, Sorted
from hourhand.reports.results import Detailed, Line, Totals
from hourhand.reports.scans import Entry
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import task_names
from hourhand.reports.worth import Worth, amount

PER_PAGE = 50
# How many lines are made at once.
_BATCH = 512
_TAGS = """
select et.time_entry_id, t.name from time_entry_tags et
join tags t on t.bucket = et.bucket and t.id = et.tag_id and t.deleted_at is null
where et.bucket = :bucket and et.time_entry_id in (:ids)
"""

T = TypeVar("T")
Make = Callable[[Entry, Person, Known | None, str | None, tuple[str, ...]], T]


class Question(Struct, frozen=True):
    """Which entries, in which order, and which page of them, from 1."""

    filter: Filter
    order: Order = "date"
    descending: bool = True
    page: int = 1


def report(tx: Tx, actor: Actor, question: Question) -> Detailed:
    """A page of entries. Raises `NotFound` of the workspace for a stranger."""
    scope = Scope(tx, actor, question.filter)
    worth = Worth(sums.cells(tx, scope, By()))
    running = [] if question.filter.narrows else scans.running(tx, scope)
    count = worth.entries + len(running)
    first = (question.page - 1) * PER_PAGE
    entries = _page(tx, scope, question, running, first) if first < count else []
    return Detailed(worth.totals(), count, question.page, PER_PAGE, _Making(tx, scope).of(entries, _line))


def totals(tx: Tx, actor: Actor, question: Question) -> Totals:
    """The sums of all pages. Raises `NotFound` of the workspace for a stranger."""
    return Worth(sums.cells(tx, Scope(tx, actor, question.filter), By())).totals()


def lines(tx: Tx, actor: Actor, question: Question) -> Iterator[Line]:
    """All entries of all pages, few at a time in memory where they are in the order of their dates.

    Raises `NotFound` of the workspace for a stranger.
    """
    return each(tx, actor, question, _line)


def each(tx: Tx, actor: Actor, question: Question, make: Make[T]) -> Iterator[T]:
    """What is made of all entries of all pages: as `lines`, for whoever wants very many of them and less of each.

    `make` is given the entry, its owner, its project, its task's name and its tags.
    """
    scope = Scope(tx, actor, question.filter)
    making = _Making(tx, scope)
    entries = iter(_entries(tx, scope, question, 0, None))
    while batch := list(islice(entries, _BATCH)):
        yield from making.of(batch, make)


def _page(tx: Tx, scope: Scope, question: Question, running: list[Entry], first: int) -> list[Entry]:
    end, order, descending = first + PER_PAGE, question.order, question.descending
    pack = sums.pack(tx, scope)
    if pack is None:
        return list(_entries(tx, scope, question, first, end))
    # Not above, because a program that keeps no packs does without NumPy.
    from hourhand.reports import column_lists

    key = _keys(scope)[order]
    found = column_lists.first(scope, pack, order, descending=descending, count=end)
    found += [Sorted(key(entry), entry.start, entry.id) for entry in running]
    return scans.named(tx, scope, [it.id for it in orders.in_order(found, order, descending=descending)[first:end]])


def _entries(tx: Tx, scope: Scope, question: Question, first: int, end: int | None) -> Iterable[Entry]:
    """The entries of a scope in the order that is asked for, from the first on."""
    by_date = question.order == "date"
    running = not question.filter.narrows
    found = scans.entries(tx, scope, running=running, descending=question.descending or not by_date)
    if by_date:
        return islice(found, first, end)
    key = _keys(scope)[question.order]
    if end is None:
        return sorted(found, key=key, reverse=question.descending)
    # The same as to sort them all and take the first, without keeping them all.
    pick = heapq.nlargest if question.descending else heapq.nsmallest
    return pick(end, found, key=key)[first:]


def _keys(scope: Scope) -> dict[Order, Callable[[Entry], Any]]:
    """What entries are sorted by. Those that run have lasted no time yet."""
    user_key = orders.user_key(scope.book)
    return {
        "date": lambda entry: None,
        "description": lambda entry: entry.description.casefold(),
        "duration": lambda entry: entry.seconds or 0,
        "user": lambda entry: user_key(entry.account_id),
    }


def _line(entry: Entry, person: Person, project: Known | None, task: str | None, tags: tuple[str, ...]) -> Line:
    price = None if entry.seconds is None else entry.price
    return Line(
        entry.id,
        entry.account_id,
        entry.project_id,
        entry.task_id,
        entry.description,
        entry.start,
        entry.stop,
        entry.at,
        entry.seconds or 0,
        entry.billable,
        price and price.currency,
        price and price.rate,
        amount(price, entry.seconds or 0),
        person.name,
        person.email,
        person.timezone,
        person.keeps_times,
        project and project.client,
        project and project.name,
        project and project.color,
        task,
        tags,
    )


class _Making:
    """Tells of entries what is not in their rows."""

    def __init__(self, tx: Tx, scope: Scope) -> None:
        self._tx = tx
        self._scope = scope
        self._tasks: dict[int, str] = {}

    def of(self, entries: list[Entry], make: Make[T]) -> list[T]:
        """What is made of a few entries."""
        tags = self._tags([entry.id for entry in entries])
        unknown = {entry.task_id for entry in entries} - self._tasks.keys()
        self._tasks |= task_names(self._tx, self._scope, unknown)
        people, projects, tasks = self._scope.book.people, self._scope.book.projects, self._tasks
        return [
            make(
                entry,
                people[entry.account_id],
                projects.get(entry.project_id or 0),
                tasks.get(entry.task_id or 0),
                tuple(sorted(tags[entry.id])) if entry.id in tags else (),
            )
            for entry in entries
        ]

    def _tags(self, entry_ids: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        if entry_ids:
            for entry_id, name in self._tx.rows(_TAGS, bucket=self._scope.bucket, ids=entry_ids):
                found.setdefault(entry_id, []).append(name)
        return found
