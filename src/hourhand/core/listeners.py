"""Listeners: what somebody listens to, where the log stood when they began, and what they are told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from hourhand.core import (
    accounts,
    clients,
    event_log,
    groups,
    known_projects,
    members,
    overview,
    people,
    projects,
    tags,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.events import Action
from hourhand.core.ids import bucket_of
from hourhand.core.notices import Lost, Notice
from hourhand.core.people import Person
from hourhand.db import Tx


class Standing(Struct, frozen=True):
    """A person, their role in each workspace they are in, and the last position of each bucket that concerns them."""

    account: Account
    roles: dict[int, str]
    heads: dict[int, int]


def standing(tx: Tx, account_id: int) -> Standing:
    """Where somebody stands. Raises `NotFound` for an account that may not be used."""
    account = accounts.find(tx, account_id)
    workspace_ids = members.workspace_ids(tx, account_id)
    roles = {of: role for (of, _), role in members.roles(tx, workspace_ids, [account_id]).items()}
    buckets = sorted({bucket_of(account_id), *map(bucket_of, roles)})
    return Standing(account, roles, event_log.heads(tx, buckets))


def again(tx: Tx, account_id: int, roles: dict[int, str]) -> tuple[Standing, dict[int, list[Notice]]]:
    """Where somebody stands who had these roles, and what to tell of each workspace that opened or changed to them.

    Raises `NotFound` for an account that may not be used.
    """
    now = standing(tx, account_id)
    actor = Actor(account_id, tx.now)
    changed = [workspace_id for workspace_id, role in now.roles.items() if roles.get(workspace_id) != role]
    return now, {it: turned(tx, actor, it) if it in roles else opened(tx, actor, it) for it in changed}


def starts(tx: Tx, heads: dict[int, int], since: int) -> dict[int, int]:
    """The last position of each bucket that is older than a time (unix seconds)."""
    return {bucket: event_log.position_before(tx, bucket, since, head) for bucket, head in heads.items()}


def opened(tx: Tx, actor: Actor, workspace_id: int) -> list[Notice]:
    """All of a workspace that its actor sees, for one who has just come in."""
    return list(_all_of(tx, actor, workspace_id, "created"))


def turned(tx: Tx, actor: Actor, workspace_id: int) -> list[Notice]:
    """All of a workspace that its actor sees, and what they no longer do, for one who has a new role in it."""
    gone = known_projects.hidden(tx, actor, workspace_id)
    lost_tasks = tasks.of_projects(tx, bucket_of(workspace_id), gone) if gone else []
    lost_groups = groups.hidden(tx, actor, workspace_id)
    return [
        *_all_of(tx, actor, workspace_id, "updated"),
        *(_lost(actor, tasks.NOUN, Lost(task.id, workspace_id, task.project_id)) for task in lost_tasks),
        *(_lost(actor, projects.NOUN, Lost(project_id, workspace_id)) for project_id in gone),
        *(_lost(actor, groups.NOUN, Lost(group_id, workspace_id)) for group_id in lost_groups),
    ]


def changed_since(tx: Tx, actor: Actor, since: int) -> list[Notice]:
    """What the actor may know of all that changed at or after a time (unix seconds), deleted things included.

    What came into sight or left it without a change of its own is not among it.
    """
    found = overview.of(tx, actor, True, since)
    assert found.related is not None
    by_noun: dict[str, Iterable[Struct]] = {
        accounts.NOUN: [found.account] if found.account.at >= since else [],
        workspaces.NOUN: found.workspaces,
        members.NOUN: people.changed_since(tx, actor, since),
        groups.NOUN: groups.changed_since(tx, actor, since),
        clients.NOUN: found.related.clients,
        tags.NOUN: found.related.tags,
        projects.NOUN: found.related.projects,
        tasks.NOUN: found.related.tasks,
        time_entries.NOUN: found.related.time_entries,
    }
    return [_told(actor, _since(thing, since), noun, thing) for noun, things in by_noun.items() for thing in things]


def _all_of(tx: Tx, actor: Actor, workspace_id: int, action: Action) -> Iterator[Notice]:
    here = [workspace_id]
    workspace = workspaces.visible(tx, actor, workspace_id)
    by_noun: dict[str, Iterable[Struct]] = {
        workspaces.NOUN: [workspace],
        members.NOUN: people.of_workspace(tx, actor, workspace_id),
        groups.NOUN: groups.of_workspace(tx, actor, workspace_id) if workspace.admin else [],
        clients.NOUN: clients.listing(tx, actor, here),
        tags.NOUN: tags.listing(tx, actor, here),
        projects.NOUN: projects.listing(tx, actor, workspace_ids=here),
        tasks.NOUN: tasks.listing(tx, actor, workspace_ids=here),
        time_entries.NOUN: [e for e in time_entries.recent(tx, actor) if e.workspace_id == workspace_id],
    }
    return (_told(actor, action, noun, thing) for noun, things in by_noun.items() for thing in things)


def _since(thing: Struct, since: int) -> Action:
    thing = thing.member if isinstance(thing, Person) else thing
    if getattr(thing, "deleted_at", None) is not None:
        return "deleted"
    return "created" if getattr(thing, "created_at", 0) >= since else "updated"


def _told(actor: Actor, action: Action, noun: str, thing: Struct) -> Notice:
    return Notice(0, action, noun, None, thing, (actor.account_id,))


def _lost(actor: Actor, noun: str, lost: Lost) -> Notice:
    return _told(actor, "deleted", noun, lost)
