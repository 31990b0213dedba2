"""The two words the house has for its storage: a `Tx`, and the `Database` that hands it out.

Work given to a database is a function of a `Tx`. It may run twice, so it touches nothing else.
SQL is one text for both engines, with `:named` parameters. A parameter alone inside `in (…)` is a
list, and spreads. `for update` and `for key share` are dropped for SQLite, which has one writer.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeVar

from hourhand.db.bus import Bus, Heads
from hourhand.db.errors import DatabaseError
from hourhand.db.tally import Tally

Dialect = Literal["sqlite", "postgres"]
Value = int | str | bytes | bool | float | None | Sequence[int] | Sequence[str]
Row = tuple[Any, ...]
T = TypeVar("T")
M = TypeVar("M")
Work = Callable[["Tx"], T]
Observe = Callable[["Tx", str, dict[str, Any]], None]

_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")  # and not a cast, `::text`
_LIST = re.compile(r"\bin \(:([a-z_][a-z0-9_]*)\)")
_BUCKET_AND_IDS = re.compile(r"((?:\b[a-z]+\.)?\bbucket = :bucket and (?:[a-z]+\.)?id in \()")
_LONGEST_SPREAD = 4096
_SLICE = 256


class Tx(ABC):
    """One transaction, or one try of it.

    `now` is the wall clock in unix seconds when this try began. `memory` is shared by all
    transactions of this process on this database: for what may be forgotten at any time; `notes`
    belongs to this try alone. A part that is undone leaves the notes as it found them, each name with its
    value; what it changed inside such a value it undoes with `on_rollback`.
    """

    dialect: Dialect
    now: int
    memory: dict[str, Any]
    notes: dict[str, Any]
    heads: Heads | None = None

    def __init__(self) -> None:
        self.notes = {}
        self._at_end: list[Callable[[], object]] = []
        self._on_rollback: list[Callable[[], object]] = []

    def row(self, sql: str, **named: Value) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, **named)
        return rows[0] if rows else None

    @abstractmethod
    def rows(self, sql: str, **named: Value) -> list[Row]:
        """All rows of a statement."""

    @abstractmethod
    def stream(self, sql: str, **named: Value) -> Iterator[Row]:
        """All rows of a statement, as they are taken: for more of them than memory should hold."""

    @abstractmethod
    def run(self, sql: str, **named: Value) -> int:
        """Run a statement; the number of rows it changed."""

    @abstractmethod
    def run_many(self, sql: str, parameters: Sequence[dict[str, Any]]) -> None:
        """Run a statement once for each set of parameters."""

    @abstractmethod
    def serialise(self, bucket: int, account_id: int) -> None:
        """Let no other transaction that serialises on this person go on until this one ends.

        That may mean to wait. `now` is then the time when the waiting was over, so that what people do
        one after the other has times in that order.
        """

    @abstractmethod
    def apart(self, work: Work[T]) -> T:
        """Run a short work whose effect outlives this transaction where the engine can.

        SQLite has one writer, so there it shares this transaction's fate: undo what you remember
        of it with `on_rollback`.
        """

    def version(self) -> int | None:
        """A number that stays the same as long as no other connection commits; None where the engine has none."""
        return None

    def publish(self, bucket: int, position: int) -> None:
        """Let those who listen know, once this has committed, how far a bucket's log goes."""
        if self.heads is None:
            self.heads = {}
        self.heads[bucket] = position

    def part(self, work: Work[T], refusals: tuple[type[Exception], ...]) -> T:
        """Run a part of this transaction that may be refused alone.

        When it raises one of `refusals`, all that it did is undone, down to what it left for the end and
        noted here; the refusal goes on to whoever asked for the part, and this transaction may go on too.
        Whatever else it raises is for the whole transaction.
        """
        notes, left, remembered = dict(self.notes), len(self._at_end), len(self._on_rollback)
        self.run("savepoint part")
        try:
            result = work(self)
        except refusals:
            self.run("rollback to savepoint part")
            self.run("release savepoint part")
            self.notes.clear()
            self.notes.update(notes)
            del self._at_end[left:]
            self._undo(remembered)
            raise
        self.run("release savepoint part")
        return result

    def at_end(self, call: Callable[[], object]) -> None:
        """Call this as the last thing before the transaction commits."""
        self._at_end.append(call)

    def on_rollback(self, call: Callable[[], object]) -> None:
        """Call this if the transaction does not commit after all, or the part of it that is being run is undone."""
        self._on_rollback.append(call)

    def finish(self) -> None:
        """For the engines: run what was left for the end."""
        for call in self._at_end:
            call()

    def abandon(self) -> None:
        """For the engines: undo what was remembered of a transaction that did not commit."""
        self._undo(0)

    def _undo(self, remembered: int) -> None:
        """Undo, last things first, all that was remembered after the first so many."""
        while len(self._on_rollback) > remembered:
            self._on_rollback.pop()()


