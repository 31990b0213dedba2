"""Requests that meet: two who take each other's rights away, and somebody who goes while they come somewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from hourhand.core import (
    groups,
    members,
    new_projects,
    people,
    project_members,
    projects,
    removals,
    tasks,
    time_entries,
    workspaces,
)
from hourhand.core.errors import Forbidden, Invalid, NotFound, Refusal
from hourhand.core.ids import bucket_of
from hourhand.core.members import Changes, Member
from hourhand.core.places import Place
from hourhand.db import Database, Tx
from tests.cast import Cast, Person
from tests.core.acts import act

ROUNDS = 20
Call = Callable[[], object]


def at_once(threads: ThreadPoolExecutor, calls: list[Call]) -> list[object]:
    """What each call returned, or how it was refused."""

    def outcome(call: Call) -> object:
        try:
            return call()
        except Refusal as error:
            return error

    return list(threads.map(outcome, calls))


def lead(database: Database, cast: Cast, *persons: Person) -> list[Member]:
    """The members that these are, who are all of Acme's admins now; it has no owner."""

    def change(tx: Tx) -> list[Member]:
        acme = cast.acme.id
        for person in persons:
            if not members.is_active(tx, acme, person.id):
                members.join(tx, person.at(tx), acme, person.id, "admin")
        tx.run(
            "update members set role = case when account_id in (:admins) then 'admin' else 'member' end"
            " where bucket = :bucket and workspace_id = :acme and deleted_at is null",
            bucket=bucket_of(acme),
            acme=acme,
            admins=[person.id for person in persons],
        )
        return [members.current(tx, person.at(tx), acme) for person in persons]

    return database.write_now(change)


@pytest.mark.parametrize("how", ["demote", "remove", "either", "resign"])
def test_of_two_admins_who_turn_on_each_other_one_stays(database: Database, cast: Cast, how: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            bob, cleo = lead(database, cast, cast.bob, cast.cleo)
            calls = {
                "demote": [_demoting(database, cast.bob, cleo), _demoting(database, cast.cleo, bob)],
                "remove": [_removing(database, cast.bob, cleo), _removing(database, cast.cleo, bob)],
                "either": [_demoting(database, cast.bob, cleo), _removing(database, cast.cleo, bob)],
                # Each gives up their own.
                "resign": [_demoting(database, cast.bob, bob), _demoting(database, cast.cleo, cleo)],
            }
            outcomes = at_once(threads, calls[how])
            assert sum(isinstance(outcome, Member) for outcome in outcomes) == 1
            assert database.write_now(lambda tx: members.admins(tx, cast.acme.id)) == 1


def test_who_is_no_admin_any_more_changes_nothing_afterwards(database: Database, cast: Cast) -> None:
    """A change of the workspace that waited for the demotion is not theirs to make when its turn comes."""
    bucket = bucket_of(cast.acme.id)
    latest = "select noun from events where bucket = :bucket order by position desc limit 1"
    with ThreadPoolExecutor(2) as threads:
        for i in range(ROUNDS):
            bob, _ = lead(database, cast, cast.bob, cast.ann)
            renaming = partial(
                act, database, cast.bob, workspaces.update, cast.acme.id, workspaces.Changes(name=f"Bobs {i}")
            )
            demoted, renamed = at_once(threads, [_demoting(database, cast.ann, bob), renaming])
            assert isinstance(demoted, Member)
            assert isinstance(renamed, (workspaces.Workspace, Forbidden))
            assert database.write_now(lambda tx: tx.rows(latest, bucket=bucket)) == [("member",)]


def test_nobody_is_in_a_group_who_goes_as_they_come(database: Database, cast: Cast) -> None:
    group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, "Team"))
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            bob = act(database, cast.bob, members.current, cast.acme.id)
            removed, filled = at_once(
                threads,
                [
                    partial(act, database, cast.bob, removals.remove_member, bob.id),
                    partial(act, database, cast.ann, groups.set_members, group.id, [cast.bob.id, cast.cleo.id]),
                ],
            )
            assert isinstance(removed, Member)
            assert isinstance(filled, (groups.Group, Invalid))
            assert cast.bob.id not in database.write_now(lambda tx: groups.ids_by_person(tx, cast.acme.id))
            act(database, cast.ann, groups.set_members, group.id, [])
            act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")


