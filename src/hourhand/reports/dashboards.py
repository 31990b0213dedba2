"""The project dashboard: the whole life of one project at a glance."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports.results import Dashboard

TASKS_PER_PAGE = 10
Order = Literal["name", "assignee", "duration", "billable_amount", "estimated_seconds"]


class Question(Struct, frozen=True):
    """Which project, and which page of its tasks, from 1, in which order."""

    workspace_id: int
    project_id: int
    page: int = 1
    order: Order = "name"
    descending: bool = False


def report(tx: Tx, actor: Actor, question: Question) -> Dashboard:
    """The dashboard. Raises `NotFound` of the workspace, or of a project that is not in it or hidden."""
    raise NotImplementedError
