"""Members: accounts in workspaces, and what that lets them do.

A membership has two rows: `memberships` with the person tells where to look, `members` with the
workspace tells the role. Only the second decides; the first is how to find it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, structs

from hourhand.core import events, ids
from hourhand.core.actor import Actor
from hourhand.core.errors import Conflict, Forbidden, NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.tables import Table
from hourhand.db import Tx

Role = Literal["owner", "admin", "member"]
NOUN = "member"
# What fits into one statement's parameters.
_SLICE = 1000


class Member(Struct, frozen=True):
    """An account in a workspace. Until `active` (the invitation of `invited_at` accepted) it has no right at all."""

    id: int
    workspace_id: int
    account_id: int
    role: str
    active: bool
    rate: int | None
    labour_cost: int | None
    invited_at: int | None
    created_at: int
    at: int
    deleted_at: int | None

    @property
    def admin(self) -> bool:
        return self.role != "member"

    @property
    def invited(self) -> bool:
        """Whether they have not accepted yet."""
        return not self.active and self.invited_at is not None


class Membership(Struct, frozen=True):
    """What leads from a person to a workspace. Its events live with the person, and have the member's id."""

    account_id: int
    workspace_id: int
    active: bool


LEADING = "membership"


class Changes(Struct, frozen=True):
    """A patch; what is unset stays."""

    admin: bool | UnsetType = UNSET


_TABLE = Table("members", NOUN, Member)
_SELECT = f"select {_TABLE.columns('m')} from members m"
_OF_MEMBER = """
join members own on own.bucket = m.bucket and own.workspace_id = m.workspace_id
    and own.account_id = :me and own.active and own.deleted_at is null
"""


def current(tx: Tx, actor: Actor, workspace_id: int) -> Member:
    """The actor as a member of a workspace. Raises `NotFound` of the workspace for a stranger."""
    if not ids.possible(workspace_id):
        raise NotFound("workspace", workspace_id)
    row = tx.row(
        f"{_SELECT} where m.bucket = :bucket and m.workspace_id = :workspace_id"
        " and m.account_id = :account_id and m.deleted_at is null and m.active",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_id=actor.account_id,
    )
    if row is None:
        raise NotFound("workspace", workspace_id)
    return _TABLE.read(row)


def administrator(tx: Tx, actor: Actor, workspace_id: int, right: str) -> Member:
    """The actor as an admin of a workspace. Raises `NotFound` for a stranger, `Forbidden` to do this for a member."""
    member = current(tx, actor, workspace_id)
    if not member.admin:
        raise Forbidden(right)
    return member


def visible(tx: Tx, actor: Actor, member_id: int) -> Member:
    """A member, perhaps an invited one, of a workspace the actor is in. Raises `NotFound`."""
    row = ids.possible(member_id) and tx.row(
        f"{_SELECT} {_OF_MEMBER} where m.bucket = :bucket and m.id = :id and m.deleted_at is null",
        bucket=bucket_of(member_id),
        id=member_id,
        me=actor.account_id,
    )
    if not row:
        raise NotFound(NOUN, member_id)
    return _TABLE.read(row)


def managed(tx: Tx, actor: Actor, member_id: int) -> Member:
    """A member of a workspace the actor administers, which is held. Raises `NotFound`, `Forbidden`."""
    member = visible(tx, actor, member_id)
    administrator(tx, actor, member.workspace_id, "see members")
    hold(tx, member.workspace_id)
    # Again: until it was held, either of the two may have become another's to decide about.
    member = visible(tx, actor, member_id)
    administrator(tx, actor, member.workspace_id, "see members")
    return member


def hold(tx: Tx, workspace_id: int) -> None:
    """Let nobody else change who is in a workspace, and as what, until this transaction ends."""
    tx.row(
        "select 1 from workspaces where bucket = :bucket and id = :id for update",
        bucket=bucket_of(workspace_id),
        id=workspace_id,
    )


def keep(tx: Tx, workspace_id: int) -> None:
    """Let nobody be taken out of a workspace until this transaction ends, for what is to hang on them there."""
    tx.row(
        "select 1 from workspaces where bucket = :bucket and id = :id for key share",
        bucket=bucket_of(workspace_id),
        id=workspace_id,
    )


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


