"""Requests that meet: what two do to a project at once comes out as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from hourhand.core import clients, groups, new_projects, project_groups, project_members, removals, time_entries
from hourhand.core.errors import Refusal
from hourhand.core.new_projects import Draft
from hourhand.core.places import Place
from hourhand.core.projects import Changes, Project
from hourhand.core.timing import Said
from hourhand.db import Database
from tests.cast import Cast, Person
from tests.conftest import NOW
from tests.core.acts import act, history

ROUNDS = 20
MEETING = 4


def at_once(threads: ThreadPoolExecutor, calls: list[Callable[[], object]]) -> list[object]:
    """What each call returned, or how it was refused."""

    def outcome(call: Callable[[], object]) -> object:
        try:
            return call()
        except Refusal as error:
            return error

    return list(threads.map(outcome, calls))


def creator(database: Database, person: Person, draft: Draft) -> Callable[[], Project]:
    return lambda: act(database, person, new_projects.create, draft)


def tracker(database: Database, person: Person, project: Project) -> Callable[[], object]:
    draft = time_entries.Draft(Place(project_id=project.id), Said(start=NOW, duration=5), created_with="tests")
    return lambda: act(database, person, time_entries.create, draft)


def count(database: Database, sql: str, thing_id: int) -> int:
    return len(database.write_now(lambda tx: tx.rows(sql, bucket=thing_id & 4095, thing_id=thing_id)))


def test_of_those_who_take_a_name_at_once_one_has_it(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            draft = Draft(cast.acme.id, Changes(name=f"Site {i}"))
            outcomes = at_once(threads, [creator(database, cast.bob, draft)] * MEETING)
            assert sum(isinstance(outcome, Project) for outcome in outcomes) == 1


def test_a_create_that_is_sent_twice_at_once_makes_one_project(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            draft = Draft(cast.acme.id, Changes(name=f"Site {i}"), guid=f"g-{i}")
            first, *others = at_once(threads, [creator(database, cast.bob, draft)] * MEETING)
            assert isinstance(first, Project)
            assert others == [first] * (MEETING - 1)


def test_no_project_keeps_a_client_that_goes_as_it_comes(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            client = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, f"Client {i}"))
            drafts = [Draft(cast.acme.id, Changes(name=f"{i} {k}", client_id=client.id)) for k in range(3)]
            calls: list[Callable[[], object]] = [creator(database, cast.bob, draft) for draft in drafts]
            calls.insert(2, partial(act, database, cast.ann, removals.delete_client, client.id))
            at_once(threads, calls)
            left = "select id from projects where bucket = :bucket and client_id = :thing_id and deleted_at is null"
            assert count(database, left, client.id) == 0


def test_no_entry_keeps_a_project_that_goes_as_it_comes(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            project = act(
                database, cast.ann, new_projects.create, Draft(cast.acme.id, Changes(name=f"{i}", is_private=False))
            )
            calls: list[Callable[[], object]] = [
                tracker(database, person, project) for person in (cast.ann, cast.bob, cast.cleo)
            ]
            calls.insert(2, partial(act, database, cast.ann, removals.delete_projects, [project.id]))
            at_once(threads, calls)
            left = "select id from time_entries where bucket = :bucket and project_id = :thing_id"
            assert count(database, left, project.id) == 0


def test_of_those_who_put_one_into_a_project_at_once_one_does(database: Database, cast: Cast) -> None:
    enter = partial(
        act, database, cast.ann, project_members.create, project_members.Draft(cast.private.id, [cast.bob.id])
    )
    with ThreadPoolExecutor(MEETING) as threads:
        for _ in range(ROUNDS):
            outcomes = at_once(threads, [enter] * MEETING)
            [[member]] = [outcome for outcome in outcomes if isinstance(outcome, list)]
            act(database, cast.ann, project_members.delete, [member.id])


def test_nobody_stays_in_a_project_that_goes_as_they_come(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            project = act(database, cast.ann, new_projects.create, Draft(cast.acme.id, Changes(name=f"{i}")))
            calls: list[Callable[[], object]] = [
                partial(act, database, cast.ann, project_members.create, project_members.Draft(project.id, [it.id]))
                for it in (cast.bob, cast.cleo)
            ]
            calls.insert(1, partial(act, database, cast.ann, removals.delete_projects, [project.id]))
            at_once(threads, calls)
            left = "select id from project_members where bucket = :bucket and project_id = :thing_id"
            assert count(database, f"{left} and deleted_at is null", project.id) == 0


def test_no_group_keeps_a_project_when_either_goes_as_it_comes(database: Database, cast: Cast) -> None:
    left = "select id from project_groups where bucket = :bucket and group_id = :thing_id and deleted_at is null"
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            project = act(database, cast.ann, new_projects.create, Draft(cast.acme.id, Changes(name=f"{i}")))
            group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, f"{i}"))
            link = project_groups.Draft(project.id, group.id)
            calls: list[Callable[[], object]] = [partial(act, database, cast.ann, project_groups.add, link)] * 2
            calls.insert(1, partial(act, database, cast.ann, removals.delete_group, group.id))
            calls.insert(i % 3, partial(act, database, cast.ann, removals.delete_projects, [project.id]))
            at_once(threads, calls)
            assert count(database, left, group.id) == 0


def test_a_link_that_several_end_at_once_ends_once(database: Database, cast: Cast) -> None:
    with ThreadPoolExecutor(MEETING) as threads:
        for i in range(ROUNDS):
            project = act(database, cast.ann, new_projects.create, Draft(cast.acme.id, Changes(name=f"{i}")))
            group = act(database, cast.ann, groups.create, groups.Draft(cast.acme.id, f"{i}"))
            link = act(database, cast.ann, project_groups.add, project_groups.Draft(project.id, group.id))
            calls: list[Callable[[], object]] = [
                partial(act, database, cast.ann, removals.delete_group, group.id),
                partial(act, database, cast.ann, removals.delete_projects, [project.id]),
                partial(act, database, cast.ann, project_groups.delete, link.id),
            ]
            at_once(threads, calls)
            assert history(database, "project_group", link.id) == ["created", "deleted"]
