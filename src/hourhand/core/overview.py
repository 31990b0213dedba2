"""Everything one person can see, in one snapshot: what a client loads first, and then keeps up with."""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts, clients, projects, tags, tasks, time_entries, tokens, workspaces
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.clients import Client
from hourhand.core.entry_rows import TimeEntry
from hourhand.core.projects import Project
from hourhand.core.tags import Tag
from hourhand.core.tasks import Task
from hourhand.core.workspaces import Workspace
from hourhand.db import Tx


class Related(Struct, frozen=True):
    """The things around a person."""

    time_entries: list[TimeEntry]
    projects: list[Project]
    tags: list[Tag]
    tasks: list[Task]
    clients: list[Client]


class Overview(Struct, frozen=True):
    """A person, their workspaces, and the things around them if asked for. `now` is the snapshot's time."""

    now: int
    account: Account
    sealed_token: bytes | None
    workspaces: list[Workspace]
    related: Related | None


def of(tx: Tx, actor: Actor, with_related: bool, since: int | None) -> Overview:
    """The actor's overview.

    Related things: entries of the last nine days and the running one, and all that is visible of the
    rest; with `since` (unix seconds) only what changed at or after it, deleted things included.
    """
    return Overview(
        now=tx.now,
        account=accounts.find(tx, actor.account_id),
        sealed_token=tokens.sealed(tx, actor.account_id),
        workspaces=workspaces.listing(tx, actor, since if with_related else None),
        related=_related(tx, actor, since) if with_related else None,
    )


def _related(tx: Tx, actor: Actor, since: int | None) -> Related:
    return Related(
        time_entries=time_entries.recent(tx, actor) if since is None else time_entries.changed_since(tx, actor, since),
        projects=projects.listing(tx, actor, since=since),
        tags=tags.listing(tx, actor, since=since),
        tasks=tasks.listing(tx, actor, active=None, since=since),
        clients=clients.listing(tx, actor, since=since),
    )
