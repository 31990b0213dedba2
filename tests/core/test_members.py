"""Members: who may make whom what, who may take whom out, and what goes with them."""

from __future__ import annotations

from typing import Any

import pytest

from hourhand.core import (
    accounts,
    groups,
    members,
    people,
    project_members,
    removals,
    tasks,
    time_entries,
)
from hourhand.core.errors import Conflict, Forbidden, NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.members import Changes, Member
from hourhand.core.places import Place
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history

ADMIN, NO_ADMIN = Changes(admin=True), Changes(admin=False)


def member(database: Database, cast: Cast, person: Person) -> Member:
    return database.write_now(lambda tx: members.current(tx, person.at(tx), cast.acme.id))


def disown(database: Database, cast: Cast) -> None:
    """Let Acme have no owner, only admins, as when the owner's account is gone."""
    bucket = bucket_of(cast.acme.id)
    database.write_now(
        lambda tx: tx.run(
            "update members set role = 'admin' where bucket = :bucket and workspace_id = :acme and role = 'owner'",
            bucket=bucket,
            acme=cast.acme.id,
        )
    )


def start(database: Database, person: Person, workspace_id: int) -> int:
    draft = time_entries.Draft(Place(workspace_id), created_with="tests")
    return act(database, person, time_entries.start, draft).id


def test_an_admin_makes_admins_and_they_may_do_so_too(database: Database, cast: Cast) -> None:
    bob, cleo = member(database, cast, cast.bob), member(database, cast, cast.cleo)
    assert act(database, cast.ann, members.update, bob.id, ADMIN).role == "admin"
    assert act(database, cast.bob, members.update, cleo.id, ADMIN).role == "admin"
    assert act(database, cast.cleo, members.update, bob.id, NO_ADMIN).role == "member"
    with pytest.raises(Forbidden):
        act(database, cast.bob, members.update, cleo.id, NO_ADMIN)
    assert history(database, "member", bob.id) == ["created", "updated", "updated"]


def test_what_somebody_is_already_is_no_change(database: Database, cast: Cast) -> None:
    bob, ann = member(database, cast, cast.bob), member(database, cast, cast.ann)
    for changes in (NO_ADMIN, Changes()):
        assert act(database, cast.ann, members.update, bob.id, changes) == bob
    for changes in (ADMIN, Changes()):
        assert act(database, cast.ann, members.update, ann.id, changes) == ann
    assert history(database, "member", bob.id) == ["created"]


def test_nobody_demotes_or_removes_the_owner(database: Database, cast: Cast) -> None:
    ann, bob = member(database, cast, cast.ann), member(database, cast, cast.bob)
    act(database, cast.ann, members.update, bob.id, ADMIN)
    for person in (cast.ann, cast.bob):
        assert _conflict(database, person, members.update, ann.id, NO_ADMIN) == "owner_stays"
        assert _conflict(database, person, removals.remove_member, ann.id) == "owner_stays"


def test_the_last_admin_stays_one_and_stays(database: Database, cast: Cast) -> None:
    disown(database, cast)
    ann, bob = member(database, cast, cast.ann), member(database, cast, cast.bob)
    for verb, arguments in ((members.update, (NO_ADMIN,)), (removals.remove_member, ())):
        assert _conflict(database, cast.ann, verb, ann.id, *arguments) == "last_admin"
    assert _conflict(database, cast.ann, removals.leave_workspace, cast.acme.id) == "last_admin"
    # One who is invited and has not come yet does not count.
    _deactivate(database, act(database, cast.ann, members.update, bob.id, ADMIN))
    assert _conflict(database, cast.ann, members.update, ann.id, NO_ADMIN) == "last_admin"
    cleo = member(database, cast, cast.cleo)
    act(database, cast.ann, members.update, cleo.id, ADMIN)
    assert act(database, cast.ann, members.update, ann.id, NO_ADMIN).role == "member"


def test_an_invitation_can_be_withdrawn(database: Database, cast: Cast) -> None:
    bob = member(database, cast, cast.bob)
    _deactivate(database, bob)
    with pytest.raises(NotFound):
        act(database, cast.bob, removals.remove_member, bob.id)
    act(database, cast.ann, removals.remove_member, bob.id)
    assert bob.id not in [it.id for it in act(database, cast.ann, members.listing, cast.acme.id)]


