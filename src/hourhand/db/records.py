"""Rows to Structs and back.

A record's fields without a default are its table's columns, in order; `bucket` is apart. Fields
with a default come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import structs

from hourhand.db.tx import Row

S = TypeVar("S", bound=msgspec.Struct)


def columns(record: type[msgspec.Struct], prefix: str = "") -> str:
    """`id, name, at`, or `p.id, p.name, p.at`: to select what `reader` reads."""
    dot = f"{prefix}." if prefix else ""
    return ", ".join(dot + name for name in _names(record))


def insert_into(table: str, record: type[msgspec.Struct]) -> str:
    """The statement that stores a new record; give it `parameters(record)`."""
    names = _names(record)
    return f"insert into {table} (bucket, {', '.join(names)}) values (:bucket, {', '.join(':' + n for n in names)})"


def update_of(table: str, record: type[msgspec.Struct]) -> str:
    """The statement that stores a changed record; give it `parameters(record)`."""
    return _update_of(table, tuple(name for name in _names(record) if name != "id"))


def update_changed(table: str, before: S, after: S) -> tuple[str, dict[str, Any]] | None:
    """The statement that stores only what changed, and its parameters without `bucket`; None if nothing did.

    What is not named keeps its place in every index.
    """
    old, new = parameters(before), parameters(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    return (_update_of(table, tuple(changed)), {"id": new["id"], **changed}) if changed else None


def reader(record: type[S]) -> Callable[[Row], S]:
    """A function that makes the record of a row. SQLite has no booleans, so those are made here."""
    hints = get_type_hints(record)
    names = _names(record)
    flags = [i for i, name in enumerate(names) if hints[name] is bool]
    width = len(names)

    def read(row: Row) -> S:
        values: list[Any] = list(row[:width])
        for i in flags:
            values[i] = values[i] == 1
        return record(*values)

    return read if flags else lambda row: record(*row[:width])


def parameters(record: msgspec.Struct) -> dict[str, Any]:
    """The record's values by column name, without `bucket`."""
    # Columns come first in a record, so what is over has no name here.
    return dict(zip(_names(type(record)), structs.astuple(record), strict=False))


@cache
def _update_of(table: str, names: tuple[str, ...]) -> str:
    changed = ", ".join(f"{name} = :{name}" for name in names)
    return f"update {table} set {changed} where bucket = :bucket and id = :id"


@cache
def _names(record: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in structs.fields(record) if field.required)
