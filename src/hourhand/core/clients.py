"""Clients: whom a workspace works for."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids, members, texts
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.tables import Table
from hourhand.db import Tx

NOUN = "client"


class Client(Struct, frozen=True):
    """A client of a workspace. Its name is unique there."""

    id: int
    workspace_id: int
    name: str
    notes: str | None
    created_at: int
    at: int
    deleted_at: int | None


class Draft(Struct, frozen=True):
    """What may be said of a client before its birth."""

    workspace_id: int
    name: str | None
    notes: str | None = None


class Changes(Struct, frozen=True):
    """A patch; what is unset stays."""

    name: str | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET


_TABLE = Table("clients", NOUN, Client)
_SELECT = f"select {_TABLE.columns('c')} from clients c"
_OF_MEMBER = """
join members m on m.bucket = c.bucket and m.workspace_id = c.workspace_id
    and m.account_id = :account_id and m.active and m.deleted_at is null
"""


def visible(tx: Tx, actor: Actor, client_id: int) -> Client:
    """A client of a workspace the actor is in. Raises `NotFound`."""
    return _find(tx, actor, client_id)


def usable(tx: Tx, actor: Actor, client_id: int) -> Client:
    """A visible client that does not go away before this transaction ends, for what is to hang on it."""
    return _find(tx, actor, client_id, " for key share of c")


def editable(tx: Tx, actor: Actor, client_id: int) -> Client:
    """A client the actor may change, which waits for this transaction. Raises `NotFound`."""
    return _find(tx, actor, client_id, " for update of c")


def listing(tx: Tx, actor: Actor, workspace_ids: list[int] | None = None, since: int | None = None) -> list[Client]:
    """The clients of these workspaces, or of all the actor is in, newest first.

    With `since` (unix seconds), those changed at or after that time, deleted ones included.
    """
    if workspace_ids is None:
        workspace_ids = members.workspace_ids(tx, actor.account_id)
    rows = tx.rows(
        _SELECT
        + _OF_MEMBER
        + "where c.bucket in (:buckets) and c.workspace_id in (:workspace_ids) and c.at >= :since"
        + (" and c.deleted_at is null" if since is None else "")
        + " order by c.created_at desc, c.id desc",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
        workspace_ids=workspace_ids,
        account_id=actor.account_id,
        since=since or 0,
    )
    return [_TABLE.read(row) for row in rows]


def of_workspace(tx: Tx, actor: Actor, workspace_id: int) -> list[Client]:
    """The clients of one workspace. Raises `NotFound` of the workspace for a stranger."""
    members.current(tx, actor, workspace_id)
    return listing(tx, actor, [workspace_id])


def kept(tx: Tx, bucket: int, client_ids: list[int]) -> list[Client]:
    """These clients as they are kept, deleted ones too, to tell those who may know of them."""
    return _TABLE.kept(tx, bucket, client_ids)


def create(tx: Tx, actor: Actor, draft: Draft) -> Client:
    """Add a client to a workspace the actor is in. Raises `Invalid`."""
    problems = Problems(NOUN)
    name = texts.name(problems, draft.name)
    notes = texts.notes(problems, draft.notes)
    try:
        members.current(tx, actor, draft.workspace_id)
    except NotFound:
        problems.add("workspace_id", "unreachable", workspace_id=draft.workspace_id, account_id=actor.account_id)
    else:
        _TABLE.refuse_taken(tx, problems, draft.workspace_id, name)
    problems.refuse()
    bucket = bucket_of(draft.workspace_id)
    at = events.stamp(tx, bucket)
    client = Client(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=draft.workspace_id,
        name=name,
        notes=notes,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    return _TABLE.insert(tx, actor, client)


def update(tx: Tx, actor: Actor, client_id: int, changes: Changes) -> Client:
    """Change a client; its workspace stays. Raises `NotFound`, `Invalid`."""
    before = editable(tx, actor, client_id)
    problems = Problems(NOUN)
    after = before
    if changes.name is not UNSET:
        after = structs.replace(after, name=texts.name(problems, changes.name))
    if changes.notes is not UNSET:
        after = structs.replace(after, notes=texts.notes(problems, changes.notes))
    if after.name != before.name:
        _TABLE.refuse_taken(tx, problems, before.workspace_id, after.name)
    problems.refuse()
    return _TABLE.update(tx, actor, before, after)


def delete(tx: Tx, actor: Actor, client: Client) -> Client:
    """Mark a client deleted. What hangs on it is for `removals`."""
    return _TABLE.delete(tx, actor, client)


def _find(tx: Tx, actor: Actor, client_id: int, lock: str = "") -> Client:
    row = ids.possible(client_id) and tx.row(
        f"{_SELECT} {_OF_MEMBER} where c.bucket = :bucket and c.id = :id and c.deleted_at is null{lock}",
        bucket=bucket_of(client_id),
        id=client_id,
        account_id=actor.account_id,
    )
    if not row:
        raise NotFound(NOUN, client_id)
    return _TABLE.read(row)
