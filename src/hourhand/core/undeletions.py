"""Bringing back what was deleted, with what went with it, as far as the event log still tells. For the operator.

For those who follow the log, what comes back is created again.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from hourhand.core import (
    clients,
    entry_rows,
    events,
    groups,
    history,
    ids,
    members,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.actor import Actor
from hourhand.core.clients import Client
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.errors import Conflict, NotFound
from hourhand.core.history import Event, Values
from hourhand.core.ids import bucket_of
from hourhand.core.project_groups import ProjectGroup
from hourhand.core.project_members import ProjectMember
from hourhand.core.projects import Project
from hourhand.core.tables import Table
from hourhand.core.tags import Tag
from hourhand.core.tasks import Task
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx

NOUNS = (time_entries.NOUN, projects.NOUN, clients.NOUN, tags.NOUN, tasks.NOUN)

_WORKSPACES = Table("workspaces", workspaces.NOUN, Workspace)
_CLIENTS = Table("clients", clients.NOUN, Client)
_PROJECTS = Table("projects", projects.NOUN, Project)
_PROJECT_MEMBERS = Table("project_members", project_members.NOUN, ProjectMember)
_PROJECT_GROUPS = Table("project_groups", project_groups.NOUN, ProjectGroup)
_TASKS = Table("tasks", tasks.NOUN, Task)
_TAGS = Table("tags", tags.NOUN, Tag)
# Another thing of the same name, where the unique indexes of the schema allow one.
_NAMESAKES = {
    clients.NOUN: "from clients where bucket = :bucket and workspace_id = :workspace_id",
    tags.NOUN: "from tags where bucket = :bucket and workspace_id = :workspace_id",
    tasks.NOUN: "from tasks where bucket = :bucket and project_id = :project_id",
    projects.NOUN: "from projects where bucket = :bucket and workspace_id = :workspace_id"
    " and coalesce(client_id, 0) = :client_id",
}


class Undeleted(Struct, frozen=True):
    """What came back: how many of which nouns came `along`, and which it had and comes `without`."""

    thing_id: int
    along: dict[str, int] = {}
    without: tuple[str, ...] = ()


def undelete(tx: Tx, actor: Actor, noun: str, thing_id: int) -> Undeleted:
    """Bring back a deleted thing as it was.

    Raises `NotFound`; `Conflict` where it is not deleted, where its workspace or a task's project is gone, or
    where its name is taken by now.
    """
    if not ids.possible(thing_id):
        raise NotFound(noun, thing_id)
    if noun == time_entries.NOUN:
        return _entry(tx, actor, thing_id)
    if noun == projects.NOUN:
        return _project(tx, actor, thing_id)
    if noun == clients.NOUN:
        return _client(tx, actor, thing_id)
    if noun == tasks.NOUN:
        return _task(tx, actor, thing_id)
    return _tag(tx, actor, thing_id)


def _entry(tx: Tx, actor: Actor, entry_id: int) -> Undeleted:
    """An entry with its tags, without a project or a task that is gone by now; one that ran stays stopped."""
    entry = entry_rows.whole(tx, entry_id)
    _check_deleted(tx, time_entries.NOUN, entry_id, entry)
    assert entry is not None
    project_id = _still(tx, _PROJECTS, entry.project_id)
    # A task goes with its project at the latest.
    task_id = _still(tx, _TASKS, entry.task_id)
    back = structs.replace(
        entry,
        project_id=project_id,
        task_id=task_id,
        tags=_tags_of(tx, actor, entry),
        at=events.stamp(tx, bucket_of(entry.id)),
        deleted_at=None,
    )
    entry_rows.update(tx, actor, entry, back)
    events.record(tx, actor, time_entries.NOUN, entry.id, workspace_id=entry.workspace_id, after=back)
    lost = {projects.NOUN: project_id != entry.project_id, tasks.NOUN: task_id != entry.task_id}
    return Undeleted(entry_id, without=tuple(noun for noun in lost if lost[noun]))


def _project(tx: Tx, actor: Actor, project_id: int) -> Undeleted:
    """A project with what its deletion took from it, without a client that is gone."""
    project = _found(tx, _PROJECTS, projects.NOUN, project_id)
    back = structs.replace(project, client_id=_still(tx, _CLIENTS, project.client_id))
    _refuse_taken(tx, projects.NOUN, back)
    _PROJECTS.restore(tx, actor, back)
    went = _went(tx, projects.NOUN, project_id)
    along = {
        tasks.NOUN: sum(_revive(tx, actor, event) for event in went if event.noun == tasks.NOUN),
        project_members.NOUN: sum(_rejoin(tx, actor, event) for event in went if event.noun == project_members.NOUN),
        project_groups.NOUN: sum(_reopen(tx, actor, event) for event in went if event.noun == project_groups.NOUN),
        time_entries.NOUN: sum(_return(tx, actor, event) for event in went if event.noun == time_entries.NOUN),
    }
    return Undeleted(project_id, along, (clients.NOUN,) if back.client_id != project.client_id else ())


def _client(tx: Tx, actor: Actor, client_id: int) -> Undeleted:
    """A client with the projects that its deletion took from it, where they have no other by now."""
    client = _found(tx, _CLIENTS, clients.NOUN, client_id)
    _refuse_taken(tx, clients.NOUN, client)
    _CLIENTS.restore(tx, actor, client)
    went = _went(tx, clients.NOUN, client_id)
    return Undeleted(client_id, {projects.NOUN: sum(_give_back(tx, actor, event) for event in went)})


def _task(tx: Tx, actor: Actor, task_id: int) -> Undeleted:
    """A task with the entries that its deletion took from it, where they are still in its project."""
    task = _found(tx, _TASKS, tasks.NOUN, task_id)
    if _still(tx, _PROJECTS, task.project_id) is None:
        raise Conflict(tasks.NOUN, "project_gone", project_id=task.project_id)
    _refuse_taken(tx, tasks.NOUN, task)
    _TASKS.restore(tx, actor, _assigned(tx, task))
    went = _went(tx, tasks.NOUN, task_id)
    return Undeleted(task_id, {time_entries.NOUN: sum(_return(tx, actor, event) for event in went)})


def _tag(tx: Tx, actor: Actor, tag_id: int) -> Undeleted:
    """A tag, on no entry: no event tells from which ones it was taken."""
    tag = _found(tx, _TAGS, tags.NOUN, tag_id)
    _refuse_taken(tx, tags.NOUN, tag)
    _TAGS.restore(tx, actor, tag)
    return Undeleted(tag_id)


def _found(tx: Tx, table: Table[Any], noun: str, thing_id: int) -> Any:
    thing = table.find(tx, thing_id)
    _check_deleted(tx, noun, thing_id, thing)
    return thing


def _check_deleted(tx: Tx, noun: str, thing_id: int, thing: Any) -> None:
    if thing is None:
        raise NotFound(noun, thing_id)
    if thing.deleted_at is None:
        raise Conflict(noun, "not_deleted", thing_id=thing_id)
    if _still(tx, _WORKSPACES, thing.workspace_id) is None:
        raise Conflict(noun, "workspace_gone", workspace_id=thing.workspace_id)


def _still(tx: Tx, table: Table[Any], thing_id: int | None) -> int | None:
    """The id of what a thing hung on, or None where that is deleted by now."""
    thing = table.find(tx, thing_id) if thing_id is not None else None
    return thing_id if thing is not None and thing.deleted_at is None else None


def _refuse_taken(tx: Tx, noun: str, thing: Any) -> None:
    if _is_taken(tx, noun, thing):
        raise Conflict(noun, "name_taken", name=thing.name)


def _is_taken(tx: Tx, noun: str, thing: Any) -> bool:
    within = {
        "workspace_id": thing.workspace_id,
        "project_id": getattr(thing, "project_id", 0),
        "client_id": getattr(thing, "client_id", None) or 0,
    }
    named = {name: value for name, value in within.items() if f":{name}" in _NAMESAKES[noun]}
    row = tx.row(
        f"select 1 {_NAMESAKES[noun]} and name = :name and deleted_at is null and id <> :id",
        bucket=bucket_of(thing.id),
        name=thing.name,
        id=thing.id,
        **named,
    )
    return row is not None


def _tags_of(tx: Tx, actor: Actor, entry: TimeEntry) -> tuple[str, ...]:
    """The names of the tags that an entry had when it was deleted: those that are there as they are called now."""
    deleted = history.deletion(tx, time_entries.NOUN, entry.id)
    if deleted is None or deleted.before is None:
        return entry.tags
    names = set(deleted.before["tags"])
    for name, tag_id in zip(entry.tags, tags.named(tx, actor, entry.workspace_id, list(entry.tags)), strict=True):
        # A tag that was renamed since is still the same.
        names.discard(history.named_at(tx, tags.NOUN, tag_id, deleted.position) or name)
    return tuple(sorted(names.union(entry.tags)))


def _went(tx: Tx, noun: str, thing_id: int) -> list[Event]:
    deleted = history.deletion(tx, noun, thing_id)
    return history.taken_along(tx, deleted) if deleted else []


def _revive(tx: Tx, actor: Actor, event: Event) -> bool:
    task = _TASKS.find(tx, event.thing_id)
    if task is None or task.deleted_at is None:
        return False
    _TASKS.restore(tx, actor, _assigned(tx, task))
    return True


def _assigned(tx: Tx, task: Task) -> Task:
    """A task as it is to come back: nobody's, if whose it was has left the workspace since."""
    if task.account_id is None or members.is_active(tx, task.workspace_id, task.account_id):
        return task
    return structs.replace(task, account_id=None)


