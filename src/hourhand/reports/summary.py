"""The summary report: entries by project, client or person, and within those by something else."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports.filters import Filter
from hourhand.reports.results import Summary

Grouping = Literal["projects", "clients", "users"]
Subgrouping = Literal["time_entries", "tasks", "projects", "clients", "users"]
Order = Literal["title", "duration", "amount"]
# What each grouping can be parted by, the default first.
SUBGROUPINGS: dict[Grouping, tuple[Subgrouping, ...]] = {
    "projects": ("time_entries", "tasks", "users"),
    "clients": ("time_entries", "tasks", "projects", "users"),
    "users": ("time_entries", "tasks", "projects", "clients"),
}


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
    raise NotImplementedError
