"""Who knows of which projects: for telling people what changes, many of them with few statements."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from hourhand.core import projects
from hourhand.core.access import INSIDE, KNOWN, STANDING_JOINS
from hourhand.core.actor import Actor
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.db import Tx, columns, reader


class Knowing(Struct, frozen=True):
    """That somebody knows of a project: as an admin, as one of its people or its groups, or because it is public.

    `inside` is whoever would know of it if it were private, which `private` tells.
    """

    account_id: int
    admin: bool
    inside: bool
    sees_rates: bool
    private: bool


_KNOWING = f"""
select p.id, m.account_id, m.role, {INSIDE}, pm.manager, w.only_admins_see_billable_rates, p.is_private
from projects p
join workspaces w on w.bucket = p.bucket and w.id = p.workspace_id
join members m on m.bucket = p.bucket and m.workspace_id = p.workspace_id
    and m.account_id in (:people) and m.active and m.deleted_at is null
left join project_members pm on pm.bucket = p.bucket and pm.project_id = p.id
    and pm.account_id = m.account_id and pm.deleted_at is null
where p.bucket = :bucket and p.id in (:ids) and ({KNOWN}
    or p.deleted_at is not null and (p.id, m.account_id, p.deleted_at) in (
        select l.project_id, l.account_id, l.deleted_at from project_members l
        where l.bucket = :bucket and l.project_id in (:ids) and l.deleted_at is not null
        union all
        select l.project_id, gm.account_id, l.deleted_at from project_groups l cross join group_members gm
        where l.bucket = :bucket and l.project_id in (:ids) and l.deleted_at is not null
            and gm.bucket = l.bucket and gm.group_id = l.group_id
            and (gm.created_at is null or gm.created_at <= l.deleted_at)))
"""
_IN_PROJECTS = "x.bucket = :bucket and x.project_id in (:project_ids)"
_read = reader(Project)


def kept(tx: Tx, bucket: int, project_ids: list[int]) -> list[Project]:
    """These projects as they are kept, deleted ones and rates too, to tell those who know of them."""
    rows = tx.rows(
        f"select {columns(Project, 'p')} from projects p where p.bucket = :bucket and p.id in (:ids)",
        bucket=bucket,
        ids=project_ids,
    )
    named: dict[str, Any] = {"bucket": bucket, "project_ids": project_ids}
    return projects.counted(tx, [_read(row) for row in rows], _IN_PROJECTS, named, actual_hours=False)


def by_project(tx: Tx, bucket: int, project_ids: list[int], people: list[int]) -> dict[int, list[Knowing]]:
    """Who of these people may know of each of these projects. Of a deleted one, those who did when it went."""
    found: dict[int, list[Knowing]] = {project_id: [] for project_id in project_ids}
    for row in tx.rows(_KNOWING, bucket=bucket, ids=project_ids, people=people):
        project_id, account_id, role, inside, manager, only_admins_see_rates, private = row
        admin = role != "member"
        sees_rates = admin or bool(manager) or not only_admins_see_rates
        found[project_id].append(Knowing(account_id, admin, bool(inside), sees_rates, bool(private)))
    return found


def without_rates(thing: Struct) -> Struct:
    """A project, or somebody in one, or a thing of it, as those see it who do not see what an hour costs."""
    hidden = {"rate", "currency"}.intersection(thing.__struct_fields__)
    return structs.replace(thing, **dict.fromkeys(hidden)) if hidden else thing


def with_rates(tx: Tx, workspace_id: int) -> list[int]:
    """The projects of a workspace that have a rate of their own."""
    rows = tx.rows(
        "select id from projects where bucket = :bucket and workspace_id = :workspace_id and rate is not null"
        " and deleted_at is null",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    return [project_id for (project_id,) in rows]


def hidden(tx: Tx, actor: Actor, workspace_id: int) -> list[int]:
    """The projects of a workspace that the actor is in and may not know of: for telling what is gone from sight."""
    rows = tx.rows(
        f"select p.id from projects p {STANDING_JOINS} where p.bucket = :bucket and p.workspace_id = :workspace_id"
        f" and p.deleted_at is null and not {KNOWN}",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        me=actor.account_id,
    )
    return [project_id for (project_id,) in rows]
