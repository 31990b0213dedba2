"""Groups: named sets of a workspace's members, for its admins to see and to change.

Which projects they open to their members is in `project_groups`.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids, members, texts, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.tables import Table
from hourhand.db import Tx

NOUN = "group"


class Group(Struct, frozen=True):
    """A group of a workspace. Its name is unique there; `account_ids` are who is in it, ascending.

    `project_ids` are the projects that it knows, where the log tells that somebody came into it or left it: with it
    they come into the sight of those projects, or lose it.
    """

    id: int
    workspace_id: int
    name: str
    created_at: int
    at: int
    deleted_at: int | None
    account_ids: tuple[int, ...] = ()
    project_ids: tuple[int, ...] = ()


class Draft(Struct, frozen=True):
    """What may be said of a group before its birth."""

    workspace_id: int
    name: str | None


class Changes(Struct, frozen=True):
    """A patch; what is unset stays."""

    name: str | UnsetType | None = UNSET


_TABLE = Table("groups", NOUN, Group)
_SELECT = f"select {_TABLE.columns('g')} from groups g"


# Reading ------------------------------------------------------------------------------------------


def managed(tx: Tx, actor: Actor, group_id: int) -> Group:
    """A group of a workspace the actor administers, which is held. Raises `NotFound`, `Forbidden` for a member."""
    group = _find(tx, group_id)
    try:
        workspaces.administered(tx, actor, group.workspace_id)
    except NotFound:
        raise NotFound(NOUN, group_id) from None
    # Again: until the workspace was held, the group may have changed.
    return _find(tx, group_id)


def of_workspace(tx: Tx, actor: Actor, workspace_id: int) -> list[Group]:
    """The groups of a workspace the actor administers, by name. Raises `NotFound`, `Forbidden` for a member."""
    members.administrator(tx, actor, workspace_id, "see groups")
    return sorted(_of(tx, workspace_id), key=lambda group: (group.name, group.id))


def kept(tx: Tx, bucket: int, group_ids: list[int]) -> list[Group]:
    """These groups as they are kept, deleted ones too, but not who is in them, to tell those who may know of them."""
    return _TABLE.kept(tx, bucket, group_ids)


def hidden(tx: Tx, actor: Actor, workspace_id: int) -> list[int]:
    """The groups of a workspace that the actor is in and may not know of: for telling what is gone from sight."""
    member = members.current(tx, actor, workspace_id)
    return [] if member.admin else [group.id for group in _of(tx, workspace_id)]


def changed_since(tx: Tx, actor: Actor, since: int) -> list[Group]:
    """Groups, deleted ones too, of workspaces the actor administers, that changed at or after a time (unix seconds).

    It is not told who is in them.
    """
    here = members.workspace_ids(tx, actor.account_id)
    led = [of for (of, _), role in members.roles(tx, here, [actor.account_id]).items() if role != "member"]
    return _TABLE.changed_since(tx, led, since)


def of(tx: Tx, workspace_id: int, group_id: int) -> Group:
    """A group of a workspace, for what is to hang on it. Raises `NotFound` where it is another's."""
    group = _find(tx, group_id)
    if group.workspace_id != workspace_id:
        raise NotFound(NOUN, group_id)
    return group


def inside(tx: Tx, group_ids: list[int]) -> dict[int, tuple[int, ...]]:
    """Who is in each of these groups, ascending; without those in which nobody is."""
    rows = group_ids and tx.rows(
        "select group_id, account_id from group_members where bucket in (:buckets) and group_id in (:group_ids)"
        " order by account_id",
        buckets=sorted({bucket_of(group_id) for group_id in group_ids}),
        group_ids=group_ids,
    )
    found: dict[int, tuple[int, ...]] = {}
    for group_id, account_id in rows or ():
        found[group_id] = (*found.get(group_id, ()), account_id)
    return found


def ids_by_person(tx: Tx, workspace_id: int) -> dict[int, list[int]]:
    """The groups, ascending, of everybody who is in one."""
    found: dict[int, list[int]] = {}
    for group_id, account_id in _pairs(tx, workspace_id):
        found.setdefault(account_id, []).append(group_id)
    return found


# Writing ------------------------------------------------------------------------------------------


def create(tx: Tx, actor: Actor, draft: Draft) -> Group:
    """Add an empty group to a workspace the actor administers. Raises `Invalid`, `Forbidden`."""
    problems = Problems(NOUN)
    name = texts.name(problems, draft.name)
    try:
        workspaces.administered(tx, actor, draft.workspace_id)
    except NotFound:
        problems.add("workspace_id", "unreachable", workspace_id=draft.workspace_id, account_id=actor.account_id)
    else:
        _TABLE.refuse_taken(tx, problems, draft.workspace_id, name)
    problems.refuse()
    bucket = bucket_of(draft.workspace_id)
    at = events.stamp(tx, bucket)
    group_id = ids.new(tx, NOUN, bucket)
    return _TABLE.insert(tx, actor, Group(group_id, draft.workspace_id, name, created_at=at, at=at, deleted_at=None))


