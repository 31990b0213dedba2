"""Members: accounts in workspaces, and what that lets them do.

A membership has two rows: `memberships` with the person tells where to look, `members` with the
workspace tells the role. Only the second decides; the first is how to find it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, structs

from hourhand.core import events, ids
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound
from hourhand.core.ids import bucket_of
from hourhand.db import Tx, columns, insert_into, parameters, reader, update_of

Role = Literal["owner", "admin", "member"]
NOUN = "member"


class Member(Struct, frozen=True):
    """An account in a workspace. Until `active` (the invitation accepted) it has no right at all."""

    id: int
    workspace_id: int
    account_id: int
    role: str
    active: bool
    rate: int | None
    labour_cost: int | None
    created_at: int
    at: int
    deleted_at: int | None

    @property
    def admin(self) -> bool:
        return self.role != "member"


COLUMNS = columns(Member)
_read = reader(Member)
_INSERT = insert_into("members", Member)
_UPDATE = update_of("members", Member)


def current(tx: Tx, actor: Actor, workspace_id: int) -> Member:
    """The actor as a member of a workspace. Raises `NotFound` of the workspace for a stranger."""
    if not ids.possible(workspace_id):
        raise NotFound("workspace", workspace_id)
    row = tx.row(
        f"select {COLUMNS} from members where bucket = :bucket and workspace_id = :workspace_id"
        " and account_id = :account_id and deleted_at is null and active",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_id=actor.account_id,
    )
    if row is None:
        raise NotFound("workspace", workspace_id)
    return _read(row)


def is_active(tx: Tx, workspace_id: int, account_id: int) -> bool:
    """Whether an account may be given work in a workspace."""
    return ids.possible(account_id) and (
        tx.row(
            "select 1 from members where bucket = :bucket and workspace_id = :workspace_id"
            " and account_id = :account_id and deleted_at is null and active",
            bucket=bucket_of(workspace_id),
            workspace_id=workspace_id,
            account_id=account_id,
        )
        is not None
    )


def active_among(tx: Tx, workspace_id: int, account_ids: list[int]) -> set[int]:
    """Those of these accounts that may be given work in a workspace."""
    rows = tx.rows(
        "select account_id from members where bucket = :bucket and workspace_id = :workspace_id"
        " and account_id in (:account_ids) and deleted_at is null and active",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_ids=[account_id for account_id in account_ids if ids.possible(account_id)],
    )
    return {account_id for (account_id,) in rows}


def workspace_ids(tx: Tx, account_id: int) -> list[int]:
    """The workspaces a person is in, oldest first."""
    rows = tx.rows(
        "select workspace_id from memberships where bucket = :bucket and account_id = :account_id and active"
        " order by workspace_id",
        bucket=bucket_of(account_id),
        account_id=account_id,
    )
    return [workspace_id for (workspace_id,) in rows]


def listing(tx: Tx, actor: Actor, workspace_id: int) -> list[Member]:
    """All members of a workspace the actor is in, invited ones included, oldest first."""
    current(tx, actor, workspace_id)
    rows = tx.rows(
        f"select {COLUMNS} from members where bucket = :bucket and workspace_id = :workspace_id"
        " and deleted_at is null order by id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    return [_read(row) for row in rows]


def join(tx: Tx, actor: Actor, workspace_id: int, account_id: int, role: Role) -> Member:
    """Make an account an active member."""
    bucket = bucket_of(workspace_id)
    at = events.stamp(tx, bucket)
    member = Member(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=workspace_id,
        account_id=account_id,
        role=role,
        active=True,
        rate=None,
        labour_cost=None,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    tx.run(_INSERT, bucket=bucket, **parameters(member))
    tx.run(
        "insert into memberships (bucket, account_id, workspace_id, active)"
        " values (:bucket, :account_id, :workspace_id, :active)",
        bucket=bucket_of(account_id),
        account_id=account_id,
        workspace_id=workspace_id,
        active=True,
    )
    events.record(tx, actor, NOUN, member.id, workspace_id=workspace_id, after=member)
    return member


def remove(tx: Tx, actor: Actor, member: Member) -> Member:
    """Take a member out of a workspace; their time stays in it."""
    bucket = bucket_of(member.workspace_id)
    at = events.stamp(tx, bucket)
    removed = structs.replace(member, active=False, at=at, deleted_at=at)
    tx.run(_UPDATE, bucket=bucket, **parameters(removed))
    tx.run(
        "delete from memberships where bucket = :bucket and account_id = :account_id and workspace_id = :workspace_id",
        bucket=bucket_of(member.account_id),
        account_id=member.account_id,
        workspace_id=member.workspace_id,
    )
    events.record(tx, actor, NOUN, member.id, workspace_id=member.workspace_id, before=member)
    return removed
