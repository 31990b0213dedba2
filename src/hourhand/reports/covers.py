"""What stands above a printed report: the names of what it is about, and how its reader writes things."""

from __future__ import annotations

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports.filters import Filter
from hourhand.reports.results import Bar, Cover


def of(tx: Tx, actor: Actor, asked: Filter) -> Cover:
    """The cover of a report. Raises `NotFound` of the workspace for a stranger."""
    raise NotImplementedError


def bars(tx: Tx, actor: Actor, asked: Filter) -> list[Bar]:
    """The time of each day, or of each week or month where those are many; without gaps."""
    raise NotImplementedError
