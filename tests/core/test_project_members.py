"""Project members: seen with their project, decided about by who manages it, many at once or none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hourhand.core import members, project_members, projects, rates, removals, time_entries, workspaces
from hourhand.core.errors import Forbidden, NotFound
from hourhand.core.ids import bucket_of
from hourhand.core.places import Place
from hourhand.core.project_members import Changes, Draft, ProjectMember
from hourhand.core.projects import Project
from hourhand.core.rates import Rate
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act, history, problems


def test_a_manager_and_an_admin_put_people_into_a_project(database: Database, cast: Cast) -> None:
    draft = Draft(cast.private.id, [cast.bob.id], cast.acme.id, manager=True, rate=Decimal("12.345"))
    [member] = act(database, cast.cleo, project_members.create, draft)
    wanted = ProjectMember(member.id, cast.acme.id, cast.private.id, cast.bob.id, True, 1234, NOW, NOW, None)
    assert member == wanted
    assert act(database, cast.bob, project_members.listing, cast.private.id)[-1] == member
    assert history(database, "project_member", member.id) == ["created"]
    assert enter(database, cast.ann, cast.public, cast.cleo).rate is None


def test_who_manages_nothing_decides_about_nobody(database: Database, cast: Cast) -> None:
    member = enter(database, cast.ann, cast.public, cast.bob)
    with pytest.raises(Forbidden, match="manage project members"):
        act(database, cast.bob, project_members.create, Draft(cast.public.id, [cast.cleo.id]))
    with pytest.raises(Forbidden, match="manage project members"):
        act(database, cast.bob, project_members.update, [member.id], Changes(manager=True))
    with pytest.raises(Forbidden, match="manage project members"):
        act(database, cast.bob, project_members.delete, [member.id])
    assert member in act(database, cast.bob, project_members.listing, cast.public.id)


@pytest.mark.parametrize("outsider", ["bob", "dan", "eve"])
def test_the_people_of_a_hidden_project_are_hidden(database: Database, cast: Cast, outsider: str) -> None:
    person: Person = getattr(cast, outsider)
    member_id = act(database, cast.cleo, project_members.listing, cast.private.id)[0].id
    draft = Draft(cast.private.id, [cast.bob.id])
    assert problems(database, person, project_members.create, draft) == [("project_id", "unreachable")]
    with pytest.raises(NotFound):
        act(database, person, project_members.update, [member_id], Changes(manager=False))
    with pytest.raises(NotFound):
        act(database, person, project_members.delete, [member_id])
    with pytest.raises(NotFound):
        act(database, person, project_members.listing, cast.private.id)


def test_a_workspaces_list_has_the_people_of_what_one_sees(database: Database, cast: Cast) -> None:
    anns, bobs, cleos = (
        act(database, person, project_members.of_workspace, cast.acme.id) for person in (cast.ann, cast.bob, cast.cleo)
    )
    assert [(it.project_id, it.account_id) for it in anns] == [
        (cast.public.id, cast.ann.id),
        (cast.private.id, cast.ann.id),
        (cast.private.id, cast.cleo.id),
    ]
    assert (cleos, bobs) == (anns, anns[:1])
    for person in (cast.dan, cast.eve):
        with pytest.raises(NotFound):
            act(database, person, project_members.of_workspace, cast.acme.id)


def test_rates_are_seen_by_admins_and_managers_where_they_are_hidden(database: Database, cast: Cast) -> None:
    for project in (cast.public, cast.private):
        enter(database, cast.ann, project, cast.bob, rate=Decimal(7))
    hiding = workspaces.Changes(only_admins_see_billable_rates=True)
    for hidden in (False, True):
        if hidden:
            act(database, cast.ann, workspaces.update, cast.acme.id, hiding)
        for person, project, seen in (
            (cast.ann, cast.public, True),
            (cast.cleo, cast.private, True),
            (cast.cleo, cast.public, not hidden),
            (cast.bob, cast.public, not hidden),
            (cast.bob, cast.private, not hidden),
        ):
            shown = act(database, person, project_members.listing, project.id)[-1]
            assert (shown.account_id, shown.rate) == (cast.bob.id, 700 if seen else None)
            listed = act(database, person, project_members.of_workspace, cast.acme.id)
            assert shown in listed


def test_only_active_members_of_the_workspace_come_in(database: Database, cast: Cast) -> None:
    invite(database, cast, cast.eve)
    for account_id in (cast.dan.id, cast.eve.id, 1, 0, 1 << 62, 1 << 80):
        for account_ids in ([account_id], [cast.bob.id, account_id]):
            found = problems(database, cast.ann, project_members.create, Draft(cast.private.id, account_ids))
            assert found == [("account_id", "unreachable")]
    assert len(act(database, cast.ann, project_members.listing, cast.private.id)) == 2


def test_nobody_comes_into_a_project_twice_until_they_have_left(database: Database, cast: Cast) -> None:
    first = enter(database, cast.ann, cast.private, cast.bob, manager=True)
    draft = Draft(cast.private.id, [cast.bob.id, cast.cleo.id])
    assert problems(database, cast.ann, project_members.create, draft) == [("account_id", "taken")] * 2
    assert act(database, cast.ann, project_members.listing, cast.private.id)[-1] == first
    act(database, cast.ann, project_members.delete, [first.id])
    assert enter(database, cast.ann, cast.private, cast.bob).id != first.id


def test_all_that_is_wrong_is_said_at_once(database: Database, cast: Cast) -> None:
    found = problems(database, cast.ann, project_members.create, Draft(None, [], rate=Decimal(-1)))
    assert found == [("project_id", "blank"), ("account_id", "blank"), ("rate", "invalid")]
    draft = Draft(cast.private.id, [cast.dan.id, cast.cleo.id], cast.ann.home, rate=Decimal("1e99"))
    assert problems(database, cast.ann, project_members.create, draft) == [
        ("workspace_id", "mismatch"),
        ("account_id", "unreachable"),
        ("account_id", "taken"),
        ("rate", "invalid"),
    ]


def test_an_update_changes_what_is_said_and_nothing_else(database: Database, cast: Cast, clock: Clock) -> None:
    member = enter(database, cast.cleo, cast.private, cast.bob, manager=True, rate=Decimal(4))
    clock.advance(60)
    for changes, manager, rate in (
        (Changes(manager=False), False, 400),
        (Changes(rate=Decimal(0)), False, 0),
        (Changes(rate=None), False, None),
        (Changes(), False, None),
        (Changes(True, Decimal("1.5")), True, 150),
    ):
        [after] = act(database, cast.cleo, project_members.update, [member.id], changes)
        assert (after.manager, after.rate, after.at) == (manager, rate, NOW + 60)
        assert (after.account_id, after.project_id, after.created_at) == (cast.bob.id, cast.private.id, NOW)
        assert after in act(database, cast.cleo, project_members.listing, cast.private.id)
    refused = problems(database, cast.cleo, project_members.update, [member.id], Changes(rate=Decimal(-1)))
    assert refused == [("rate", "invalid")]
    assert history(database, "project_member", member.id) == ["created", *["updated"] * 5]


def test_a_new_rate_leaves_the_past_alone(database: Database, cast: Cast, clock: Clock) -> None:
    member = enter(database, cast.ann, cast.private, cast.bob, rate=Decimal(4))
    clock.advance(60)
    [after] = act(database, cast.ann, project_members.update, [member.id], Changes(rate=Decimal(5)))

    def then(moment: int) -> Rate:
        return database.write_now(lambda tx: rates.at(tx, project_members.NOUN, member.id, moment, after.price))

    assert [then(NOW), then(NOW + 59), then(NOW + 60)] == [Rate(400), Rate(400), Rate(500)]


def test_many_are_changed_or_none_is(database: Database, cast: Cast) -> None:
    first = enter(database, cast.ann, cast.private, cast.bob)
    second = enter(database, cast.ann, cast.public, cast.bob)
    both = act(database, cast.ann, project_members.update, [second.id, first.id], Changes(manager=True))
    assert [(it.id, it.manager) for it in both] == [(second.id, True), (first.id, True)]
    eves = act(database, cast.eve, workspaces.create, workspaces.Draft("Eve's"))
    for unknown in (eves.id, 0, 1 << 80):
        with pytest.raises(NotFound):
            act(database, cast.ann, project_members.update, [first.id, unknown], Changes(manager=False))
        with pytest.raises(NotFound):
            act(database, cast.ann, project_members.delete, [first.id, unknown])
    third = enter(database, cast.ann, cast.public, cast.cleo)
    act(database, cast.ann, project_members.update, [second.id], Changes(manager=False))
    for refused in ([first.id, third.id], [third.id, first.id]):
        with pytest.raises(Forbidden):
            act(database, cast.cleo, project_members.delete, refused)
    assert len(act(database, cast.ann, project_members.of_workspace, cast.acme.id)) == 6
    assert act(database, cast.ann, project_members.delete, [third.id, first.id]) == [third.id, first.id]
    assert len(act(database, cast.ann, project_members.of_workspace, cast.acme.id)) == 4
    assert history(database, "project_member", first.id) == ["created", "updated", "deleted"]


def test_who_is_taken_out_sees_nothing_more_and_keeps_their_time(database: Database, cast: Cast) -> None:
    member = enter(database, cast.cleo, cast.private, cast.bob)
    done = track(database, cast.bob, cast.private, Said(NOW - 60, None, 60))
    running = track(database, cast.bob, cast.private, Said(NOW - 60, None, -1))
    act(database, cast.cleo, project_members.delete, [member.id])
    with pytest.raises(NotFound):
        act(database, cast.bob, projects.visible, cast.private.id)
    assert cast.private.id not in [it.id for it in act(database, cast.bob, projects.listing)]
    draft = time_entries.Draft(Place(project_id=cast.private.id), Said(NOW, None, 5), created_with="tests")
    assert problems(database, cast.bob, time_entries.create, draft) == [("project_id", "unreachable")]
    stopped = act(database, cast.bob, time_entries.stop, running)
    assert (stopped.project_id, stopped.duration) == (cast.private.id, 60)
    assert act(database, cast.bob, time_entries.visible, done).project_id == cast.private.id
    with pytest.raises(NotFound):
        act(database, cast.cleo, project_members.delete, [member.id])


def test_the_last_manager_may_go_and_admins_still_manage(database: Database, cast: Cast) -> None:
    anns, cleos = act(database, cast.cleo, project_members.listing, cast.private.id)
    act(database, cast.cleo, project_members.update, [anns.id], Changes(manager=False))
    assert act(database, cast.cleo, project_members.delete, [cleos.id, anns.id]) == [cleos.id, anns.id]
    with pytest.raises(NotFound):
        act(database, cast.cleo, project_members.listing, cast.private.id)
    assert act(database, cast.ann, project_members.listing, cast.private.id) == []
    assert enter(database, cast.ann, cast.private, cast.cleo, manager=True).manager


def test_who_is_manager_no_longer_decides_no_longer(database: Database, cast: Cast) -> None:
    cleos = act(database, cast.cleo, project_members.listing, cast.private.id)[1]
    [after] = act(database, cast.cleo, project_members.update, [cleos.id], Changes(manager=False))
    assert not after.manager
    with pytest.raises(Forbidden):
        act(database, cast.cleo, project_members.update, [cleos.id], Changes(manager=True))


def test_the_people_of_a_deleted_project_are_gone(database: Database, cast: Cast) -> None:
    member = act(database, cast.cleo, project_members.listing, cast.private.id)[1]
    act(database, cast.ann, removals.delete_projects, [cast.private.id])
    for person in (cast.ann, cast.cleo):
        with pytest.raises(NotFound):
            act(database, person, project_members.update, [member.id], Changes(manager=False))
        with pytest.raises(NotFound):
            act(database, person, project_members.delete, [member.id])
        with pytest.raises(NotFound):
            act(database, person, project_members.listing, cast.private.id)
    draft = Draft(cast.private.id, [cast.bob.id])
    assert problems(database, cast.ann, project_members.create, draft) == [("project_id", "unreachable")]


def enter(
    database: Database,
    by: Person,
    project: Project,
    person: Person,
    *,
    manager: bool = False,
    rate: Decimal | None = None,
) -> ProjectMember:
    """Somebody new in a project."""
    draft = Draft(project.id, [person.id], manager=manager, rate=rate)
    [member] = act(database, by, project_members.create, draft)
    return member


def invite(database: Database, cast: Cast, person: Person) -> None:
    """An invitation to Acme that has not been accepted."""
    act(database, cast.ann, members.join, cast.acme.id, person.id, "member")
    database.write_now(
        lambda tx: tx.run(
            "update members set active = :no where bucket = :bucket and workspace_id = :acme and account_id = :who",
            no=False,
            bucket=bucket_of(cast.acme.id),
            acme=cast.acme.id,
            who=person.id,
        )
    )


def track(database: Database, person: Person, project: Project, said: Said) -> int:
    """The id of an entry in a project."""
    draft = time_entries.Draft(place=Place(project_id=project.id), said=said, created_with="tests")
    return act(database, person, time_entries.create, draft).id
