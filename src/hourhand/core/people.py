"""The people of a workspace, for showing them: who they are, what they are there, which groups they are in."""

from __future__ import annotations

from msgspec import Struct, structs

from hourhand.core import accounts, groups, invitations, members, new_accounts
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.members import Member
from hourhand.db import Tx


class Person(Struct, frozen=True):
    """A member and their account, as the reader may see them: rates and invitations are None unless that is an admin.

    `removable` tells whether the reader may take them out of the workspace; `sealed_invitation` is for
    `invitations.code`.
    """

    member: Member
    account: Account
    group_ids: list[int]
    removable: bool
    sealed_invitation: bytes | None


def of_workspace(tx: Tx, actor: Actor, workspace_id: int) -> list[Person]:
    """Everybody in a workspace the actor is in, invited ones included, oldest member first. Raises `NotFound`."""
    return detailed(tx, actor, members.listing(tx, actor, workspace_id))


def detailed(tx: Tx, actor: Actor, found: list[Member]) -> list[Person]:
    """These members of one workspace that the actor is in. Raises `NotFound` of it for a stranger."""
    workspace_id = found[0].workspace_id
    reader = members.current(tx, actor, workspace_id)
    everything = whole(tx, workspace_id, found)
    return [seen(person, admin=reader.admin, own=person.member.id == reader.id) for person in everything]


def changed_since(tx: Tx, actor: Actor, since: int) -> list[Person]:
    """Whoever changed in the actor's workspaces at or after a time (unix seconds), those who have gone included."""
    found: dict[int, list[Member]] = {}
    for member in members.changed_since(tx, members.workspace_ids(tx, actor.account_id), since):
        found.setdefault(member.workspace_id, []).append(member)
    return [person for some in found.values() for person in detailed(tx, actor, some)]


def whole(tx: Tx, workspace_id: int, found: list[Member]) -> list[Person]:
    """These members of one workspace as its admins see them, perhaps some who have gone."""
    known = accounts.named(tx, [member.account_id for member in found])
    group_ids = groups.ids_by_person(tx, workspace_id)
    admins = members.admins(tx, workspace_id)
    sealed = invitations.sealed(tx, found)
    return [
        Person(
            member=member,
            account=new_accounts.unseen(known[member.account_id]) if member.invited else known[member.account_id],
            group_ids=group_ids.get(member.account_id, []),
            removable=member.deleted_at is None and members.bond(member, admins) is None,
            sealed_invitation=sealed.get(member.id),
        )
        for member in found
    ]


def seen(person: Person, *, admin: bool, own: bool) -> Person:
    """Somebody as a reader sees them who is an admin, or who is that person."""
    if admin:
        return person
    member = structs.replace(person.member, rate=None, labour_cost=None)
    return structs.replace(person, member=member, removable=person.removable and own, sealed_invitation=None)


def colleagues(tx: Tx, actor: Actor, workspace_id: int) -> list[Account]:
    """The accounts in a workspace the actor administers: others by name, oneself last.

    Raises `NotFound`, `Forbidden` for a member. Who is invited is none yet.
    """
    members.administrator(tx, actor, workspace_id, "see accounts")
    active = [member.account_id for member in members.listing(tx, actor, workspace_id) if member.active]
    known = accounts.named(tx, active).values()
    return sorted(known, key=lambda account: (account.id == actor.account_id, account.name, account.id))
