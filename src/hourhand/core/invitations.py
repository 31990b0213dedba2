"""Invitations: people are asked into a workspace by mail, and are its members once they have accepted.

Until then there is an inactive member, which gives no right at all. What accepts is a code, which went to the invited
address and which the workspace's admins may see; it belongs to that one member, and holds for two weeks. An address
that has no account gets one that is of no use until its person has accepted or signed up.
"""

from __future__ import annotations

from msgspec import Struct

from hourhand.core import accounts, codes, mails, members, new_accounts, texts, workspaces
from hourhand.core.accounts import Account
from hourhand.core.actor import Actor
from hourhand.core.errors import NotFound, Problem, Problems
from hourhand.core.ids import bucket_of
from hourhand.core.mails import Invitation
from hourhand.core.members import Member
from hourhand.core.secrets import Vault
from hourhand.core.workspaces import Workspace
from hourhand.db import Retry, Tx

NOUN = "invitation"
SECONDS = 14 * 24 * 3600
MOST_EMAILS = 200
# Mails to one person, whoever sends them: invitations must not be a way to bury somebody in mail.
MOST_MAILS = 10
MOST_SECONDS = 24 * 3600
# Where a code is accepted, below the public address.
PAGE = "/user/accept_invitation"


class Invited(Struct, frozen=True):
    """Who was invited, in the order in which they were named, and why others were not."""

    members: list[Member]
    problems: list[Problem]


class Offer(Struct, frozen=True):
    """What a code offers: a place in a workspace, to an account. `known` is one that its person uses already."""

    account: Account
    member_id: int
    workspace: Workspace
    known: bool


# Inviting -----------------------------------------------------------------------------------------


def invite(tx: Tx, actor: Actor, vault: Vault, workspace_id: int, emails: list[str]) -> Invited:
    """Invite people to a workspace the actor administers, with a mail to each.

    An address that is none, that is in the workspace or invited already, or that others have been inviting all day,
    is told in `problems` and keeps no other from being invited; one whose invitation has expired is invited again.
    Raises `NotFound`, `Forbidden`, and `Invalid` for no address, or for too many.
    """
    workspace = workspaces.administered(tx, actor, workspace_id)
    wanted = _refuse_unless_some(emails)
    problems = [_problem(email, "invalid") for email in wanted if not texts.is_email(email)]
    # In one order, so that two who invite the same people cannot wait for each other.
    addresses = sorted(email for email in wanted if texts.is_email(email))
    inviter = accounts.find(tx, actor.account_id)
    here = _members_by_email(tx, workspace_id, addresses)
    invited: dict[str, Member] = {}
    for email in addresses:
        member = here.get(email)
        if member is not None and (member.active or _holds(tx, member)):
            problems.append(_problem(email, "taken" if member.active else "waiting"))
            continue
        account = new_accounts.invited(tx, email, inviter.language, actor.caller)
        key = mails.free_key(tx, account, NOUN, most=MOST_MAILS, seconds=MOST_SECONDS)
        if key is None:
            problems.append(_problem(email, "too_many"))
        else:
            invited[email] = _ask(tx, actor, vault, workspace, inviter, account, member, key)
    order = {email: i for i, email in enumerate(wanted)}
    return Invited(
        members=[invited[email] for email in wanted if email in invited],
        problems=sorted(problems, key=lambda problem: order[problem.about["email"]]),
    )


def sealed(tx: Tx, found: list[Member]) -> dict[int, bytes]:
    """By member of one workspace, the codes of those invitations that still hold, for `code` to open."""
    waiting = [member.id for member in found if _holds(tx, member)]
    return members.invitations(tx, bucket_of(waiting[0]), waiting) if waiting else {}


def code(vault: Vault, member_id: int, sealed: bytes | None) -> str | None:
    """The code that a member can accept with; None when there is none, or another key file has sealed it."""
    return vault.open(_place(member_id), sealed)


def path(code: str) -> str:
    """The path, below the public address, at which a code is accepted."""
    return f"{PAGE}?code={code}"


# Accepting ----------------------------------------------------------------------------------------


