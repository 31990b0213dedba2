"""The summary report: entries by project, client or person, and within those by something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.db import Tx
from hourhand.reports import scans, sums, titles
from hourhand.reports.cells import By, Cell
from hourhand.reports.filters import NOUN, Filter
from hourhand.reports.prices import Price
from hourhand.reports.results import Group, Item, Kind, Summary
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import Key, Titles, gathered
from hourhand.reports.worth import Worth

Grouping = Literal["projects", "clients", "users"]
Subgrouping = Literal["time_entries", "tasks", "projects", "clients", "users"]
Order = Literal["title", "duration", "amount"]
# What each grouping can be parted by, the default first.
SUBGROUPINGS: dict[Grouping, tuple[Subgrouping, ...]] = {
    "projects": ("time_entries", "tasks", "users"),
    "clients": ("time_entries", "tasks", "projects", "users"),
    "users": ("time_entries", "tasks", "projects", "clients"),
}
_KINDS: dict[Subgrouping, Kind] = {
    "time_entries": "time_entry",
    "tasks": "task",
    "projects": "project",
    "clients": "client",
    "users": "user",
}
_VALUES: dict[Order, Callable[[tuple[Group | Item, Worth]], int] | None] = {
    "title": None,
    "duration": lambda it: it[1].seconds,
    "amount": lambda it: it[1].sort_key,
}
T = TypeVar("T", Group, Item)


class Question(Struct, frozen=True):
    """Which entries, and how to group and sort them. `distinct_rates` makes an item for each rate."""

    filter: Filter
    grouping: Grouping = "projects"
    subgrouping: Subgrouping = "time_entries"
    order: Order = "title"
    descending: bool = False
    distinct_rates: bool = False
    with_ids: bool = False
    with_entry_ids: bool = False


def report(tx: Tx, actor: Actor, question: Question) -> Summary:
    """The groups. Raises `NotFound` of the workspace for a stranger, `Invalid` for a subgrouping that does not fit."""
    problems = Problems(NOUN)
    if question.subgrouping not in SUBGROUPINGS[question.grouping]:
        problems.add("subgrouping", "mismatch")
    problems.refuse()
    scope = Scope(tx, actor, question.filter)
    return _Summing(tx, scope, question).summary()


class _Summing:
    """Makes groups of cells, and items of groups."""

    def __init__(self, tx: Tx, scope: Scope, question: Question) -> None:
        self._question = question
        self._grouping, self._subgrouping = _KINDS[question.grouping], _KINDS[question.subgrouping]
        kinds = {self._grouping, self._subgrouping}
        by = By("user" in kinds, bool(kinds & {"project", "client"}), "task" in kinds, "time_entry" in kinds)
        self._cells = sums.cells(tx, scope, by)
        self._titles = Titles(tx, scope, {cell.task_id for cell in self._cells})
        self._group_key = titles.keying(self._grouping, scope.book)
        self._item_key = titles.keying(self._subgrouping, scope.book)
        self._entry_ids = self._read_entry_ids(tx, scope)

    def summary(self) -> Summary:
        groups = [self._group(key, cells) for key, cells in gathered(self._cells, self._group_key)]
        return Summary(Worth.together(worth for _, worth in groups).totals(), self._in_order(groups))

    def _group(self, key: Key, cells: list[Cell]) -> tuple[Group, Worth]:
        items = [
            self._item(key, item_key, part)
            for item_key, cells_of_item in gathered(cells, self._item_key)
            for part in self._parts(cells_of_item)
        ]
        worth = Worth.together(worth for _, worth in items)
        title = self._titles.of(self._grouping, key)
        return Group(title, worth.seconds, worth.billable_seconds, worth.amounts(), self._in_order(items)), worth

    def _parts(self, cells: list[Cell]) -> list[list[Cell]]:
        """The cells of an item as they can be shown: each part in one currency, perhaps at one rate."""
        currencies = {cell.price.currency for cell in cells if cell.price}
        if not self._question.distinct_rates and len(currencies) <= 1:
            return [cells]

        def part_of(cell: Cell) -> tuple[str, int]:
            currency, rate = (cell.price.currency, cell.price.rate) if cell.price else ("", 0)
            return currency, rate if self._question.distinct_rates else 0

        return [part for _, part in sorted(gathered(cells, part_of))]

    def _item(self, group_key: Key, key: Key, cells: list[Cell]) -> tuple[Item, Worth]:
        worth = Worth(cells)
        currency = worth.currencies[0] if worth.currencies else None
        title = self._titles.of(self._subgrouping, key)
        ids: tuple[int, ...] | None = None
        entry_ids: tuple[int, ...] | None = None
        if self._question.with_entry_ids or self._question.with_ids:
            entry_ids = self._entry_ids_of(group_key, key, cells)
        if self._question.with_ids:
            ids = entry_ids if title.kind == "time_entry" else (title.id,) if title.id is not None else ()
        if not self._question.with_entry_ids:
            entry_ids = None
        return Item(title, worth.seconds, currency, worth.amount(currency), worth.rate, ids, entry_ids), worth

    def _in_order(self, found: list[tuple[T, Worth]]) -> list[T]:
        value = _VALUES[self._question.order]
        ordered = titles.in_order(found, lambda it: it[0].title, value, descending=self._question.descending)
        return [thing for thing, _ in ordered]

    def _read_entry_ids(self, tx: Tx, scope: Scope) -> dict[tuple[Key, Key, Price | None], list[int]]:
        """The entries by what they are grouped by, and by price."""
        found: dict[tuple[Key, Key, Price | None], list[int]] = {}
        if self._question.with_entry_ids or (self._question.with_ids and self._subgrouping == "time_entry"):
            for entry in scans.entries(tx, scope):
                key = (self._group_key(entry), self._item_key(entry), entry.price)
                found.setdefault(key, []).append(entry.id)
        return found

    def _entry_ids_of(self, group_key: Key, key: Key, cells: list[Cell]) -> tuple[int, ...]:
        prices = {cell.price for cell in cells}
        return tuple(sorted(it for price in prices for it in self._entry_ids.get((group_key, key, price), ())))
