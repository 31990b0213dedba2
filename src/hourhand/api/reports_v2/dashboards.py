"""`/project`: the whole life of one project at a glance."""

from __future__ import annotations

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from msgspec import Struct

from hourhand.api import http
from hourhand.api.http import CallerGiven
from hourhand.api.reports_v2 import arguments
from hourhand.api.reports_v2.arguments import ProjectArguments
from hourhand.api.reports_v2.wire import Number, amount, get, milliseconds
from hourhand.core.actor import Actor
from hourhand.db import Tx
from hourhand.reports import dashboards
from hourhand.reports.dashboards import Question
from hourhand.reports.results import Dashboard, Effort, TaskEffort


class EffortOut(Struct):
    """What one person has done for the project."""

    name: str
    duration: int
    billable_duration: int
    billable_amount: Number | None

    @classmethod
    def of(cls, effort: Effort) -> EffortOut:
        spent, billable = milliseconds(effort.seconds), milliseconds(effort.billable_seconds)
        return cls(effort.name, spent, billable, amount(effort.amount))


class TopTaskOut(Struct):
    """A task that took more than a tenth of the time; without a name all others. `asignee` is what clients read."""

    duration: int
    billable_amount: Number | None
    name: str | None
    estimated_seconds: int | None
    asignee: str | None

    @classmethod
    def of(cls, task: TaskEffort) -> TopTaskOut:
        return cls(milliseconds(task.seconds), amount(task.amount), task.name, task.estimated_seconds, task.assignee)


class TaskOut(Struct):
    """A task of the page that was asked for."""

    name: str | None
    assignee: str | None
    estimated_seconds: int | None
    duration: int
    billable_amount: Number | None

    @classmethod
    def of(cls, task: TaskEffort) -> TaskOut:
        return cls(task.name, task.assignee, task.estimated_seconds, milliseconds(task.seconds), amount(task.amount))


class ProjectOut(Struct):
    """A project's dashboard. Durations are milliseconds, estimates seconds."""

    name: str
    duration: int
    duration_without_task: int
    billable_duration: int
    billable_amount: Number | None
    tasks_count: int
    currency: str
    estimated_seconds: int | None
    task_estimated_seconds: int | None
    use_task_estimated_seconds: bool
    tasks_per_page: int
    users: list[EffortOut]
    top_tasks: list[TopTaskOut]
    tasks_page: list[TaskOut]

    @classmethod
    def of(cls, found: Dashboard) -> ProjectOut:
        return cls(
            name=found.name,
            duration=milliseconds(found.seconds),
            duration_without_task=milliseconds(found.seconds_without_task),
            billable_duration=milliseconds(found.billable_seconds),
            billable_amount=amount(found.amount),
            tasks_count=found.tasks_count,
            currency=found.currency,
            estimated_seconds=found.estimated_seconds,
            task_estimated_seconds=found.task_estimated_seconds,
            use_task_estimated_seconds=found.adds_up_estimates,
            tasks_per_page=found.tasks_per_page,
            users=[EffortOut.of(it) for it in found.users],
            top_tasks=[TopTaskOut.of(it) for it in found.top_tasks],
            tasks_page=[TaskOut.of(it) for it in found.tasks],
        )


@get("/project")
async def get_project(caller: CallerGiven, said: FromQuery[ProjectArguments]) -> Response[ProjectOut]:
    """The whole life of one project: its time, what it is worth, its people, and a page of its tasks."""
    return http.Answer(await caller.report(_json, arguments.project(said)))


def _json(tx: Tx, actor: Actor, question: Question) -> bytes:
    return msgspec.json.encode(ProjectOut.of(dashboards.report(tx, actor, question)))


ROUTES: list[HTTPRouteHandler] = [get_project]
