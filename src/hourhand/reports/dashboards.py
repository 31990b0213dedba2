"""The project dashboard: the whole life of one project at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from hourhand.core import projects, tasks, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.core.tasks import Task
from hourhand.db import Tx
from hourhand.reports import filters, sums
from hourhand.reports.cells import By, Cell
from hourhand.reports.results import Dashboard, Effort, TaskEffort
from hourhand.reports.scopes import Scope
from hourhand.reports.titles import gathered
from hourhand.reports.worth import Worth

TASKS_PER_PAGE = 10
# A task that has more than this part of the time, which is one in so many.
_TOP = 10
Order = Literal["name", "assignee", "duration", "billable_amount", "estimated_seconds"]
_VALUES: dict[Order, Callable[[TaskEffort], Any]] = {
    "name": lambda task: (task.name or "").casefold(),
    "assignee": lambda task: (task.assignee or "").casefold(),
    "duration": lambda task: task.seconds,
    "billable_amount": lambda task: task.amount or 0,
    "estimated_seconds": lambda task: task.estimated_seconds or 0,
}


class Question(Struct, frozen=True):
    """Which project, and which page of its tasks, from 1, in which order."""

    workspace_id: int
    project_id: int
    page: int = 1
    order: Order = "name"
    descending: bool = False


def report(tx: Tx, actor: Actor, question: Question) -> Dashboard:
    """The dashboard. Raises `NotFound` of the workspace, or of a project that is not in it or hidden.

    It is worth what has been earned in the project's present currency.
    """
    workspaces.visible(tx, actor, question.workspace_id)
    project = projects.visible(tx, actor, question.project_id)
    if project.workspace_id != question.workspace_id:
        raise NotFound(projects.NOUN, question.project_id)
    scope = Scope(tx, actor, filters.whole_life(question.workspace_id, question.project_id))
    known = scope.book.projects[project.id]
    cells = sums.cells(tx, scope, By(account=True, task=True, project=True))
    currency = known.currency or scope.book.workspace.default_currency
    whole, without_task = Worth(cells), Worth(cell for cell in cells if cell.task_id is None)
    by_task = _Tasks(scope, cells, tasks.of_project(tx, actor, project.id), currency)
    return Dashboard(
        name=project.name,
        seconds=whole.seconds,
        seconds_without_task=without_task.seconds,
        billable_seconds=whole.billable_seconds,
        amount=whole.amount(currency),
        currency=currency,
        tasks_count=len(by_task.efforts),
        estimated_seconds=project.estimated_seconds,
        task_estimated_seconds=by_task.estimated_seconds,
        adds_up_estimates=project.auto_estimates,
        tasks_per_page=TASKS_PER_PAGE,
        users=_of_people(scope, cells, currency),
        top_tasks=by_task.top(),
        tasks=by_task.page(question),
    )


def _of_people(scope: Scope, cells: list[Cell], currency: str) -> list[Effort]:
    """Everybody who has done something, by name."""
    nothing = 0 if all(scope.book.sees_worth(cell.project_id) for cell in cells) else None
    found = []
    for account_id, its in gathered(cells, lambda cell: cell.account_id or 0):
        worth, amount = Worth(its), Worth(its).amount(currency)
        name = scope.book.people[account_id].name
        found.append(
            (name.casefold(), account_id, Effort(name, worth.seconds, worth.billable_seconds, amount or nothing))
        )
    return [effort for _, _, effort in sorted(found)]


class _Tasks:
    """What has been done for the tasks of a project."""

    def __init__(self, scope: Scope, cells: list[Cell], tasks: list[Task], currency: str) -> None:
        self._currency = currency
        self._worth = {task_id: Worth(its) for task_id, its in gathered(cells, lambda cell: cell.task_id)}
        self._people = scope.book.people
        by_name = sorted(tasks, key=lambda task: (task.name.casefold(), task.id))
        self.efforts = [(task, self._effort(task)) for task in by_name]
        self.estimated_seconds = sum(task.estimated_seconds for task in tasks)

    def top(self) -> list[TaskEffort]:
        """Those with more than a tenth of the time that has a task, and all others together if they have any."""
        whole = sum(effort.seconds for _, effort in self.efforts)
        top = [(task, effort) for task, effort in self.efforts if effort.seconds * _TOP > whole]
        rest = [(task, effort) for task, effort in self.efforts if 0 < effort.seconds * _TOP <= whole]
        shown = sorted((effort for _, effort in top), key=lambda effort: -effort.seconds)
        return [*shown, self._together([task for task, _ in rest])] if rest else shown

    def page(self, question: Question) -> list[TaskEffort]:
        """One page of all of them."""
        efforts = [effort for _, effort in self.efforts]
        efforts.sort(key=_VALUES[question.order], reverse=question.descending)
        first = (question.page - 1) * TASKS_PER_PAGE
        return efforts[first : first + TASKS_PER_PAGE]

    def _effort(self, task: Task) -> TaskEffort:
        worth = self._worth.get(task.id, Worth())
        assignee = self._people.get(task.account_id or 0)
        amount = worth.amount(self._currency)
        return TaskEffort(task.name, worth.seconds, amount, task.estimated_seconds, assignee and assignee.name)

    def _together(self, tasks: list[Task]) -> TaskEffort:
        worth = Worth.together(self._worth[task.id] for task in tasks)
        estimated = sum(task.estimated_seconds for task in tasks)
        return TaskEffort(None, worth.seconds, worth.amount(self._currency), estimated, None)
