"""The project dashboard and the bars of a printed report, made the slow and obvious way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hourhand.core.errors import NotFound
from hourhand.reports import dashboards
from hourhand.reports.filters import Filter
from hourhand.reports.results import Bar, Dashboard, Effort, TaskEffort
from tests.properties.slow_entries import Thing, World
from tests.properties.slow_reports import Facts, seconds, together, worth

TASKS_PER_PAGE = 10


def dashboard(world: World, question: dashboards.Question, first: date, last: date) -> Dashboard:
    """A project's life, all of which is known to lie within these days. Raises `NotFound`."""
    project = world.projects.get(question.project_id)
    if project is None or not world.knows(project):
        raise NotFound("project", question.project_id)
    life = Filter(
        workspace_id=world.workspace_id, since=first, until=last, project_ids=frozenset({question.project_id})
    )
    facts = world.facts(life)
    currency = project["currency"] or world.workspace["default_currency"]
    tasks = [task for task in world.tasks.values() if task["project_id"] == project["id"]]
    efforts = [_task(world, task, facts, currency) for task in tasks]
    planned = sum(task["estimated_seconds"] for task in tasks)
    start = (question.page - 1) * TASKS_PER_PAGE
    return Dashboard(
        name=project["name"],
        seconds=seconds(facts),
        seconds_without_task=seconds(fact for fact in facts if fact.task is None),
        billable_seconds=seconds(fact for fact in facts if fact.billable),
        amount=worth(facts, currency),
        currency=currency,
        tasks_count=len(tasks),
        estimated_seconds=project["estimated_seconds"],
        task_estimated_seconds=planned,
        adds_up_estimates=project["auto_estimates"],
        tasks_per_page=TASKS_PER_PAGE,
        users=_users(world, facts, currency, hidden=not world.sees_rates(project["id"])),
        top_tasks=_top(efforts, [fact for fact in facts if fact.task is not None], currency),
        tasks=_in_order(efforts, question)[start : start + TASKS_PER_PAGE],
    )


def _users(world: World, facts: Facts, currency: str, *, hidden: bool) -> list[Effort]:
    found = []
    for account_id, of in together(facts, lambda fact: fact.owner["id"]):
        name = world.people[account_id]["name"]
        amount = None if hidden else worth(of, currency) or 0
        found.append(Effort(name, seconds(of), seconds(fact for fact in of if fact.billable), amount))
    return sorted(found, key=lambda effort: effort.name.casefold())


def _task(world: World, task: Thing, facts: Facts, currency: str) -> TaskEffort:
    of = [fact for fact in facts if fact.task is task]
    assignee = world.people[task["account_id"]]["name"] if task["account_id"] else None
    return TaskEffort(task["name"], seconds(of), worth(of, currency), task["estimated_seconds"], assignee)


def _top(efforts: list[TaskEffort], facts: Facts, currency: str) -> list[TaskEffort]:
    whole = seconds(facts)
    top = [effort for effort in efforts if effort.seconds * 10 > whole]
    rest = [effort for effort in efforts if effort.seconds and effort not in top]
    top.sort(key=lambda effort: (-effort.seconds, (effort.name or "").casefold()))
    if rest:
        names = {effort.name for effort in rest}
        others = [fact for fact in facts if fact.task is not None and fact.task["name"] in names]
        planned = sum(effort.estimated_seconds or 0 for effort in rest)
        top.append(TaskEffort(None, seconds(others), worth(others, currency), planned, None))
    return top


def _in_order(efforts: list[TaskEffort], question: dashboards.Question) -> list[TaskEffort]:
    def value(effort: TaskEffort) -> Any:
        values = {
            "assignee": (effort.assignee or "").casefold(),
            "duration": effort.seconds,
            "billable_amount": effort.amount or 0,
            "estimated_seconds": effort.estimated_seconds,
        }
        return values[question.order]

    named = sorted(efforts, key=lambda effort: (effort.name or "").casefold())
    if question.order == "name":
        return named[::-1] if question.descending else named
    return sorted(named, key=value, reverse=question.descending)


def bars(world: World, asked: Filter) -> list[Bar]:
    """One for each day."""
    facts = world.facts(asked)
    found = []
    for day in range((asked.until - asked.since).days + 1):
        of = [fact for fact in facts if fact.day == day]
        billable = seconds(fact for fact in of if fact.billable)
        found.append(Bar(asked.since + timedelta(day), seconds(of), billable))
    return found
