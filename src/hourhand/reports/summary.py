"""The summary report: entries by project, client or person, and within those by something else."""

from __future__ import annotations

from typing import Literal, TypeVar

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.core.errors import Problems
from hourhand.db import Tx
from hourhand.reports import scans, sums, titles
from hourhand.reports.cells import By, Cell
from hourhand.reports.filters import NOUN, Filter
from hourhand.reports.prices import Price
from hourhand.reports.results import Group, Item, Kind, Summary, Title
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import Key, Ranked, Titles, gathered
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
        groups, whole = [], Worth()
        for key, cells in gathered(self._cells, self._group_key):
            worth = Worth(cells)
            whole.merge(worth)
            groups.append(self._ranked(self._group(key, cells, worth), self._grouping, key, worth))
        return Summary(whole.totals(), self._in_order(groups))

    def _group(self, key: Key, cells: list[Cell], worth: Worth) -> Group:
        items = [
            self._item(key, item_key, part)
            for item_key, cells_of_item in gathered(cells, self._item_key)
            for part in self._parts(cells_of_item)
        ]
        title = self._titles.of(self._grouping, key).title
        return Group(title, worth.seconds, worth.billable_seconds, worth.amounts(), self._in_order(items))

    def _parts(self, cells: list[Cell]) -> list[list[Cell]]:
        """The cells of an item as they can be shown: each part in one currency, perhaps at one rate."""
        currencies = {cell.price.currency for cell in cells if cell.price}
        if not self._question.distinct_rates and len(currencies) <= 1:
            return [cells]

        def part_of(cell: Cell) -> tuple[str, int]:
            currency, rate = (cell.price.currency, cell.price.rate) if cell.price else ("", 0)
            return currency, rate if self._question.distinct_rates else 0

        return [part for _, part in sorted(gathered(cells, part_of))]

    def _item(self, group_key: Key, key: Key, cells: list[Cell]) -> Ranked[Item]:
        worth = Worth(cells)
        currency = next(iter(worth.currencies), None)
        title = self._titles.of(self._subgrouping, key).title
        ids, entry_ids = self._ids(title, group_key, key, cells)
        item = Item(title, worth.seconds, currency, worth.amount(currency), worth.rate, ids, entry_ids)
        return self._ranked(item, self._subgrouping, key, worth)

    def _ids(
        self, title: Title, group_key: Key, key: Key, cells: list[Cell]
    ) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
        """The ids of what an item is of, and of the entries in it, as far as they are asked for."""
        with_ids, with_entry_ids = self._question.with_ids, self._question.with_entry_ids
        if not (with_ids or with_entry_ids):
            return None, None
        entry_ids = self._entry_ids_of(group_key, key, cells)
        own = () if title.id is None else (title.id,)
        ids = entry_ids if title.kind == "time_entry" else own
        return ids if with_ids else None, entry_ids if with_entry_ids else None

    def _ranked(self, thing: T, kind: Kind, key: Key, worth: Worth) -> Ranked[T]:
        value = worth.sort_key if self._question.order == "amount" else worth.seconds
        return Ranked(thing, self._titles.of(kind, key).rank, value)

    def _in_order(self, found: list[Ranked[T]]) -> list[T]:
        by_value, descending = self._question.order != "title", self._question.descending
        return titles.in_order(found, by_value=by_value, descending=descending)

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
