"""Project members: who works on a project, and who manages it."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import events, ids, members
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.db import Tx, columns, insert_into, parameters, reader, update_of

NOUN = "project_member"


class ProjectMember(Struct, frozen=True):
    """An account in a project. `rate` is in hundredths of the currency's unit an hour; None is the project's."""

    id: int
    workspace_id: int
    project_id: int
    account_id: int
    manager: bool
    rate: int | None
    created_at: int
    at: int
    deleted_at: int | None


_read = reader(ProjectMember)
_INSERT = insert_into("project_members", ProjectMember)
_UPDATE = update_of("project_members", ProjectMember)


def of_project(tx: Tx, project: Project) -> list[ProjectMember]:
    """The people of a project, oldest first."""
    rows = tx.rows(
        f"select {columns(ProjectMember)} from project_members"
        " where bucket = :bucket and project_id = :project_id and deleted_at is null order by id",
        bucket=bucket_of(project.id),
        project_id=project.id,
    )
    return [_read(row) for row in rows]


def add(
    tx: Tx, actor: Actor, project: Project, account_id: int, *, manager: bool, rate: int | None = None
) -> ProjectMember:
    """Put an account into a project it is not in."""
    bucket = bucket_of(project.id)
    at = events.stamp(tx, bucket)
    member = ProjectMember(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=project.workspace_id,
        project_id=project.id,
        account_id=account_id,
        manager=manager,
        rate=rate,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    tx.run(_INSERT, bucket=bucket, **parameters(member))
    events.record(tx, actor, NOUN, member.id, workspace_id=member.workspace_id, after=member)
    return member


def copy(tx: Tx, actor: Actor, template: Project, project: Project, *, with_rates: bool) -> None:
    """Put a template's people into a new project, those who are still in the workspace and not in it yet."""
    present = {member.account_id for member in of_project(tx, project)}
    for member in of_project(tx, template):
        if member.account_id not in present and members.is_active(tx, project.workspace_id, member.account_id):
            rate = member.rate if with_rates else None
            add(tx, actor, project, member.account_id, manager=member.manager, rate=rate)


def remove_all(tx: Tx, actor: Actor, project: Project) -> None:
    """Take everybody out of a project that goes away."""
    bucket = bucket_of(project.id)
    at = events.stamp(tx, bucket)
    for member in of_project(tx, project):
        tx.run(_UPDATE, bucket=bucket, **parameters(structs.replace(member, at=at, deleted_at=at)))
        events.record(tx, actor, NOUN, member.id, workspace_id=member.workspace_id, before=member)