def _rejoin(tx: Tx, actor: Actor, event: Event) -> bool:
    """Put somebody back into a project, unless they have left the workspace since."""
    member = _PROJECT_MEMBERS.find(tx, event.thing_id)
    if member is None or member.deleted_at is None:
        return False
    if not members.is_active(tx, member.workspace_id, member.account_id):
        return False
    _PROJECT_MEMBERS.restore(tx, actor, member)
    return True


def _reopen(tx: Tx, actor: Actor, event: Event) -> bool:
    """Let a group know a project again, unless the group is gone by now."""
    link = _PROJECT_GROUPS.find(tx, event.thing_id)
    if link is None or link.deleted_at is None:
        return False
    try:
        group = groups.of(tx, link.workspace_id, link.group_id)
    except NotFound:
        return False
    _PROJECT_GROUPS.restore(tx, actor, structs.replace(link, account_ids=group.account_ids))
    return True


def _return(tx: Tx, actor: Actor, event: Event) -> bool:
    """Give an entry back the project and the task that it lost by an event, if it is where that left it."""
    before, after = event.before or {}, event.after or {}
    for entry in entry_rows.of(tx, "e.id = :thing_id", bucket_of(event.thing_id), event.thing_id):
        if (entry.workspace_id, entry.project_id, entry.task_id) != _place(after):
            continue
        _, project_id, task_id = _place(before)
        back = structs.replace(
            entry,
            project_id=project_id,
            task_id=_still(tx, _TASKS, task_id),
            at=events.stamp(tx, bucket_of(entry.id)),
        )
        entry_rows.update(tx, actor, entry, back)
        events.record(tx, actor, time_entries.NOUN, entry.id, workspace_id=entry.workspace_id, before=entry, after=back)
        return True
    return False


def _place(values: Values) -> tuple[Any, Any, Any]:
    return values["workspace_id"], values["project_id"], values["task_id"]


def _give_back(tx: Tx, actor: Actor, event: Event) -> bool:
    """Give a project back its client, and its name where it got another when the client went."""
    before, after = event.before or {}, event.after or {}
    project = _PROJECTS.find(tx, event.thing_id)
    if project is None or project.deleted_at is not None or project.client_id is not None:
        return False
    back = structs.replace(project, client_id=before["client_id"])
    if project.name == after["name"]:
        back = structs.replace(back, name=before["name"])
    if _is_taken(tx, projects.NOUN, back):
        return False
    _PROJECTS.update(tx, actor, project, back)
    return True
