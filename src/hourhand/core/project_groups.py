"""Project groups: which groups know which projects. To a private one, their members are as its own people are.

Whoever sees a project sees its groups; those who manage it, and the workspace's admins, decide which they are.
"""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import events, groups, ids, members, projects
from hourhand.core.access import KNOWN, STANDING_JOINS
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.groups import Group
from hourhand.core.ids import bucket_of
from hourhand.core.projects import Project
from hourhand.core.tables import Table
from hourhand.db import Row, Tx

NOUN = "project_group"


class ProjectGroup(Struct, frozen=True):
    """A group that knows a project.

    `account_ids` are who is in the group, ascending, where the log tells that it came to the project or left it: they
    come into the project's sight with it, or lose it.
    """

    id: int
    workspace_id: int
    project_id: int
    group_id: int
    created_at: int
    at: int
    deleted_at: int | None
    account_ids: tuple[int, ...] = ()


class Draft(Struct, frozen=True):
    """Which group is to know which project. The workspace is the project's, and need not be said."""

    project_id: int | None
    group_id: int | None
    workspace_id: int | None = None


_TABLE = Table("project_groups", NOUN, ProjectGroup)
_COLUMNS = _TABLE.columns("x")
_KNOWN = f"""
select {_COLUMNS} from project_groups x
join projects p on p.bucket = x.bucket and p.id = x.project_id and p.deleted_at is null
{STANDING_JOINS}
where x.bucket in (:buckets) and x.deleted_at is null and {KNOWN}
"""
_OF_PROJECT = f"""
select {_COLUMNS} from project_groups x
where x.bucket = :bucket and x.workspace_id = :workspace_id and x.project_id = :thing_id and x.deleted_at is null
order by x.id for update of x
"""
_OF_GROUP = f"""
select {_COLUMNS} from project_groups x
where x.bucket = :bucket and x.workspace_id = :workspace_id and x.group_id = :thing_id and x.deleted_at is null
order by x.id for update of x
"""


# For callers --------------------------------------------------------------------------------------


def listing(tx: Tx, actor: Actor, workspace_id: int, project_ids: list[int] | None = None) -> list[ProjectGroup]:
    """The groups of all projects of a workspace that the actor sees, or of those of these, oldest first.

    Raises `NotFound` of the workspace for a stranger.
    """
    members.current(tx, actor, workspace_id)
    rows = tx.rows(
        f"{_KNOWN} and x.workspace_id = :workspace_id"
        + ("" if project_ids is None else " and x.project_id in (:project_ids)")
        + " order by x.id",
        buckets=[bucket_of(workspace_id)],
        workspace_id=workspace_id,
        project_ids=[project_id for project_id in project_ids or () if ids.possible(project_id)],
        me=actor.account_id,
    )
    return [_TABLE.read(row) for row in rows]


def add(tx: Tx, actor: Actor, draft: Draft) -> ProjectGroup:
    """Let a group of its workspace know a project the actor manages; one that does already is returned as it is.

    Raises `Forbidden`, `Invalid`.
    """
    problems = Problems(NOUN)
    project = projects.meant(tx, actor, problems, draft.project_id, draft.workspace_id)
    group = _group_meant(tx, problems, project, draft.group_id)
    problems.refuse()
    assert project is not None
    assert group is not None
    known = next((link for link in _of(tx, _OF_PROJECT, project) if link.group_id == group.id), None)
    return known or _insert(tx, actor, project, group.id, group.account_ids)


def delete(tx: Tx, actor: Actor, project_group_id: int) -> ProjectGroup:
    """Take a project from a group; time entries stay. Raises `NotFound`, `Forbidden`.

    A private project is hidden from those from now on who knew it through this group alone.
    """
    link = _visible(tx, actor, project_group_id)
    project = projects.managed(tx, actor, link.project_id)
    members.keep(tx, project.workspace_id)
    # Again: until the project was held, another may have done it.
    _remove(tx, actor, [_visible(tx, actor, project_group_id)])
    return link


# For other nouns ----------------------------------------------------------------------------------


def copy(tx: Tx, actor: Actor, template: Project, project: Project) -> None:
    """Let a template's groups know a new project."""
    links = _of(tx, _OF_PROJECT, template)
    inside = groups.inside(tx, [link.group_id for link in links])
    for link in links:
        _insert(tx, actor, project, link.group_id, inside.get(link.group_id, ()))


def remove_project(tx: Tx, actor: Actor, project: Project) -> None:
    """Take a project that goes away from all groups."""
    _remove(tx, actor, _of(tx, _OF_PROJECT, project))


def remove_group(tx: Tx, actor: Actor, group: Group) -> None:
    """Take all projects from a group that goes away."""
    _remove(tx, actor, _of(tx, _OF_GROUP, group))


# How ----------------------------------------------------------------------------------------------


def _visible(tx: Tx, actor: Actor, project_group_id: int) -> ProjectGroup:
    rows: list[Row] = []
    if ids.possible(project_group_id):
        rows = tx.rows(
            f"{_KNOWN} and x.id = :id",
            buckets=[bucket_of(project_group_id)],
            id=project_group_id,
            me=actor.account_id,
        )
    if not rows:
        raise NotFound(NOUN, project_group_id)
    return _TABLE.read(rows[0])


def _of(tx: Tx, text: str, thing: Project | Group) -> list[ProjectGroup]:
    rows = tx.rows(text, bucket=bucket_of(thing.id), workspace_id=thing.workspace_id, thing_id=thing.id)
    return [_TABLE.read(row) for row in rows]


def _group_meant(tx: Tx, problems: Problems, project: Project | None, group_id: int | None) -> Group | None:
    if group_id is None:
        problems.add("group_id", "blank")
    elif project is not None:
        # First the workspace, which whoever deletes a group or changes who is in it holds.
        members.keep(tx, project.workspace_id)
        try:
            return groups.of(tx, project.workspace_id, group_id)
        except NotFound:
            problems.add("group_id", "unreachable", group_id=group_id)
    return None


def _insert(tx: Tx, actor: Actor, project: Project, group_id: int, account_ids: tuple[int, ...]) -> ProjectGroup:
    bucket = bucket_of(project.id)
    at = events.stamp(tx, bucket)
    link = ProjectGroup(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=project.workspace_id,
        project_id=project.id,
        group_id=group_id,
        created_at=at,
        at=at,
        deleted_at=None,
        account_ids=account_ids,
    )
    return structs.replace(_TABLE.insert(tx, actor, link), account_ids=())


def _remove(tx: Tx, actor: Actor, links: list[ProjectGroup]) -> None:
    inside = groups.inside(tx, [link.group_id for link in links])
    for link in links:
        _TABLE.delete(tx, actor, structs.replace(link, account_ids=inside.get(link.group_id, ())))