def offered(tx: Tx, code: str) -> Offer:
    """What a code offers. Raises `NotFound` for one that does not hold, or no longer leads anywhere."""
    found = codes.find(tx, NOUN, code)
    member = _waiting(tx, found.thing_id or 0)
    return Offer(
        account=accounts.find(tx, found.account_id),
        member_id=member.id,
        workspace=workspaces.offered(tx, member.workspace_id),
        known=not new_accounts.waits(tx, found.account_id),
    )


def accept(tx: Tx, actor: Actor, code: str) -> Member:
    """Become a member of the workspace that the actor was invited to. Raises `NotFound`, also for another's code."""
    offer = offered(tx, code)
    if offer.account.id != actor.account_id:
        raise NotFound(NOUN)
    member = _enter(tx, actor, code, offer)
    accounts.with_workspace(tx, actor, actor.account_id, member.workspace_id)
    return member


def accept_as_new(tx: Tx, vault: Vault, code: str, draft: new_accounts.Draft, password_hash: str) -> Account:
    """Become a member with an account that nobody has used yet, which gets this name and password.

    Raises `NotFound`, also for a code of somebody who has an account that they use.
    """
    offer = offered(tx, code)
    if offer.known:
        raise NotFound(NOUN)
    actor = Actor(offer.account.id, tx.now, draft.created_with)
    member = _enter(tx, actor, code, offer)
    return new_accounts.claim(tx, vault, offer.account, draft, password_hash, member.workspace_id)


# How ----------------------------------------------------------------------------------------------


def _refuse_unless_some(emails: list[str]) -> list[str]:
    """The addresses as they are looked up, each once."""
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    problems = Problems(NOUN)
    if not wanted:
        problems.add("emails", "blank")
    elif len(wanted) > MOST_EMAILS:
        problems.add("emails", "too_many", limit=MOST_EMAILS)
    problems.refuse()
    return wanted


def _problem(email: str, reason: str) -> Problem:
    return Problem(NOUN, "email", reason, {"email": email})


def _members_by_email(tx: Tx, workspace_id: int, emails: list[str]) -> dict[str, Member]:
    """Who of these is in a workspace, or invited to it."""
    found = accounts.ids_of(tx, emails)
    here = {member.account_id: member for member in members.among(tx, workspace_id, list(found.values()))}
    return {email: here[account_id] for email, account_id in found.items() if account_id in here}


def _ask(
    tx: Tx,
    actor: Actor,
    vault: Vault,
    workspace: Workspace,
    inviter: Account,
    account: Account,
    member: Member | None,
    key: str,
) -> Member:
    if member is None:
        member = members.join(tx, actor, workspace.id, account.id, "member", active=False)
    else:
        member = members.invite_again(tx, actor, member)
    code = codes.issue(tx, NOUN, account, SECONDS, thing_id=member.id, outlives_resets=True)
    members.keep_invitation(tx, member, vault.seal(_place(member.id), code))
    message = Invitation(inviter.name, workspace.name, path(code))
    if mails.queue(tx, vault, account, message, key=key) is None:
        # Another workspace has just taken it.
        raise Retry
    return member


def _holds(tx: Tx, member: Member) -> bool:
    """Whether somebody may still accept."""
    return member.invited and tx.now < (member.invited_at or 0) + SECONDS


def _enter(tx: Tx, actor: Actor, code: str, offer: Offer) -> Member:
    # First the person, then the workspace, as everything does that changes who is where.
    tx.serialise(bucket_of(actor.account_id), actor.account_id)
    members.hold(tx, offer.workspace.id)
    codes.spend(tx, NOUN, code)
    # Again: until the workspace was held, the invitation may have been withdrawn.
    return members.activate(tx, actor, _waiting(tx, offer.member_id))


def _waiting(tx: Tx, member_id: int) -> Member:
    found = members.kept(tx, bucket_of(member_id), [member_id])
    if not found or found[0].active or found[0].deleted_at is not None:
        raise NotFound(NOUN)
    return found[0]


def _place(member_id: int) -> str:
    """The place a code is sealed for."""
    return f"members|sealed_invitation|{member_id}"
