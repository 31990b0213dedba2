"""Batches: entries of a long list column by column, for there are very many of them."""

from __future__ import annotations

from typing import NamedTuple

Worth = tuple[str | None, int | None]
WORTHLESS: Worth = (None, None)


class Batch(NamedTuple):
    """Some entries in their order: of each column one list, with a value for each of them, as `results.Line` has it.

    A worth is a currency and an amount, None and None where there is none.
    """

    ids: list[int]
    users: list[str]
    emails: list[str]
    clients: list[str | None]
    projects: list[str | None]
    tasks: list[str | None]
    descriptions: list[str]
    billable: list[bool]
    starts: list[int]
    stops: list[int | None]
    seconds: list[int]
    tags: list[tuple[str, ...]]
    worths: list[Worth]