def among(tx: Tx, workspace_id: int, account_ids: list[int]) -> list[Member]:
    """Those of these accounts that are in a workspace, or invited to it."""
    rows = tx.rows(
        f"{_SELECT} where m.bucket = :bucket and m.workspace_id = :workspace_id and m.account_id in (:account_ids)"
        " and m.deleted_at is null",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
        account_ids=account_ids,
    )
    return [_TABLE.read(row) for row in rows]


def kept(tx: Tx, bucket: int, member_ids: list[int]) -> list[Member]:
    """These members as they are kept, those who have gone too, whoever may know of them."""
    return _TABLE.kept(tx, bucket, member_ids)


def changed_since(tx: Tx, workspace_ids: list[int], since: int) -> list[Member]:
    """The members of these workspaces who changed at or after a time (unix seconds), those who have gone too."""
    return _TABLE.changed_since(tx, workspace_ids, since)


def active_among(tx: Tx, workspace_id: int, account_ids: list[int]) -> set[int]:
    """Those of these accounts that may be given work in a workspace."""
    possible = [account_id for account_id in account_ids if ids.possible(account_id)]
    found: set[int] = set()
    for i in range(0, len(possible), _SLICE):
        rows = tx.rows(
            "select account_id from members where bucket = :bucket and workspace_id = :workspace_id"
            " and account_id in (:account_ids) and deleted_at is null and active",
            bucket=bucket_of(workspace_id),
            workspace_id=workspace_id,
            account_ids=possible[i : i + _SLICE],
        )
        found |= {account_id for (account_id,) in rows}
    return found


def workspace_ids(tx: Tx, account_id: int) -> list[int]:
    """The workspaces a person is in, oldest first."""
    rows = tx.rows(
        "select workspace_id from memberships where bucket = :bucket and account_id = :account_id and active"
        " order by workspace_id",
        bucket=bucket_of(account_id),
        account_id=account_id,
    )
    return [workspace_id for (workspace_id,) in rows]


def roles(tx: Tx, workspace_ids: list[int], account_ids: list[int]) -> dict[tuple[int, int], str]:
    """The role, by workspace and account, of those of these accounts that are active in these workspaces."""
    rows = tx.rows(
        "select workspace_id, account_id, role from members where bucket in (:buckets)"
        " and workspace_id in (:workspace_ids) and account_id in (:account_ids) and active and deleted_at is null",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in workspace_ids}),
        workspace_ids=workspace_ids,
        account_ids=account_ids,
    )
    return {(workspace_id, account_id): role for workspace_id, account_id, role in rows}


