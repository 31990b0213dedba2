"""Groups: what admins make of them, and that nobody is in one who is not in the workspace."""

from __future__ import annotations

import pytest

from hourhand.core import groups, members, removals
from hourhand.core.errors import Forbidden, NotFound
from hourhand.core.groups import Changes, Draft, Group
from hourhand.db import Database
from tests.cast import Cast
from tests.core.acts import act, history, problems


@pytest.fixture
def team(database: Database, cast: Cast) -> Group:
    """A group of Bob and Cleo."""
    group = act(database, cast.ann, groups.create, Draft(cast.acme.id, "Team"))
    return act(database, cast.ann, groups.set_members, group.id, [cast.cleo.id, cast.bob.id])


def test_a_group_consists_of_whom_it_is_said_to(database: Database, cast: Cast, team: Group) -> None:
    assert team.account_ids == tuple(sorted((cast.bob.id, cast.cleo.id)))
    changed = act(database, cast.ann, groups.set_members, team.id, [cast.ann.id, cast.bob.id, cast.bob.id])
    assert changed.account_ids == tuple(sorted((cast.ann.id, cast.bob.id)))
    assert act(database, cast.ann, groups.of_workspace, cast.acme.id) == [changed]
    by_person = database.write_now(lambda tx: groups.ids_by_person(tx, cast.acme.id))
    assert by_person == {cast.ann.id: [team.id], cast.bob.id: [team.id]}
    assert act(database, cast.ann, groups.set_members, team.id, []).account_ids == ()


def test_every_change_of_a_group_is_told_and_the_same_members_again_are_none(
    database: Database, cast: Cast, team: Group
) -> None:
    assert act(database, cast.ann, groups.set_members, team.id, [cast.bob.id, cast.cleo.id]) == team
    act(database, cast.ann, groups.update, team.id, Changes("Crew"))
    act(database, cast.ann, removals.delete_group, team.id)
    assert history(database, "group", team.id) == ["created", "updated", "updated", "deleted"]


def test_who_is_not_active_there_cannot_be_in_a_group(database: Database, cast: Cast, team: Group) -> None:
    strangers = [cast.dan.id, cast.eve.id, 0, -1, 1 << 60]
    refused = problems(database, cast.ann, groups.set_members, team.id, [cast.bob.id, *strangers])
    assert refused == [("account_id", "unreachable")] * len(strangers)
    assert act(database, cast.ann, groups.of_workspace, cast.acme.id) == [team]


def test_a_deleted_group_is_empty_and_its_name_is_free(database: Database, cast: Cast, team: Group) -> None:
    act(database, cast.ann, removals.delete_group, team.id)
    assert database.write_now(lambda tx: groups.ids_by_person(tx, cast.acme.id)) == {}
    assert act(database, cast.ann, groups.create, Draft(cast.acme.id, "Team")).account_ids == ()
    for verb, arguments in ((removals.delete_group, ()), (groups.set_members, ([],)), (groups.update, (Changes("X"),))):
        with pytest.raises(NotFound):
            act(database, cast.ann, verb, team.id, *arguments)


def test_who_leaves_a_workspace_leaves_its_groups(database: Database, cast: Cast, team: Group) -> None:
    other = act(database, cast.ann, groups.create, Draft(cast.acme.id, "Other"))
    act(database, cast.ann, groups.set_members, other.id, [cast.ann.id])
    act(database, cast.bob, removals.leave_workspace, cast.acme.id)
    found = {group.name: group.account_ids for group in act(database, cast.ann, groups.of_workspace, cast.acme.id)}
    assert found == {"Other": (cast.ann.id,), "Team": (cast.cleo.id,)}
    assert history(database, "group", team.id) == ["created", "updated", "updated"]
    assert history(database, "group", other.id) == ["created", "updated"]
    act(database, cast.ann, members.join, cast.acme.id, cast.bob.id, "member")
    assert cast.bob.id not in database.write_now(lambda tx: groups.ids_by_person(tx, cast.acme.id))


def test_only_admins_set_members_and_strangers_do_not_know_the_group(
    database: Database, cast: Cast, team: Group
) -> None:
    with pytest.raises(Forbidden):
        act(database, cast.bob, groups.set_members, team.id, [])
    for group_id in (team.id, team.id + 4096):
        with pytest.raises(NotFound) as absent:
            act(database, cast.eve, groups.set_members, group_id, [])
        assert (absent.value.noun, absent.value.key) == ("group", group_id)


def test_names_of_groups_are_in_the_order_of_code_points(database: Database, cast: Cast) -> None:
    names = ["b", "Ä", "a", "Z", "é", "10", "9", "_", "ß", "B"]
    for name in names:
        act(database, cast.ann, groups.create, Draft(cast.acme.id, name))
    assert [it.name for it in act(database, cast.ann, groups.of_workspace, cast.acme.id)] == sorted(names)
