"""The detailed report: entries one by one, a page at a time or all of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx, slices
from hourhand.reports import orders, scans, sums
from hourhand.reports.batches import WORTHLESS, Batch, nothing
from hourhand.reports.cells import By
from hourhand.reports.filters import Filter
from hourhand.reports.orders import Order, Sorted
from hourhand.reports.results import Detailed, Line, Totals
from hourhand.reports.scans import Columns, Entry
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import tag_names, task_names
from hourhand.reports.worth import Worth, amount

PER_PAGE = 50
# How many entries are told of at once.
_MOST_ENTRIES = 1024
_MOST_PLACES = 1 << 16
# Without their names: there are few, and to join them to each entry would take as long again.
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


def report(tx: Tx, actor: Actor, question: Question) -> Detailed:
    """A page of entries. Raises `NotFound` of the workspace for a stranger."""
    scope = Scope(tx, actor, question.filter)
    worth = Worth(sums.cells(tx, scope, By()))
    running = [] if question.filter.narrows else scans.running(tx, scope)
    count = worth.entries + len(running)
    first = (question.page - 1) * PER_PAGE
    entries = _page(tx, scope, question, running, first) if first < count else []
    return Detailed(worth.totals(), count, question.page, PER_PAGE, _Telling(tx, scope).lines(entries))


def totals(tx: Tx, actor: Actor, question: Question) -> Totals:
    """The sums of all pages. Raises `NotFound` of the workspace for a stranger."""
    return Worth(sums.cells(tx, Scope(tx, actor, question.filter), By())).totals()


def lines(tx: Tx, actor: Actor, question: Question) -> Iterator[Line]:
    """All entries of all pages, few at a time in memory where they are in the order of their dates.

    Raises `NotFound` of the workspace for a stranger.
    """
    scope = Scope(tx, actor, question.filter)
    telling = _Telling(tx, scope)
    for some in _some(_entries(tx, scope, question, 0, None)):
        yield from telling.lines(some)


def batches(tx: Tx, actor: Actor, question: Question) -> Iterator[Batch]:
    """All entries of all pages: as `lines`, for whoever wants very many of them and less of each."""
    scope = Scope(tx, actor, question.filter)
    telling = _Telling(tx, scope)
    by_date, with_running = question.order == "date", not question.filter.narrows
    pack = sums.pack(tx, scope) if by_date else None
    if pack is not None:
        # Not above, because a program that keeps no packs does without NumPy.
        from hourhand.reports import column_batches

        running = telling.batch_of(scans.running(tx, scope)) if with_running else nothing()
        return column_batches.of(tx, scope, pack, running, descending=question.descending)
    if by_date:
        found = scans.columns(tx, scope, running=with_running, descending=question.descending)
        return map(telling.batch, found)
    return map(telling.batch_of, _some(_entries(tx, scope, question, 0, None)))


def _some(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries, many at a time."""
    them = iter(entries)
    while some := list(islice(them, _MOST_ENTRIES)):
        yield some


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


class _Telling:
    """Tells of entries what is not in their rows."""

    def __init__(self, tx: Tx, scope: Scope) -> None:
        self._tx = tx
        self._scope = scope
        self._tasks: dict[int, str] = {}
        self._tag_names = tag_names(tx, scope)
        # There are very many entries, and few places.
        self._place = lru_cache(_MOST_PLACES)(self._found)

    def lines(self, entries: list[Entry]) -> list[Line]:
        """Lines of a few entries."""
        ids, account_ids, project_ids, task_ids, *_ = _columns(entries)
        places = self._places(account_ids, project_ids, task_ids)
        return list(map(_line, entries, places, self._tags(ids)))

    def batch_of(self, entries: list[Entry]) -> Batch:
        """A few entries, column by column."""
        return self.batch(_columns(entries)) if entries else nothing()

    def batch(self, columns: Columns) -> Batch:
        """The same, of the columns that they have."""
        ids, account_ids, project_ids, task_ids, descriptions, starts, stops, _, seconds, billable, prices = columns
        places = self._places(account_ids, project_ids, task_ids)
        users, emails, _, _, clients, projects, _, tasks = zip(*places, strict=True)
        worths = [
            WORTHLESS if price is None or its is None else (price.currency, amount(price, its))
            for price, its in zip(prices, seconds, strict=True)
        ]
        lasted = [its or 0 for its in seconds]
        whole: Iterable[Sequence[Any]] = (
            *(ids, users, emails, clients, projects, tasks, descriptions, billable, starts, stops, lasted),
            *(self._tags(ids), worths),
        )
        return Batch(*map(list, whole))

    def _places(
        self, account_ids: Sequence[int], project_ids: Sequence[int | None], task_ids: Sequence[int | None]
    ) -> list[Place]:
        unknown = set(task_ids) - self._tasks.keys()
        self._tasks |= task_names(self._tx, self._scope, unknown)
        return list(map(self._place, account_ids, project_ids, task_ids))

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

    def _tags(self, entry_ids: Sequence[int]) -> list[tuple[str, ...]]:
        names, found = self._tag_names, dict[int, list[str]]()
        for some in slices(entry_ids):
            for entry_id, tag_id in self._tx.rows(_LINKS, bucket=self._scope.bucket, ids=some):
                if tag_id in names:
                    found.setdefault(entry_id, []).append(names[tag_id])
        return [tuple(sorted(found[it])) if it in found else () for it in entry_ids]


def _columns(entries: list[Entry]) -> Columns:
    return tuple(zip(*entries, strict=True)) or ((),) * len(Entry._fields)