def listing(tx: Tx, actor: Actor, workspace_id: int) -> list[Member]:
    """All members of a workspace the actor is in, invited ones included, oldest first."""
    current(tx, actor, workspace_id)
    rows = tx.rows(
        f"{_SELECT} where m.bucket = :bucket and m.workspace_id = :workspace_id and m.deleted_at is null order by m.id",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    return [_TABLE.read(row) for row in rows]


def admins(tx: Tx, workspace_id: int) -> int:
    """How many admins a workspace has, its owner included."""
    rows = tx.rows(
        "select 1 from members where bucket = :bucket and workspace_id = :workspace_id"
        " and role <> 'member' and active and deleted_at is null",
        bucket=bucket_of(workspace_id),
        workspace_id=workspace_id,
    )
    return len(rows)


def bond(member: Member, admins: int) -> str | None:
    """Why a workspace with so many admins cannot do without this one: it would have no owner, or no admin left."""
    if member.role == "owner":
        return "owner_stays"
    return "last_admin" if member.admin and member.active and admins == 1 else None


def refuse_bound(tx: Tx, member: Member) -> None:
    """Raise `Conflict` for one the workspace cannot do without; for a workspace that is held."""
    reason = bond(member, admins(tx, member.workspace_id))
    if reason is not None:
        raise Conflict(NOUN, reason)


def join(tx: Tx, actor: Actor, workspace_id: int, account_id: int, role: Role, *, active: bool = True) -> Member:
    """Make an account a member, or one who is invited."""
    bucket = bucket_of(workspace_id)
    at = events.stamp(tx, bucket)
    member = Member(
        id=ids.new(tx, NOUN, bucket),
        workspace_id=workspace_id,
        account_id=account_id,
        role=role,
        active=active,
        rate=None,
        labour_cost=None,
        invited_at=None if active else tx.now,
        created_at=at,
        at=at,
        deleted_at=None,
    )
    tx.run(
        "insert into memberships (bucket, account_id, workspace_id, active)"
        " values (:bucket, :account_id, :workspace_id, :active)",
        bucket=bucket_of(account_id),
        account_id=account_id,
        workspace_id=workspace_id,
        active=active,
    )
    _TABLE.insert(tx, actor, member)
    _tell_person(tx, actor, member, after=Membership(account_id, workspace_id, active))
    return member


def invite_again(tx: Tx, actor: Actor, member: Member) -> Member:
    """Let an invitation begin now."""
    return _TABLE.update(tx, actor, member, structs.replace(member, invited_at=tx.now))


def keep_invitation(tx: Tx, member: Member, sealed: bytes | None) -> None:
    """Keep a code that an invited member can accept with, or none."""
    tx.run(
        "update members set sealed_invitation = :sealed where bucket = :bucket and id = :id",
        sealed=sealed,
        bucket=bucket_of(member.id),
        id=member.id,
    )


def invitations(tx: Tx, bucket: int, member_ids: list[int]) -> dict[int, bytes]:
    """By member of one bucket, the codes that are kept of those who are invited, sealed."""
    rows = tx.rows(
        "select id, sealed_invitation from members where bucket = :bucket and id in (:ids)"
        " and sealed_invitation is not null",
        bucket=bucket,
        ids=member_ids,
    )
    return dict(rows)


def activate(tx: Tx, actor: Actor, member: Member) -> Member:
    """Let one who is invited be in the workspace."""
    account_id, workspace_id = member.account_id, member.workspace_id
    tx.run(
        "update memberships set active = :active"
        " where bucket = :bucket and account_id = :account_id and workspace_id = :workspace_id",
        active=True,
        bucket=bucket_of(account_id),
        account_id=account_id,
        workspace_id=workspace_id,
    )
    keep_invitation(tx, member, None)
    entered = _TABLE.update(tx, actor, member, structs.replace(member, active=True, invited_at=None))
    before, after = Membership(account_id, workspace_id, False), Membership(account_id, workspace_id, True)
    _tell_person(tx, actor, member, before=before, after=after)
    return entered


def update(tx: Tx, actor: Actor, member_id: int, changes: Changes) -> Member:
    """Make somebody an admin or no longer one, for admins. Raises `NotFound`, `Forbidden`.

    `Conflict` where that would be the owner or the last admin.
    """
    member = managed(tx, actor, member_id)
    if changes.admin is UNSET or changes.admin == member.admin:
        return member
    if not changes.admin:
        refuse_bound(tx, member)
    role: Role = "admin" if changes.admin else "member"
    return _TABLE.update(tx, actor, member, structs.replace(member, role=role))


def remove(tx: Tx, actor: Actor, member: Member) -> Member:
    """Take a member out of a workspace. What they have there is for `removals`."""
    tx.run(
        "delete from memberships where bucket = :bucket and account_id = :account_id and workspace_id = :workspace_id",
        bucket=bucket_of(member.account_id),
        account_id=member.account_id,
        workspace_id=member.workspace_id,
    )
    removed = _TABLE.delete(tx, actor, member, active=False)
    _tell_person(tx, actor, member, before=Membership(member.account_id, member.workspace_id, member.active))
    return removed


def tell_of(tx: Tx, actor: Actor, account_id: int) -> None:
    """Note in the logs of a person's workspaces that they look different there, because their account does."""
    here = workspace_ids(tx, account_id)
    rows = tx.rows(
        f"{_SELECT} where m.bucket in (:buckets) and m.workspace_id in (:workspace_ids) and m.account_id = :account_id"
        " and m.deleted_at is null order by m.id",
        buckets=sorted({bucket_of(workspace_id) for workspace_id in here}),
        workspace_ids=here,
        account_id=account_id,
    )
    for member in map(_TABLE.read, rows):
        events.record(tx, actor, NOUN, member.id, workspace_id=member.workspace_id, before=member, after=member)


def _tell_person(
    tx: Tx, actor: Actor, member: Member, *, before: Membership | None = None, after: Membership | None = None
) -> None:
    """Note it in the person's log too, where those who listen for them learn of a workspace."""
    bucket = bucket_of(member.account_id)
    events.record(tx, actor, LEADING, member.id, workspace_id=None, before=before, after=after, bucket=bucket)
