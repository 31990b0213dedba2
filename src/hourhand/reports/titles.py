"""What groups and items are of: how entries are told apart, and what the parts are called and sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Generic, NamedTuple, Protocol, TypeVar

from hourhand.db import Tx, slices
from hourhand.reports.books import Book
from hourhand.reports.cells import Cell
from hourhand.reports.results import Kind, Title
from hourhand.reports.scopes import Scope

T = TypeVar("T")
K = TypeVar("K")
# An id or a description; None where there is no such thing.
Key = int | str | None
_TASKS = "select id, name from tasks where bucket = :bucket and id in (:ids) and deleted_at is null"
_TAGS = "select id, name from tags where bucket = :bucket and workspace_id = :workspace_id and deleted_at is null"


# What titles are sorted by: name, client, id; None where there is no name.
Rank = tuple[str, str, int, str] | None


class Named(NamedTuple):
    """A title, and its place among others."""

    title: Title
    rank: Rank


class Ranked(NamedTuple, Generic[T]):
    """Something that is sorted by its title or its value."""

    thing: T
    rank: Rank
    value: int


class Placed(Protocol):
    """What entries are told apart by: a cell, or an entry as it is scanned."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def project_id(self) -> int | None: ...
    @property
    def task_id(self) -> int | None: ...
    @property
    def description(self) -> str | None: ...


def keying(kind: Kind, book: Book) -> Callable[[Placed], Key]:
    """How to tell apart what belongs to different things of a kind."""

    def client_of(it: Placed) -> Key:
        project = book.projects.get(it.project_id or 0)
        return project.client_id if project else None

    keys: dict[Kind, Callable[[Placed], Key]] = {
        "project": lambda it: it.project_id,
        "client": client_of,
        "user": lambda it: it.account_id,
        "task": lambda it: it.task_id,
        "time_entry": lambda it: it.description,
    }
    return keys[kind]


class Titles:
    """The titles of things by their keys, each made once."""

    def __init__(self, tx: Tx, scope: Scope, task_ids: Iterable[int | None] = ()) -> None:
        self._book = scope.book
        self._clients = {project.client_id: project.client for project in scope.book.projects.values()}
        self._tasks = task_names(tx, scope, task_ids)
        self._made: dict[tuple[Kind, Key], Named] = {}

    def of(self, kind: Kind, key: Key) -> Named:
        """The title of a thing, and its place among titles."""
        made = self._made.get((kind, key))
        if made is None:
            made = self._made[kind, key] = _named(self._title(kind, key))
        return made

    def _title(self, kind: Kind, key: Key) -> Title:
        if isinstance(key, str):
            return Title(kind, None, key)
        if key is None:
            return Title(kind, None, None)
        if kind == "project":
            project = self._book.projects[key]
            return Title(kind, key, project.name, project.client, project.color)
        if kind == "user":
            return Title(kind, key, self._book.people[key].name)
        return Title(kind, key, self._clients[key] if kind == "client" else self._tasks.get(key))


def task_names(tx: Tx, scope: Scope, task_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these tasks."""
    found: dict[int, str] = {}
    for some in slices({task_id for task_id in task_ids if task_id is not None}):
        found.update(tx.rows(_TASKS, bucket=scope.bucket, ids=some))
    return found


def tag_names(tx: Tx, scope: Scope) -> dict[int, str]:
    """The names of all tags that there are."""
    return dict(tx.rows(_TAGS, bucket=scope.bucket, workspace_id=scope.workspace_id))


def gathered(cells: Iterable[Cell], key: Callable[[Cell], K]) -> list[tuple[K, list[Cell]]]:
    """Cells by what they are told apart by."""
    found: dict[K, list[Cell]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    return list(found.items())


def in_order(things: list[Ranked[T]], *, by_value: bool, descending: bool) -> list[T]:
    """Sorted by title, or by value and then by title. What has no name is last among titles, either way."""
    nameless = [it for it in things if it.rank is None]
    # Not turned round where it descends: what has one and the same title stays in order.
    named = sorted(
        (it for it in things if it.rank is not None), key=attrgetter("rank"), reverse=descending and not by_value
    )
    found = named + nameless
    if by_value:
        found.sort(key=attrgetter("value"), reverse=descending)
    return [it.thing for it in found]


def _named(title: Title) -> Named:
    if title.name is None:
        return Named(title, None)
    return Named(title, (title.name.casefold(), (title.client or "").casefold(), title.id or 0, title.name))
