"""The people of a workspace, for showing them: who they are, what they are there, which groups they are in."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import accounts, groups, invitations, members, new_accounts
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.members import Member
from hourhand.core.secrets import Vault
from hourhand.db import Tx


class Person(Struct, frozen=True):
    """A member and their account, as the reader may see them: rates and invitation are None unless that is an admin.

    `removable` tells whether the reader may take them out of the workspace, `invitation` is the code that they can
    still accept with.
    """

    member: Member
    account: Account
    group_ids: list[int]
    removable: bool
    invitation: str | None


def of_workspace(tx: Tx, actor: Actor, vault: Vault, workspace_id: int) -> list[Person]:
    """Everybody in a workspace the actor is in, invited ones included, oldest member first. Raises `NotFound`."""
    return detailed(tx, actor, vault, members.listing(tx, actor, workspace_id))


def detailed(tx: Tx, actor: Actor, vault: Vault, found: list[Member]) -> list[Person]:
    """These members of one workspace that the actor is in. Raises `NotFound` of it for a stranger."""
    workspace_id = found[0].workspace_id
    reader = members.current(tx, actor, workspace_id)
    known = accounts.named(tx, [member.account_id for member in found])
    group_ids = groups.ids_by_person(tx, workspace_id)
    admins = members.admins(tx, workspace_id)
    codes = invitations.shown(tx, vault, found) if reader.admin else {}
    return [
        Person(
            member=member if reader.admin else structs.replace(member, rate=None, labour_cost=None),
            account=known[member.account_id] if member.active else new_accounts.unseen(known[member.account_id]),
            group_ids=group_ids.get(member.account_id, []),
            removable=(reader.admin or member.id == reader.id) and members.bond(member, admins) is None,
            invitation=codes.get(member.id),
        )
        for member in found
    ]


def colleagues(tx: Tx, actor: Actor, workspace_id: int) -> list[Account]:
    """The accounts in a workspace the actor administers: others by name, oneself last.

    Raises `NotFound`, `Forbidden` for a member. Who is invited is none yet.
    """
    members.administrator(tx, actor, workspace_id, "see accounts")
    active = [member.account_id for member in members.listing(tx, actor, workspace_id) if member.active]
    known = accounts.named(tx, active).values()
    return sorted(known, key=lambda account: (account.id == actor.account_id, account.name, account.id))