class Database(ABC):
    """A database that is open. Only `write` and `read` commit."""

    dialect: Dialect
    url: str
    bus: Bus
    tally: Tally
    # What `Tx.memory` is of every transaction.
    memory: dict[str, Any]
    # The time, in unix seconds.
    clock: Callable[[], float]

    @property
    def failure(self) -> DatabaseError | None:
        """Why nothing can be written any more, until the process begins anew; None as long as all is well."""
        return None

    @abstractmethod
    async def write(self, work: Work[T]) -> T:
        """Run a work in a transaction of its own. Returns when its commit is durable."""

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """Run a short reading work on one snapshot."""

    @abstractmethod
    async def read_long(self, work: Work[T]) -> T:
        """Run a long reading work on one snapshot, out of the way of others."""

    @abstractmethod
    def write_now(self, work: Work[T]) -> T:
        """Run a work in a transaction of its own, from a program that has no event loop."""

    @abstractmethod
    def read_now(self, work: Work[T]) -> T:
        """Run a long reading work on one snapshot, from a program that has no event loop."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was begun, and let go of the database."""


def spread(sql: str, named: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Turn each list parameter into as many placeholders as it has members.

    Lists are padded to a power of two with their last member, so that a database sees few
    different texts and its statement cache stays small. An empty list matches nothing.
    """
    lists = _lists(sql)
    if not lists:
        return sql, named
    flat = dict(named)
    sizes = []
    for name in lists:
        members = list(flat.pop(name)) or [None]
        if len(members) > _LONGEST_SPREAD:
            raise ValueError(f"{name} has {len(members)} members")
        size = 1 << (len(members) - 1).bit_length()
        members += [members[-1]] * (size - len(members))
        flat.update(zip(_places(name, size), members, strict=True))
        sizes.append((name, size))
    return _spread_text(sql, tuple(sizes)), flat


def slices(members: Iterable[M]) -> Iterator[list[M]]:
    """The members of a long list in lists that a statement takes well: SQLite looks each name up in all of them."""
    whole = list(members)
    return (whole[i : i + _SLICE] for i in range(0, len(whole), _SLICE))


@lru_cache(maxsize=2048)
def _lists(sql: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_LIST.findall(sql)))


@lru_cache(maxsize=2048)
def _spread_text(sql: str, sizes: tuple[tuple[str, int], ...]) -> str:
    wide = dict(sizes)

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        return ", ".join(f":{place}" for place in _places(name, wide[name])) if name in wide else match.group(0)

    return _NAME.sub(replace, sql)


@lru_cache(maxsize=2048)
def _places(name: str, size: int) -> tuple[str, ...]:
    return tuple(f"{name}_{i}" for i in range(size))


@lru_cache(maxsize=2048)
def for_sqlite(sql: str) -> str:
    """The text as SQLite wants it."""
    # There, an id is a key alone. Of many, its planner would rather look through an index that begins with the bucket.
    sql = _BUCKET_AND_IDS.sub(r"+\1", sql)
    return re.sub(r"\s+for (?:update|key share)(?: of [a-z]+)?\b", "", sql)


@lru_cache(maxsize=2048)
def for_postgres(sql: str) -> str:
    """The text as psycopg wants it."""
    return _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))
