"""The detailed report: entries one by one, a page at a time or all of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx, slices
from hourhand.reports import orders, scans, sums
from hourhand.reports.cells import By
from hourhand.reports.filters import Filter
from hourhand.reports.orders import Order, Sorted
from hourhand.reports.results import Detailed, Line, Totals
from hourhand.reports.scans import Entry
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import task_names
from hourhand.reports.worth import Worth, amount

PER_PAGE = 50
# How many entries are told of at once.
_MOST_ENTRIES = 1024
_MOST_PLACES = 1 << 16
# Names apart: there are few, and to join them to each entry would take as long again.
_TAGS = "select id, name from tags where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null"
_LINKS = "select time_entry_id, tag_id from time_entry_tags where bucket = :bucket and time_entry_id in (:ids)"


class Question(Struct, frozen=True):
    """Which entries, in which order, and which page of them, from 1."""

    filter: Filter
    order: Order = "date"
    descending: bool = True
    page: int = 1


class Place(NamedTuple):
    """Where an entry belongs: its owner, its project and its task, as far as a line tells of them."""

    user: str
    email: str
    timezone: str
    keeps_times: bool
    client: str | None
    project: str | None
    color: str | None
    task: str | None


class Batch(NamedTuple):
    """A few entries; and for each of them, in the same order, its place and the names of its tags."""

    entries: list[Entry]
    places: list[Place]
    tags: list[tuple[str, ...]]


def report(tx: Tx, actor: Actor, question: Question) -> Detailed:
    """A page of entries. Raises `NotFound` of the workspace for a stranger."""
    scope = Scope(tx, actor, question.filter)
    worth = Worth(sums.cells(tx, scope, By()))
    running = [] if question.filter.narrows else scans.running(tx, scope)
    count = worth.entries + len(running)
    first = (question.page - 1) * PER_PAGE
    entries = _page(tx, scope, question, running, first) if first < count else []
    return Detailed(worth.totals(), count, question.page, PER_PAGE, _lines(_Batching(tx, scope).of(entries)))


def totals(tx: Tx, actor: Actor, question: Question) -> Totals:
    """The sums of all pages. Raises `NotFound` of the workspace for a stranger."""
    return Worth(sums.cells(tx, Scope(tx, actor, question.filter), By())).totals()


def lines(tx: Tx, actor: Actor, question: Question) -> Iterator[Line]:
    """All entries of all pages, few at a time in memory where they are in the order of their dates.

    Raises `NotFound` of the workspace for a stranger.
    """
    for batch in batches(tx, actor, question):
        yield from _lines(batch)


def batches(tx: Tx, actor: Actor, question: Question) -> Iterator[Batch]:
    """All entries of all pages: as `lines`, for whoever wants very many of them and less of each."""
    scope = Scope(tx, actor, question.filter)
    batching = _Batching(tx, scope)
    entries = iter(_entries(tx, scope, question, 0, None))
    while some := list(islice(entries, _MOST_ENTRIES)):
        yield batching.of(some)


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


def _lines(batch: Batch) -> list[Line]:
    return list(map(_line, *batch))


def _line(entry: Entry, place: Place, tags: tuple[str, ...]) -> Line:
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
        *place,
        tags,
    )


class _Batching:
    """Tells of entries what is not in their rows."""

    def __init__(self, tx: Tx, scope: Scope) -> None:
        self._tx = tx
        self._scope = scope
        self._tasks: dict[int, str] = {}
        self._tag_names: dict[int, str] = dict(tx.rows(_TAGS, bucket=scope.bucket, workspace_id=scope.workspace_id))
        # There are very many entries, and few places.
        self._place = lru_cache(_MOST_PLACES)(self._found)

    def of(self, entries: list[Entry]) -> Batch:
        """A few entries."""
        unknown = {entry.task_id for entry in entries} - self._tasks.keys()
        self._tasks |= task_names(self._tx, self._scope, unknown)
        tags = self._tags([entry.id for entry in entries])
        return Batch(
            entries,
            [self._place(entry.account_id, entry.project_id, entry.task_id) for entry in entries],
            [tuple(sorted(tags[entry.id])) if entry.id in tags else () for entry in entries],
        )

    def _found(self, account_id: int, project_id: int | None, task_id: int | None) -> Place:
        person = self._scope.book.people[account_id]
        project = self._scope.book.projects.get(project_id or 0)
        return Place(
            person.name,
            person.email,
            person.timezone,
            person.keeps_times,
            project and project.client,
            project and project.name,
            project and project.color,
            self._tasks.get(task_id or 0),
        )

    def _tags(self, entry_ids: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for some in slices(entry_ids):
            for entry_id, tag_id in self._tx.rows(_LINKS, bucket=self._scope.bucket, ids=some):
                if tag_id in self._tag_names:
                    found.setdefault(entry_id, []).append(self._tag_names[tag_id])
        return found