def test_only_admins_and_oneself_take_a_member_out(database: Database, cast: Cast) -> None:
    bob, cleo = member(database, cast, cast.bob), member(database, cast, cast.cleo)
    with pytest.raises(Forbidden):
        act(database, cast.bob, removals.remove_member, cleo.id)
    for person, member_id in ((cast.eve, cleo.id), (cast.dan, cleo.id), (cast.ann, cleo.id + 4096), (cast.ann, 0)):
        with pytest.raises(NotFound) as absent:
            act(database, person, removals.remove_member, member_id)
        assert (absent.value.noun, absent.value.key) == ("member", member_id)
    act(database, cast.bob, removals.remove_member, bob.id)
    act(database, cast.ann, removals.remove_member, cleo.id)
    with pytest.raises(NotFound):
        act(database, cast.ann, removals.remove_member, cleo.id)
    assert [it.account_id for it in act(database, cast.ann, members.listing, cast.acme.id)] == [cast.ann.id]


@pytest.mark.parametrize("by", ["ann", "cleo"])
def test_who_goes_leaves_projects_and_groups_and_keeps_their_time(
    database: Database, cast: Cast, clock: Clock, by: str
) -> None:
    cleo, group = (
        member(database, cast, cast.cleo),
        act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, "G")),
    )
    act(database, cast.ann, groups.set_members, group.id, [cast.cleo.id])
    act(database, cast.cleo, accounts.update, accounts.Changes(default_workspace_id=cast.acme.id))
    entry_id = start(database, cast.cleo, cast.acme.id)
    task = act(database, cast.ann, tasks.create, tasks.Draft(cast.private.id, "Plan", account_id=cast.cleo.id))
    [managing] = [it for it in _project_members(database, cast) if it.account_id == cast.cleo.id]
    clock.advance(100)
    act(database, cast.ann if by == "ann" else cast.cleo, removals.remove_member, cleo.id)
    entry = act(database, cast.ann, time_entries.visible, entry_id)
    assert (entry.account_id, entry.running, entry.duration, entry.deleted_at) == (cast.cleo.id, False, 100, None)
    assert cast.cleo.id not in [it.account_id for it in _project_members(database, cast)]
    assert act(database, cast.ann, groups.of_workspace, cast.acme.id)[0].account_ids == ()
    account = database.write_now(lambda tx: accounts.find(tx, cast.cleo.id))
    assert account.default_workspace_id == cast.cleo.home
    assert act(database, cast.cleo, time_entries.current) is None
    [free] = act(database, cast.ann, tasks.listing, project_id=cast.private.id)
    assert (free.id, free.account_id, free.at) == (task.id, None, NOW + 100)
    for noun, thing_id, told in (
        ("time_entry", entry_id, "updated"),
        ("project_member", managing.id, "deleted"),
        ("group", group.id, "updated"),
        ("task", task.id, "updated"),
        ("member", cleo.id, "deleted"),
        ("account", cast.cleo.id, "updated"),
    ):
        assert history(database, noun, thing_id)[-1] == told, noun


def test_what_runs_elsewhere_goes_on_and_another_default_workspace_stays(database: Database, cast: Cast) -> None:
    entry_id = start(database, cast.bob, cast.bob.home)
    act(database, cast.ann, removals.remove_member, member(database, cast, cast.bob).id)
    running = act(database, cast.bob, time_entries.current)
    assert running is not None
    assert running.id == entry_id
    account = database.write_now(lambda tx: accounts.find(tx, cast.bob.id))
    assert account.default_workspace_id == cast.bob.home


def test_somebody_whose_account_is_disabled_can_be_removed(database: Database, cast: Cast) -> None:
    bob = member(database, cast, cast.bob)
    act(database, cast.bob, accounts.update, accounts.Changes(default_workspace_id=cast.acme.id))
    database.write_now(lambda tx: accounts.disable(tx, accounts.find(tx, cast.bob.id), tx.now))
    act(database, cast.ann, removals.remove_member, bob.id)
    account = database.write_now(lambda tx: accounts.named(tx, [cast.bob.id]))[cast.bob.id]
    assert account.default_workspace_id == cast.bob.home


