"""Taking things away, where that reaches across nouns: what hung on them is let go first, with an event each."""

from __future__ import annotations

from hourhand.core import (
    accounts,
    clients,
    groups,
    members,
    project_groups,
    project_members,
    projects,
    tags,
    tasks,
    time_entries,
)
from hourhand.core.actor import Actor
from hourhand.core.clients import Client
from hourhand.core.errors import Conflict
from hourhand.core.groups import Group
from hourhand.core.ids import bucket_of
from hourhand.core.members import Member
from hourhand.core.tags import Tag
from hourhand.db import Tx


def leave_workspace(tx: Tx, actor: Actor, workspace_id: int) -> Member:
    """Leave a workspace: one's time stays in it, what runs there stops, one's tasks are nobody's.

    The owner and the last admin cannot leave: `Conflict`.
    """
    members.current(tx, actor, workspace_id)
    _hold(tx, workspace_id, actor.account_id)
    member = members.current(tx, actor, workspace_id)
    if member.role == "owner":
        raise Conflict("workspace", "owner_stays")
    return _let_go(tx, actor, member)


def remove_member(tx: Tx, actor: Actor, member_id: int) -> Member:
    """Take a member out of a workspace: an admin anybody, others themselves. Raises `NotFound`, `Forbidden`.

    Their time stays, what runs there stops, their tasks are nobody's. The owner and the last admin cannot be removed:
    `Conflict`.
    """
    member = members.visible(tx, actor, member_id)
    if member.account_id == actor.account_id:
        return leave_workspace(tx, actor, member.workspace_id)
    members.administrator(tx, actor, member.workspace_id, "see members")
    _hold(tx, member.workspace_id, member.account_id)
    return _let_go(tx, actor, members.managed(tx, actor, member_id))


def delete_client(tx: Tx, actor: Actor, client_id: int) -> Client:
    """Delete a client; its projects stay, without a client. Raises `NotFound`."""
    client = clients.editable(tx, actor, client_id)
    projects.without_client(tx, actor, client)
    return clients.delete(tx, actor, client)


def delete_group(tx: Tx, actor: Actor, group_id: int) -> Group:
    """Delete a group; what it alone opened to its members is hidden from them. Raises `NotFound`, `Forbidden`."""
    group = groups.managed(tx, actor, group_id)
    project_groups.remove_group(tx, actor, group)
    return groups.delete(tx, actor, group)


def delete_tag(tx: Tx, actor: Actor, tag_id: int) -> Tag:
    """Delete a tag and take it off its entries. Raises `NotFound`."""
    tag = tags.editable(tx, actor, tag_id)
    # Without a new `at`: the entries are as they were, and nobody who synchronises has to fetch them all again.
    tx.run(
        "delete from time_entry_tags where bucket = :bucket and tag_id = :tag_id",
        bucket=bucket_of(tag.id),
        tag_id=tag.id,
    )
    return tags.delete(tx, actor, tag)


def delete_tasks(tx: Tx, actor: Actor, task_ids: list[int]) -> list[int]:
    """Delete tasks, all or none; their entries stay with the project. Raises `NotFound`, `Forbidden`."""
    for task in tasks.managed(tx, actor, task_ids):
        time_entries.without_task(tx, actor, task)
        tasks.delete(tx, actor, task)
    return task_ids


def delete_projects(tx: Tx, actor: Actor, project_ids: list[int]) -> list[int]:
    """Delete projects, all or none, with their tasks; their entries stay. Raises `NotFound`, `Forbidden`."""
    # In the order of ids, so that two who delete the same ones cannot wait for each other.
    for project in [projects.managed(tx, actor, project_id) for project_id in sorted(set(project_ids))]:
        time_entries.without_project(tx, actor, project)
        tasks.delete_of_project(tx, actor, project)
        # Last of what hangs on it: until then its people and groups are those who may see it.
        project_members.remove_all(tx, actor, project)
        project_groups.remove_project(tx, actor, project)
        projects.delete(tx, actor, project)
    return project_ids


def _hold(tx: Tx, workspace_id: int, account_id: int) -> None:
    # First the person, as everything does that writes time, so that nobody starts there what nobody would stop.
    tx.serialise(bucket_of(account_id), account_id)
    members.hold(tx, workspace_id)


def _let_go(tx: Tx, actor: Actor, member: Member) -> Member:
    workspace_id, account_id = member.workspace_id, member.account_id
    members.refuse_bound(tx, member)
    tasks.unassign(tx, actor, workspace_id, account_id)
    time_entries.stop_in_workspace(tx, actor, workspace_id, account_id)
    project_members.remove_person(tx, actor, workspace_id, account_id)
    groups.remove_person(tx, actor, workspace_id, account_id)
    removed = members.remove(tx, actor, member)
    # Last: only now it is known which workspaces remain.
    accounts.without_workspace(tx, actor, account_id, workspace_id)
    return removed
