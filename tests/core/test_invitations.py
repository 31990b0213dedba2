"""Invitations: who gets one, what it is worth until it is accepted, and who accepts it, once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hourhand.core import accounts, codes, invitations, members, new_accounts, people, removals, workspaces
from hourhand.core.actor import Actor
from hourhand.core.errors import Forbidden, Invalid, NotFound
from hourhand.core.new_accounts import Draft
from hourhand.core.people import Person as Seen
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.core.acts import act, history, problems
from tests.mailbox import last_code, post

NEW = "fay@example.org"
DAY = 24 * 3600


def invite(database: Database, cast: Cast, *emails: str, by: Person | None = None) -> invitations.Invited:
    return act(database, by or cast.ann, invitations.invite, cast.vault, cast.acme.id, list(emails))


def code_for(database: Database, cast: Cast, email: str) -> str:
    """The code of the last mail to an address."""
    code = last_code(database, cast.vault, email)
    assert re.fullmatch("[0-9a-f]{32}", code)
    return code


def claim(database: Database, cast: Cast, code: str, name: str = "Fay") -> accounts.Account:
    draft = Draft(None, name=name, created_with="tests")
    return database.write_now(lambda tx: invitations.accept_as_new(tx, cast.vault, code, draft, "a hash"))


def seen(database: Database, cast: Cast, account_id: int, by: Person | None = None) -> Seen:
    found = act(database, by or cast.ann, people.of_workspace, cast.acme.id)
    [person] = [person for person in found if person.member.account_id == account_id]
    return person


def shown_code(database: Database, cast: Cast, account_id: int, by: Person | None = None) -> str | None:
    person = seen(database, cast, account_id, by)
    return invitations.code(cast.vault, person.member.id, person.sealed_invitation)


def is_in(database: Database, person: Person, workspace_id: int) -> bool:
    try:
        act(database, person, workspaces.visible, workspace_id)
    except NotFound:
        return False
    return True


def test_somebody_without_an_account_gets_a_mail_and_one_of_no_use(database: Database, cast: Cast) -> None:
    [member] = invite(database, cast, " Fay@Example.org ").members
    assert (member.active, member.role, member.workspace_id) == (False, "member", cast.acme.id)
    [mail] = post(database, cast.vault)
    assert (mail.email, mail.name) == (NEW, "Fay")
    assert (mail.message.inviter, mail.message.workspace) == ("Ann", "Acme")  # type: ignore[union-attr]
    assert database.write_now(lambda tx: accounts.credentials(tx, NEW)).password_hash is None  # type: ignore[union-attr]
    assert database.write_now(lambda tx: members.workspace_ids(tx, member.account_id)) == []
    with pytest.raises(NotFound):
        database.write_now(lambda tx: members.current(tx, Actor(member.account_id, tx.now), cast.acme.id))


def test_a_mail_is_in_the_language_of_its_person_or_else_of_who_invites_them(database: Database, cast: Cast) -> None:
    act(database, cast.ann, accounts.update, accounts.Changes(language="de_DE"))
    act(database, cast.eve, accounts.update, accounts.Changes(language="fr_FR"))
    invite(database, cast, NEW, "eve@example.org", "dan@example.org")
    spoken = {mail.email: mail.language for mail in post(database, cast.vault)}
    assert spoken == {NEW: "de_DE", "eve@example.org": "fr_FR", "dan@example.org": "en_US"}


def test_who_has_no_account_accepts_with_a_name_and_a_password(database: Database, cast: Cast) -> None:
    [member] = invite(database, cast, NEW).members
    code = code_for(database, cast, NEW)
    offer = database.write_now(lambda tx: invitations.offered(tx, code))
    assert (offer.account.email, offer.workspace.name, offer.known) == (NEW, "Acme", False)
    account = claim(database, cast, code)
    assert (account.id, account.name, account.default_workspace_id) == (member.account_id, "Fay", cast.acme.id)
    assert database.write_now(lambda tx: members.workspace_ids(tx, account.id)) == [cast.acme.id]
    entered = seen(database, cast, account.id)
    assert (entered.member.active, entered.member.role, entered.sealed_invitation) == (True, "member", None)
    assert history(database, "member", member.id) == ["created", "updated"]
    with pytest.raises(NotFound):
        claim(database, cast, code)
    # From now on it is an account like any other, which nobody gets by signing up.
    with pytest.raises(Invalid):
        database.write_now(
            lambda tx: new_accounts.sign_up(tx, cast.vault, Draft(NEW), "another hash", invited_only=False)
        )


def test_who_has_an_account_accepts_as_themselves_and_nobody_else_does(database: Database, cast: Cast) -> None:
    invite(database, cast, "eve@example.org")
    code = code_for(database, cast, "eve@example.org")
    assert database.write_now(lambda tx: invitations.offered(tx, code)).known
    with pytest.raises(NotFound):
        claim(database, cast, code)
    for person in (cast.bob, cast.ann, cast.dan):
        with pytest.raises(NotFound):
            act(database, person, invitations.accept, code)
    assert not is_in(database, cast.eve, cast.acme.id)
    act(database, cast.eve, invitations.accept, code)
    assert is_in(database, cast.eve, cast.acme.id)
    assert act(database, cast.eve, accounts_of).default_workspace_id == cast.eve.home
    with pytest.raises(NotFound):
        act(database, cast.eve, invitations.accept, code)


def test_who_has_no_workspace_has_this_one_by_default(database: Database, cast: Cast) -> None:
    database.write_now(
        lambda tx: tx.run(
            "update accounts set default_workspace_id = null where bucket = :bucket and id = :eve",
            bucket=cast.eve.id & 4095,
            eve=cast.eve.id,
        )
    )
    invite(database, cast, "eve@example.org")
    act(database, cast.eve, invitations.accept, code_for(database, cast, "eve@example.org"))
    assert act(database, cast.eve, accounts_of).default_workspace_id == cast.acme.id


def test_one_who_left_can_be_invited_again(database: Database, cast: Cast) -> None:
    invite(database, cast, "dan@example.org")
    act(database, cast.dan, invitations.accept, code_for(database, cast, "dan@example.org"))
    assert is_in(database, cast.dan, cast.acme.id)


def test_it_holds_for_two_weeks_and_not_a_second_longer(database: Database, cast: Cast, clock: Clock) -> None:
    [_, gil] = invite(database, cast, NEW, "gil@example.org").members
    clock.advance(14 * DAY - 1)
    claim(database, cast, code_for(database, cast, NEW))
    assert shown_code(database, cast, gil.account_id) == code_for(database, cast, "gil@example.org")
    clock.advance(1)
    with pytest.raises(NotFound):
        claim(database, cast, code_for(database, cast, "gil@example.org"))
    assert shown_code(database, cast, gil.account_id) is None


def test_an_expired_one_is_made_new_and_the_old_code_stays_worthless(
    database: Database, cast: Cast, clock: Clock
) -> None:
    [before] = invite(database, cast, NEW).members
    old = code_for(database, cast, NEW)
    clock.advance(14 * DAY)
    found = invite(database, cast, NEW)
    assert ([member.id for member in found.members], found.problems) == ([before.id], [])
    new = code_for(database, cast, NEW)
    assert new != old
    with pytest.raises(NotFound):
        claim(database, cast, old)
    claim(database, cast, new)


def test_a_withdrawn_one_is_worth_nothing(database: Database, cast: Cast) -> None:
    [member] = invite(database, cast, NEW).members
    code = code_for(database, cast, NEW)
    act(database, cast.ann, removals.remove_member, member.id)
    with pytest.raises(NotFound):
        claim(database, cast, code)
    # A new one is another one.
    [again] = invite(database, cast, NEW).members
    assert (again.account_id, again.id != member.id) == (member.account_id, True)
    with pytest.raises(NotFound):
        claim(database, cast, code)
    claim(database, cast, code_for(database, cast, NEW))


def test_nobody_is_buried_in_mail(database: Database, cast: Cast, clock: Clock) -> None:
    for _ in range(10):
        [member] = invite(database, cast, NEW).members
        act(database, cast.ann, removals.remove_member, member.id)
    for person, place in ((cast.ann, cast.acme.id), (cast.eve, cast.eve.home)):
        found = act(database, person, invitations.invite, cast.vault, place, [NEW, f"{person.id}@example.org"])
        assert ([it.reason for it in found.problems], len(found.members)) == (["too_many"], 1)
    assert [mail.email for mail in post(database, cast.vault)].count(NEW) == 10
    clock.advance(DAY + 1)
    assert len(invite(database, cast, NEW).members) == 1


def test_a_code_is_for_one_workspace_alone(database: Database, cast: Cast) -> None:
    invite(database, cast, NEW)
    mine = code_for(database, cast, NEW)
    act(database, cast.eve, invitations.invite, cast.vault, cast.eve.home, [NEW])
    account = claim(database, cast, mine)
    assert database.write_now(lambda tx: members.workspace_ids(tx, account.id)) == [cast.acme.id]


def test_a_code_for_something_else_accepts_nothing(database: Database, cast: Cast) -> None:
    invite(database, cast, "eve@example.org")
    other = database.write_now(lambda tx: codes.issue(tx, "desktop_login", accounts.find(tx, cast.eve.id), 60))
    for code in (other, "", "0" * 32, "x"):
        with pytest.raises(NotFound):
            act(database, cast.eve, invitations.accept, code)


def test_signing_up_with_an_invited_address_does_not_accept(database: Database, cast: Cast) -> None:
    invite(database, cast, NEW)
    account = database.write_now(
        lambda tx: new_accounts.sign_up(tx, cast.vault, Draft(NEW, name="Fay"), "a hash", invited_only=True)
    )
    assert database.write_now(lambda tx: members.workspace_ids(tx, account.id)) == [account.default_workspace_id]
    code = code_for(database, cast, NEW)
    with pytest.raises(NotFound):
        claim(database, cast, code)
    database.write_now(lambda tx: invitations.accept(tx, Actor(account.id, tx.now), code))
    assert cast.acme.id in database.write_now(lambda tx: members.workspace_ids(tx, account.id))


def test_the_others_are_invited_though_some_cannot_be(database: Database, cast: Cast) -> None:
    invite(database, cast, "gil@example.org")
    nonsense = ["nonsense", "a@b", "two words@example.org", "<script>@example.org", "x" * 300 + "@example.org"]
    found = invite(
        database, cast, NEW, *nonsense, "bob@example.org", "Gil@example.org", "FAY@example.org", "", "hal@x.org"
    )
    invited = [seen(database, cast, member.account_id).account.email for member in found.members]
    assert invited == [NEW, "hal@x.org"]
    assert [(it.about["email"], it.reason) for it in found.problems] == [
        *((email, "invalid") for email in nonsense),
        ("bob@example.org", "taken"),
        ("gil@example.org", "waiting"),
    ]
    assert sorted(mail.email for mail in post(database, cast.vault)) == [NEW, "gil@example.org", "hal@x.org"]


def test_nobody_or_too_many_are_refused(database: Database, cast: Cast) -> None:
    many = [f"p{i}@example.org" for i in range(201)]
    verb, place = invitations.invite, cast.acme.id
    for emails, reason in (([], "blank"), (["", " "], "blank"), (many, "too_many")):
        assert problems(database, cast.ann, verb, cast.vault, place, emails) == [("emails", reason)]
    assert post(database, cast.vault) == []
    assert len(invite(database, cast, *many[1:], *many[1:]).members) == 200


def test_only_admins_invite(database: Database, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        invite(database, cast, NEW, by=cast.bob)
    for stranger in (cast.dan, cast.eve):
        with pytest.raises(NotFound):
            invite(database, cast, NEW, by=stranger)
    # One who is invited as an admin, so to speak, is none before they have accepted.
    [eve] = invite(database, cast, "eve@example.org").members
    act(database, cast.ann, members.update, eve.id, members.Changes(admin=True))
    with pytest.raises(NotFound):
        invite(database, cast, NEW, by=cast.eve)
    act(database, cast.eve, invitations.accept, code_for(database, cast, "eve@example.org"))
    assert len(invite(database, cast, NEW, by=cast.eve).members) == 1


def test_admins_alone_see_the_code(database: Database, cast: Cast) -> None:
    [member] = invite(database, cast, NEW).members
    assert shown_code(database, cast, member.account_id) == code_for(database, cast, NEW)
    assert shown_code(database, cast, member.account_id, by=cast.bob) is None


def test_it_is_not_told_whether_somebody_has_an_account(database: Database, cast: Cast) -> None:
    act(database, cast.eve, accounts.update, accounts.Changes(name="Eve of the Garden", timezone="Asia/Tokyo"))
    database.write_now(lambda tx: accounts.disable(tx, accounts.find(tx, cast.dan.id), tx.now))
    found = invite(database, cast, NEW, "eve@example.org", "dan@example.org")
    assert found.problems == []
    known = [seen(database, cast, member.account_id).account for member in found.members]
    assert [(it.name, it.timezone, it.disabled_at) for it in known] == [
        ("Fay", "Etc/UTC", None),
        ("Eve", "Etc/UTC", None),
        ("Dan", "Etc/UTC", None),
    ]
    act(database, cast.eve, invitations.accept, code_for(database, cast, "eve@example.org"))
    assert seen(database, cast, cast.eve.id).account.name == "Eve of the Garden"


def test_a_disabled_account_accepts_nothing(database: Database, cast: Cast) -> None:
    invite(database, cast, "eve@example.org")
    code = code_for(database, cast, "eve@example.org")
    database.write_now(lambda tx: accounts.disable(tx, accounts.find(tx, cast.eve.id), tx.now))
    with pytest.raises(NotFound):
        database.write_now(lambda tx: invitations.offered(tx, code))
    with pytest.raises(NotFound):
        act(database, cast.eve, invitations.accept, code)


def test_of_two_who_accept_at_once_one_does(database: Database, cast: Cast) -> None:
    for i in range(10):
        email = f"p{i}@example.org"
        [member] = invite(database, cast, email).members
        code = code_for(database, cast, email)
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(lambda name: _outcome(lambda: claim(database, cast, code, name)), ("A", "B")))  # noqa: B023
        assert sorted(outcomes) == ["done", "not found"]
        assert history(database, "member", member.id) == ["created", "updated"]


def test_an_invitation_that_is_withdrawn_while_it_is_accepted_is_either(database: Database, cast: Cast) -> None:
    for i in range(10):
        email = f"p{i}@example.org"
        [member] = invite(database, cast, email).members
        code = code_for(database, cast, email)
        both = [lambda: claim(database, cast, code), lambda: act(database, cast.ann, removals.remove_member, member.id)]  # noqa: B023
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(_outcome, both))
        assert outcomes in (["done", "done"], ["not found", "done"])
        # Either way nobody is left behind.
        assert database.write_now(lambda tx: members.among(tx, cast.acme.id, [member.account_id])) == []  # noqa: B023
        assert database.write_now(lambda tx: members.workspace_ids(tx, member.account_id)) == []  # noqa: B023


def test_two_admins_who_invite_the_same_people_at_once_invite_each_once(database: Database, cast: Cast) -> None:
    emails = [f"p{i}@example.org" for i in range(20)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda some: invite(database, cast, *some), (emails, list(reversed(emails)))))
    assert sorted(len(it.members) for it in found) == [0, 20]
    assert sorted(mail.email for mail in post(database, cast.vault)) == sorted(emails)


def test_two_workspaces_invite_the_same_new_people_at_once(database: Database, cast: Cast) -> None:
    emails = [f"p{i}@example.org" for i in range(20)]
    places = ((cast.ann, cast.acme.id, emails), (cast.eve, cast.eve.home, list(reversed(emails))))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda it: act(database, it[0], invitations.invite, cast.vault, it[1], it[2]), places))
    assert [len(it.members) for it in found] == [20, 20]
    assert len({member.account_id for it in found for member in it.members}) == 20


def accounts_of(tx: Tx, actor: Actor) -> accounts.Account:
    return accounts.find(tx, actor.account_id)


def _outcome(do: Any) -> str:
    try:
        do()
    except NotFound:
        return "not found"
    return "done"