def update(tx: Tx, actor: Actor, group_id: int, changes: Changes) -> Group:
    """Rename a group; its workspace stays. Raises `NotFound`, `Forbidden`, `Invalid`."""
    before = managed(tx, actor, group_id)
    problems = Problems(NOUN)
    after = before
    if changes.name is not UNSET:
        after = structs.replace(after, name=texts.name(problems, changes.name))
    if after.name != before.name:
        _TABLE.refuse_taken(tx, problems, before.workspace_id, after.name)
    problems.refuse()
    return _TABLE.update(tx, actor, before, after)


def set_members(tx: Tx, actor: Actor, group_id: int, account_ids: list[int]) -> Group:
    """Let a group consist of these active members of its workspace. Raises `NotFound`, `Forbidden`, `Invalid`."""
    before = managed(tx, actor, group_id)
    problems = Problems(NOUN)
    for account_id in sorted(set(account_ids) - members.active_among(tx, before.workspace_id, account_ids)):
        problems.add("account_id", "unreachable", account_id=account_id, workspace_id=before.workspace_id)
    problems.refuse()
    return _fill(tx, actor, before, account_ids)


def remove_person(tx: Tx, actor: Actor, workspace_id: int, account_id: int) -> None:
    """Take a person who leaves a workspace out of its groups."""
    for group in _of(tx, workspace_id):
        if account_id in group.account_ids:
            _fill(tx, actor, group, [it for it in group.account_ids if it != account_id])


def delete(tx: Tx, actor: Actor, group: Group) -> Group:
    """Delete a group; nobody is in it any more. The projects that it knows are for `removals`."""
    _link(tx, group, set())
    return _TABLE.delete(tx, actor, group, account_ids=())


# How ----------------------------------------------------------------------------------------------


def _find(tx: Tx, group_id: int) -> Group:
    row = ids.possible(group_id) and tx.row(
        f"{_SELECT} where g.bucket = :bucket and g.id = :id and g.deleted_at is null",
        bucket=bucket_of(group_id),
        id=group_id,
    )
    if not row:
        raise NotFound(NOUN, group_id)
    return structs.replace(_TABLE.read(row), account_ids=inside(tx, [group_id]).get(group_id, ()))


def _of(tx: Tx, workspace_id: int) -> list[Group]:
    rows = tx.rows(
        f"{_SELECT} where g.bucket = :bucket and g.workspace_id = :workspace_id and g.deleted_at is null order by g.id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    inside: dict[int, list[int]] = {}
    for group_id, account_id in _pairs(tx, workspace_id):
        inside.setdefault(group_id, []).append(account_id)
    return [structs.replace(group, account_ids=tuple(inside.get(group.id, ()))) for group in map(_TABLE.read, rows)]


def _pairs(tx: Tx, workspace_id: int) -> list[tuple[int, int]]:
    rows = tx.rows(
        "select group_id, account_id from group_members where bucket = :bucket and workspace_id = :workspace_id"
        " order by group_id, account_id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    return [(group_id, account_id) for group_id, account_id in rows]


def _fill(tx: Tx, actor: Actor, before: Group, account_ids: list[int]) -> Group:
    after = structs.replace(before, account_ids=tuple(sorted(set(account_ids))))
    if after == before:
        return before
    _link(tx, before, set(after.account_ids))
    known = _project_ids(tx, before)
    updated = _TABLE.update(
        tx, actor, structs.replace(before, project_ids=known), structs.replace(after, project_ids=known)
    )
    return structs.replace(updated, project_ids=())


def _project_ids(tx: Tx, group: Group) -> tuple[int, ...]:
    rows = tx.rows(
        "select project_id from project_groups where bucket = :bucket and workspace_id = :workspace_id"
        " and group_id = :group_id and deleted_at is null order by project_id",
        bucket=bucket_of(group.id),
        workspace_id=group.workspace_id,
        group_id=group.id,
    )
    return tuple(project_id for (project_id,) in rows)


def _link(tx: Tx, group: Group, account_ids: set[int]) -> None:
    """Store who is in a group."""
    bucket = bucket_of(group.id)
    at = events.stamp(tx, bucket)

    def rows(wanted: set[int]) -> list[dict[str, int]]:
        return [{"bucket": bucket, "group_id": group.id, "account_id": account_id} for account_id in sorted(wanted)]

    leaving, coming = rows(set(group.account_ids) - account_ids), rows(account_ids - set(group.account_ids))
    if leaving:
        tx.run_many(
            "delete from group_members where bucket = :bucket and group_id = :group_id and account_id = :account_id",
            leaving,
        )
    if coming:
        tx.run_many(
            "insert into group_members (bucket, workspace_id, group_id, account_id, created_at)"
            " values (:bucket, :workspace_id, :group_id, :account_id, :created_at)",
            [{**row, "workspace_id": group.workspace_id, "created_at": at} for row in coming],
        )