def test_who_comes_back_begins_anew(database: Database, cast: Cast) -> None:
    cleo = member(database, cast, cast.cleo)
    act(database, cast.ann, members.update, cleo.id, ADMIN)
    act(database, cast.ann, removals.remove_member, cleo.id)
    again = act(database, cast.ann, members.join, cast.acme.id, cast.cleo.id, "member")
    assert (again.role, again.id != cleo.id) == ("member", True)
    with pytest.raises(NotFound):
        act(database, cast.ann, members.update, cleo.id, ADMIN)


def test_rates_of_people_are_for_admins(database: Database, cast: Cast) -> None:
    bucket = bucket_of(cast.acme.id)
    database.write_now(
        lambda tx: tx.run(
            "update members set rate = 5050, labour_cost = 2000 where bucket = :bucket and workspace_id = :acme",
            bucket=bucket,
            acme=cast.acme.id,
        )
    )
    for person, seen in ((cast.ann, (5050, 2000)), (cast.bob, (None, None))):
        found = act(database, person, people.of_workspace, cast.acme.id)
        assert {(it.member.rate, it.member.labour_cost) for it in found} == {seen}
    # A change of the role does not touch them.
    assert act(database, cast.ann, members.update, member(database, cast, cast.bob).id, ADMIN).rate == 5050


def test_who_may_be_removed_is_told_as_it_is(database: Database, cast: Cast) -> None:
    act(database, cast.ann, members.update, member(database, cast, cast.cleo).id, ADMIN)
    for disowned in (False, True):
        if disowned:
            disown(database, cast)
        for reader in (cast.ann, cast.bob, cast.cleo):
            for person in act(database, reader, people.of_workspace, cast.acme.id):
                assert person.removable == _removable(database, reader, person.member.id)


def test_colleagues_are_listed_for_admins_oneself_last(database: Database, cast: Cast) -> None:
    act(database, cast.cleo, accounts.update, accounts.Changes(name="aaron"))
    found = act(database, cast.ann, people.colleagues, cast.acme.id)
    assert [account.id for account in found] == [cast.bob.id, cast.cleo.id, cast.ann.id]
    act(database, cast.cleo, accounts.update, accounts.Changes(name="Bob"))
    found = act(database, cast.ann, people.colleagues, cast.acme.id)
    assert [account.id for account in found] == [*sorted((cast.bob.id, cast.cleo.id)), cast.ann.id]
    _deactivate(database, member(database, cast, cast.bob))
    assert len(act(database, cast.ann, people.colleagues, cast.acme.id)) == 2
    with pytest.raises(Forbidden):
        act(database, cast.cleo, people.colleagues, cast.acme.id)


def _conflict(database: Database, person: Person, verb: Any, *args: object) -> str:
    with pytest.raises(Conflict) as refused:
        act(database, person, verb, *args)
    return refused.value.reason


def _removable(database: Database, reader: Person, member_id: int) -> bool:
    """Whether the verb lets it happen; it is undone."""

    class Undone(Exception):
        pass

    def attempt(tx: Tx) -> None:
        removals.remove_member(tx, reader.at(tx), member_id)
        raise Undone

    try:
        database.write_now(attempt)
    except Undone:
        return True
    except (Conflict, Forbidden):
        return False
    raise AssertionError


def _deactivate(database: Database, invited: Member) -> None:
    """Let a member be one who is invited and has not come yet."""

    def work(tx: Tx) -> None:
        for table, bucket in (("members", bucket_of(invited.id)), ("memberships", bucket_of(invited.account_id))):
            tx.run(
                f"update {table} set active = :no where bucket = :bucket and workspace_id = :here"
                " and account_id = :invited",
                no=False,
                bucket=bucket,
                here=invited.workspace_id,
                invited=invited.account_id,
            )

    database.write_now(work)


def _project_members(database: Database, cast: Cast) -> list[project_members.ProjectMember]:
    return database.write_now(lambda tx: project_members.of_project(tx, cast.private))
