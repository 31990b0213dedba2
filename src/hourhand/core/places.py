"""Where an entry belongs: a workspace, perhaps a project of it, perhaps a task of that.

A task implies its project, a project its workspace; a contradiction is refused.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from hourhand.core import members, projects, tasks
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.db import Tx


class Place(Struct, frozen=True):
    """What is said of a place. Unset says nothing; None says "none". The fallback is for what names no place."""

    workspace_id: int | UnsetType = UNSET
    project_id: int | UnsetType | None = UNSET
    task_id: int | UnsetType | None = UNSET
    fallback_id: int = 0


class Settled(Struct, frozen=True):
    """A place that exists, and what entries in it are unless told otherwise."""

    workspace_id: int
    project_id: int | None = None
    task_id: int | None = None
    billable: bool = False


def settle(tx: Tx, actor: Actor, problems: Problems, place: Place) -> Settled:
    """The place of a new entry. Notes what is out of reach or contradicts itself."""
    project = _project(tx, actor, problems, place)
    workspace_id = place.workspace_id
    if project is not None:
        if workspace_id is not UNSET and workspace_id != project.workspace_id:
            problems.add("project_id", "mismatch")
        task_id = place.task_id or None
        return Settled(project.workspace_id, project.id, task_id, project.billable)
    if workspace_id is UNSET:
        workspace_id = place.fallback_id
    if not place.project_id and not place.task_id:
        _reach(tx, actor, problems, workspace_id)
    return Settled(workspace_id)


def move(tx: Tx, actor: Actor, problems: Problems, owner_id: int, here: Settled, wanted: Place) -> Settled:
    """The place of an entry of somebody's after an update.

    It moves only between workspaces of one bucket, because its id says where it lives, and only where its owner is.
    """
    if wanted.task_id and wanted.project_id is None:
        problems.add("task_id", "mismatch")
        return here
    if wanted.project_id == here.project_id and wanted.task_id in (UNSET, here.task_id):
        wanted = Place(wanted.workspace_id)
    if not wanted.project_id and not wanted.task_id:
        return _move_without_project(tx, actor, problems, owner_id, here, wanted)
    if wanted.task_id and wanted.project_id is UNSET and wanted.task_id == here.task_id:
        return here
    moved = settle(tx, actor, problems, wanted)
    if moved.project_id is not None:
        _check_move(tx, problems, owner_id, here.workspace_id, moved.workspace_id)
    return moved


def _move_without_project(
    tx: Tx, actor: Actor, problems: Problems, owner_id: int, here: Settled, wanted: Place
) -> Settled:
    workspace_id = here.workspace_id if wanted.workspace_id is UNSET else wanted.workspace_id
    if workspace_id != here.workspace_id:
        if _reach(tx, actor, problems, workspace_id):
            _check_move(tx, problems, owner_id, here.workspace_id, workspace_id)
        # What belonged to the other workspace cannot come along.
        return Settled(workspace_id)
    if wanted.project_id is None:
        return Settled(workspace_id)
    if wanted.task_id is None:
        return Settled(workspace_id, here.project_id)
    return here


def _check_move(tx: Tx, problems: Problems, owner_id: int, from_id: int, to_id: int) -> None:
    """Note a move to where an entry cannot be stored, or where its owner would lose it."""
    if bucket_of(to_id) != bucket_of(from_id):
        problems.add("workspace_id", "mismatch")
    elif to_id != from_id and not members.is_active(tx, to_id, owner_id):
        problems.add("workspace_id", "unreachable", workspace_id=to_id, account_id=owner_id)


def _project(tx: Tx, actor: Actor, problems: Problems, place: Place) -> Project | None:
    """The project that is named, or that the named task implies."""
    project_id = place.project_id or None
    field = "project_id"
    try:
        if place.task_id:
            field = "task_id"
            task = tasks.visible(tx, actor, place.task_id)
            if project_id is not None and project_id != task.project_id:
                problems.add("task_id", "mismatch")
            project_id = task.project_id
        if project_id is None:
            return None
        project = projects.usable(tx, actor, project_id)
        if place.task_id and tx.dialect != "sqlite":
            # Who deletes a task holds its project: only now is it certain that the task stays.
            tasks.visible(tx, actor, place.task_id)
    except NotFound:
        problems.add(field, "unreachable")
        return None
    return project


def _reach(tx: Tx, actor: Actor, problems: Problems, workspace_id: int) -> bool:
    """Whether the actor is in a workspace; notes it where they are not."""
    try:
        members.current(tx, actor, workspace_id)
    except NotFound:
        problems.add("workspace_id", "unreachable", workspace_id=workspace_id, account_id=actor.account_id)
        return False
    return True
