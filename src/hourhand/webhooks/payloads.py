"""Things in the form of API v9, as payloads of events have them: members in the order of the alphabet, nulls shown.

Both spellings of a reference are there where v9 has two, and `workspace_id` always. Members of v9 that stand for what
Hourhand does not have are left out, or null where v9's clients look for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hourhand.core import (
    clients,
    colors,
    members,
    money,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.clients import Client
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.happenings import Happening
from hourhand.core.people import Person
from hourhand.core.project_groups import ProjectGroup
from hourhand.core.project_members import ProjectMember
from hourhand.core.projects import Project
from hourhand.core.tags import Tag
from hourhand.core.tasks import Task
from hourhand.core.workspaces import Workspace

Payload = dict[str, Any]
# What API v9 calls them.
MODELS = {
    clients.NOUN: "client",
    members.NOUN: "workspace_user",
    project_groups.NOUN: "project_group",
    project_members.NOUN: "project_user",
    projects.NOUN: "project",
    tags.NOUN: "tag",
    tasks.NOUN: "task",
    time_entries.NOUN: "time_entry",
    workspaces.NOUN: "workspace",
}


def payload(happening: Happening) -> Payload:
    """The thing that something happened to."""
    found = _SHAPES[happening.noun](happening.thing, happening)
    return {name: found[name] for name in sorted(found)}


def _time_entry(entry: TimeEntry, happening: Happening) -> Payload:
    return {
        "id": entry.id,
        "workspace_id": entry.workspace_id,
        "wid": entry.workspace_id,
        "project_id": entry.project_id,
        "task_id": entry.task_id,
        "user_id": entry.account_id,
        "uid": entry.account_id,
        "billable": entry.billable,
        "start": _moment(entry.start, "Z"),
        "stop": None if entry.stop is None else _moment(entry.stop, "Z"),
        "duration": entry.duration,
        "description": entry.description or None,
        "tags": list(entry.tags),
        "tag_ids": list(happening.tag_ids),
        "duronly": entry.duronly,
        "at": _moment(entry.at),
        "server_deleted_at": _deleted(entry.deleted_at),
        **({} if entry.project_id is None else {"pid": entry.project_id}),
        **({} if entry.task_id is None else {"tid": entry.task_id}),
    }


def _project(project: Project, happening: Happening) -> Payload:
    return {
        "id": project.id,
        "workspace_id": project.workspace_id,
        "wid": project.workspace_id,
        "client_id": project.client_id,
        "cid": project.client_id,
        "name": project.name,
        "is_private": project.is_private,
        "active": project.active,
        "at": _moment(project.at),
        "created_at": _moment(project.created_at),
        "server_deleted_at": _deleted(project.deleted_at),
        "color": colors.hex_of(project.color),
        "billable": project.billable,
        "template": project.template,
        "template_id": project.template_id,
        "auto_estimates": project.auto_estimates,
        "estimated_hours": None if project.estimated_seconds is None else project.estimated_seconds // 3600,
        "estimated_seconds": project.estimated_seconds,
        "rate": _amount(project.rate),
        "rate_last_updated": None,
        "currency": project.currency,
        "recurring": False,
        "recurring_parameters": None,
        "fixed_fee": None,
        "actual_hours": None,
        "actual_seconds": None,
        "start_date": _moment(project.created_at)[:10],
        "status": "active" if project.active else "archived",
    }


def _client(client: Client, happening: Happening) -> Payload:
    return {
        "id": client.id,
        "workspace_id": client.workspace_id,
        "wid": client.workspace_id,
        "archived": False,
        "name": client.name,
        "notes": client.notes,
        "at": _moment(client.at),
        "server_deleted_at": _deleted(client.deleted_at),
    }


def _tag(tag: Tag, happening: Happening) -> Payload:
    return {
        "id": tag.id,
        "workspace_id": tag.workspace_id,
        "name": tag.name,
        "at": _moment(tag.at),
        "deleted_at": _deleted(tag.deleted_at),
    }


def _task(task: Task, happening: Happening) -> Payload:
    return {
        "id": task.id,
        "workspace_id": task.workspace_id,
        "project_id": task.project_id,
        "user_id": task.account_id,
        "name": task.name,
        "active": task.active,
        "estimated_seconds": task.estimated_seconds,
        "tracked_seconds": None,
        "recurring": False,
        "at": _moment(task.at),
        "server_deleted_at": _deleted(task.deleted_at),
    }


def _project_user(mate: ProjectMember, happening: Happening) -> Payload:
    return {
        "id": mate.id,
        "workspace_id": mate.workspace_id,
        "project_id": mate.project_id,
        "user_id": mate.account_id,
        "group_id": None,
        "gid": None,
        "manager": mate.manager,
        "rate": _amount(mate.rate),
        "rate_last_updated": None,
        "labor_cost": None,
        "labor_cost_last_updated": None,
        "at": _moment(mate.at),
        "server_deleted_at": _deleted(mate.deleted_at),
    }


def _project_group(link: ProjectGroup, happening: Happening) -> Payload:
    return {
        "id": link.id,
        "workspace_id": link.workspace_id,
        "wid": link.workspace_id,
        "project_id": link.project_id,
        "pid": link.project_id,
        "group_id": link.group_id,
        "at": _moment(link.at),
        "server_deleted_at": _deleted(link.deleted_at),
    }


def _workspace(workspace: Workspace, happening: Happening) -> Payload:
    # Without its token and the address of its feed, which are keys.
    return {
        "id": workspace.id,
        "workspace_id": workspace.id,
        "organization_id": workspace.id,
        "name": workspace.name,
        "profile": workspace.profile,
        "premium": True,
        "business_ws": True,
        "admin": workspace.admin,
        "role": "admin" if workspace.admin else "user",
        "suspended_at": None,
        "server_deleted_at": _deleted(workspace.deleted_at),
        "default_hourly_rate": _amount(workspace.default_hourly_rate if happening.sees_rates else None),
        "rate_last_updated": None,
        "default_currency": workspace.default_currency,
        "only_admins_may_create_projects": workspace.only_admins_may_create_projects,
        "only_admins_see_billable_rates": workspace.only_admins_see_billable_rates,
        "only_admins_see_team_dashboard": workspace.only_admins_see_team_dashboard,
        "projects_billable_by_default": workspace.projects_billable_by_default,
        "rounding": workspace.rounding,
        "rounding_minutes": workspace.rounding_minutes,
        "at": _moment(workspace.at),
        "logo_url": workspace.logo_url,
        "ical_enabled": workspace.ical_enabled,
    }


def _workspace_user(person: Person, happening: Happening) -> Payload:
    member, account = person.member, person.account
    return {
        "id": member.id,
        "workspace_id": member.workspace_id,
        "wid": member.workspace_id,
        "user_id": account.id,
        "uid": account.id,
        "name": account.name,
        "email": account.email,
        "timezone": account.timezone,
        "active": member.active,
        "inactive": not member.active and not member.invited,
        "admin": member.admin,
        "workspace_admin": member.admin,
        "role": "admin" if member.admin else "user",
        "group_ids": person.group_ids,
        "rate": _amount(member.rate),
        "rate_last_updated": None,
        "labor_cost": _amount(member.labour_cost),
        "labor_cost_last_updated": None,
        "at": _moment(member.at),
        "server_deleted_at": _deleted(member.deleted_at),
    }


def _moment(seconds: int, zone: str = "+00:00") -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


def _deleted(at: int | None) -> str | None:
    return None if at is None else _moment(at)


def _amount(hundredths: int | None) -> float | int | None:
    return None if hundredths is None else money.decimal(hundredths)


_SHAPES: dict[str, Callable[[Any, Happening], Payload]] = {
    clients.NOUN: _client,
    members.NOUN: _workspace_user,
    project_groups.NOUN: _project_group,
    project_members.NOUN: _project_user,
    projects.NOUN: _project,
    tags.NOUN: _tag,
    tasks.NOUN: _task,
    time_entries.NOUN: _time_entry,
    workspaces.NOUN: _workspace,
}