@pytest.mark.parametrize("how", ["anew", "from a template"])
def test_no_project_begins_with_somebody_who_goes_meanwhile(database: Database, cast: Cast, how: str) -> None:
    act(database, cast.ann, projects.update, cast.private.id, projects.Changes(template=True))
    mould = None if how == "anew" else cast.private.id
    creator, goes = (cast.bob, cast.bob) if how == "anew" else (cast.ann, cast.cleo)
    bucket = bucket_of(cast.acme.id)
    inside = "select id from project_members where bucket = :bucket and account_id = :who and deleted_at is null"
    with ThreadPoolExecutor(2) as threads:
        for i in range(ROUNDS):
            member = act(database, goes, members.current, cast.acme.id)
            draft = new_projects.Draft(cast.acme.id, projects.Changes(name=f"Site {i}"), mould)
            removed, made = at_once(
                threads,
                [
                    _removing(database, cast.ann, member),
                    partial(act, database, creator, new_projects.create, draft),
                ],
            )
            assert isinstance(removed, Member)
            assert isinstance(made, (projects.Project, Invalid) if how == "anew" else projects.Project)
            assert database.write_now(lambda tx: tx.rows(inside, bucket=bucket, who=goes.id)) == []
            act(database, cast.ann, members.join, cast.acme.id, goes.id, "member")
            if how != "anew":
                act(
                    database,
                    cast.ann,
                    project_members.create,
                    project_members.Draft(cast.private.id, [goes.id], manager=True),
                )


@pytest.mark.parametrize("how", ["create", "assign", "rename"])
def test_no_task_is_left_with_somebody_who_goes_meanwhile(database: Database, cast: Cast, how: str) -> None:
    bucket = bucket_of(cast.acme.id)
    assigned = "select id from tasks where bucket = :bucket and account_id = :bob and deleted_at is null"
    with ThreadPoolExecutor(2) as threads:
        for i in range(ROUNDS):
            bob = act(database, cast.bob, members.current, cast.acme.id)
            whose = cast.bob.id if how == "rename" else None
            task = act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, f"Plan {i}", account_id=whose))
            calls: dict[str, Call] = {
                "create": partial(
                    act,
                    database,
                    cast.ann,
                    tasks.create,
                    tasks.Draft(cast.public.id, f"New {i}", account_id=cast.bob.id),
                ),
                "assign": partial(
                    act, database, cast.ann, tasks.update, [task.id], tasks.Changes(account_id=cast.bob.id)
                ),
                "rename": partial(act, database, cast.ann, tasks.update, [task.id], tasks.Changes(name=f"Other {i}")),
            }
            removed, done = at_once(threads, [_removing(database, cast.bob, bob), calls[how]])
            assert isinstance(removed, Member)
            assert isinstance(done, (tasks.Task, list, Invalid))
            assert database.write_now(lambda tx: tx.rows(assigned, bucket=bucket, bob=cast.bob.id)) == []
            act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")


def test_nothing_runs_where_somebody_is_removed_as_they_start(database: Database, cast: Cast) -> None:
    draft = time_entries.Draft(Place(cast.acme.id), created_with="tests")
    bucket = bucket_of(cast.acme.id)
    running = "select id from time_entries where bucket = :bucket and account_id = :bob and duration < 0"
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            bob = act(database, cast.bob, members.current, cast.acme.id)
            removed, _started = at_once(
                threads,
                [
                    partial(act, database, cast.ann, removals.remove_member, bob.id),
                    partial(act, database, cast.bob, time_entries.start, draft),
                ],
            )
            assert isinstance(removed, Member)
            assert database.write_now(lambda tx: tx.rows(running, bucket=bucket, bob=cast.bob.id)) == []
            act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")


def test_somebody_who_is_removed_twice_at_once_goes_once(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            bob = act(database, cast.bob, members.current, cast.acme.id)
            outcomes = at_once(threads, [_removing(database, person, bob) for person in (cast.ann, cast.bob)])
            assert {type(outcome) for outcome in outcomes} == {Member, NotFound}
            assert len(act(database, cast.ann, people.of_workspace, cast.acme.id)) == 2
            act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")


def _demoting(database: Database, who: Person, whom: Member) -> Call:
    return lambda: act(database, who, members.update, whom.id, Changes(admin=False))


def _removing(database: Database, who: Person, whom: Member) -> Call:
    return lambda: act(database, who, removals.remove_member, whom.id)
