"""News: the log read once for all who listen, with as few statements for many people as for one."""

from __future__ import annotations

from typing import Any

import pytest

from hourhand.core import (
    clients,
    event_log,
    groups,
    listeners,
    members,
    news,
    project_members,
    projects,
    removals,
    tags,
    tasks,
)
from hourhand.core.ids import bucket_of
from hourhand.core.news import News
from hourhand.db import Database, Tx
from tests.cast import Cast, person
from tests.clock import Clock
from tests.conftest import NOW
from tests.core.acts import act


def test_many_people_cost_as_many_statements_as_one(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [person(database, cast.vault, f"person{number}") for number in range(30)]

    def gather(tx: Tx) -> None:
        for one in crowd:
            members.join(tx, cast.ann.at(tx), cast.acme.id, one.id, "member")

    database.write_now(gather)
    began = head(database, cast)
    everything(database, cast)
    counts = []
    for people in ({cast.ann.id}, {cast.ann.id, cast.bob.id, *(one.id for one in crowd)}):
        statements: list[str] = []
        monkeypatch.setattr(database, "observe", lambda tx, sql, named, seen=statements: seen.append(sql))
        told = read(database, cast, began, people)
        counts.append(len(statements))
        assert {notice.noun for notice in told.notices} >= {"client", "tag", "task"}
        assert {who for notice in told.notices for who in notice.people} == people
    assert counts[0] == counts[1] < 15


def test_members_and_groups_cost_no_more_statements_for_many_people(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [person(database, cast.vault, f"person{number}") for number in range(30)]
    began = head(database, cast)

    def gather(tx: Tx) -> None:
        for one in crowd:
            members.join(tx, cast.ann.at(tx), cast.acme.id, one.id, "member")
        group = groups.create(tx, cast.ann.at(tx), groups.Draft(cast.acme.id, "Team"))
        groups.set_members(tx, cast.ann.at(tx), group.id, [one.id for one in crowd])

    database.write_now(gather)
    counts = []
    for people in ({cast.ann.id}, {cast.ann.id, cast.bob.id, *(one.id for one in crowd)}):
        statements: list[str] = []
        monkeypatch.setattr(database, "observe", lambda tx, sql, named, seen=statements: seen.append(sql))
        told = read(database, cast, began, people)
        counts.append(len(statements))
        for one in people:
            nouns = [notice.noun for notice in told.of(one)]
            assert (nouns.count("member"), nouns.count("group")) == (30, 1 if one == cast.ann.id else 0)
    assert counts[0] == counts[1] < 10


def test_a_reading_goes_on_where_the_last_one_ended(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = head(database, cast)
    for number in range(7):
        act(database, cast.ann, tags.create, tags.Draft(cast.acme.id, f"tag {number}"))
    monkeypatch.setattr(news, "MOST_EVENTS", 3)
    position, names, more = began, [], True
    while more:
        told = read(database, cast, position, {cast.ann.id})
        names += [getattr(notice.thing, "name", "") for notice in told.notices]
        position, more = told.position, told.more
    assert (names, position) == ([f"tag {number}" for number in range(7)], head(database, cast))
    assert read(database, cast, position, {cast.ann.id}) == News(position, False, [], {})
    assert len(read(database, cast, began, {cast.ann.id}, until=began + 2).notices) == 2


def test_nobody_is_told_what_no_listener_may_know(database: Database, cast: Cast) -> None:
    began = head(database, cast)
    act(database, cast.ann, projects.update, cast.private.id, projects.Changes(name="Hidden"))
    act(database, cast.ann, tasks.create, tasks.Draft(cast.private.id, "Whisper"))
    assert read(database, cast, began, {cast.bob.id, cast.dan.id, cast.eve.id}).notices == []


def test_who_comes_and_who_goes_is_said_in_their_own_bucket_too(database: Database, cast: Cast) -> None:
    bucket = bucket_of(cast.eve.id)
    assert bucket != bucket_of(cast.acme.id)

    def way(tx: Tx, position: int) -> News:
        return news.read(tx, bucket, position, {}, {cast.eve.id})

    began = database.write_now(lambda tx: event_log.heads(tx, [bucket]))[bucket]
    database.write_now(lambda tx: members.join(tx, cast.ann.at(tx), cast.acme.id, cast.eve.id, "member"))
    came = database.write_now(lambda tx: way(tx, began))
    act(database, cast.eve, removals.leave_workspace, cast.acme.id)
    went = database.write_now(lambda tx: way(tx, came.position))
    assert came.moved == went.moved == {cast.eve.id: {cast.acme.id}}


def test_where_somebody_stands_anew_and_what_they_are_told_of_it(database: Database, cast: Cast) -> None:
    def again(role: str) -> dict[int, list[Any]]:
        roles = {cast.bob.home: "owner", cast.acme.id: role}
        _, told = database.write_now(lambda tx: listeners.again(tx, cast.bob.id, roles))
        return told

    assert again("member") == {}
    [notices] = again("admin").values()
    gone = [
        (notice.noun, notice.action, getattr(notice.thing, "id", 0)) for notice in notices if notice.action == "deleted"
    ]
    assert gone == [("project", "deleted", cast.private.id)]
    assert {notice.noun for notice in notices} >= {"workspace", "project"}


def test_what_changed_since_a_time_is_told_with_what_was_deleted(database: Database, cast: Cast, clock: Clock) -> None:
    clock.now = NOW + 10
    client = act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Big"))
    act(database, cast.ann, removals.delete_client, client.id)
    act(database, cast.ann, projects.update, cast.public.id, projects.Changes(name="Open"))
    tag = act(database, cast.ann, tags.create, tags.Draft(cast.acme.id, "new"))
    told = act(database, cast.ann, listeners.changed_since, NOW + 10)
    assert [(notice.noun, notice.action, getattr(notice.thing, "id", 0)) for notice in told] == [
        ("client", "deleted", client.id),
        ("tag", "created", tag.id),
        ("project", "updated", cast.public.id),
    ]


def test_the_position_before_a_time_is_found(database: Database, cast: Cast, clock: Clock) -> None:
    began, bucket = head(database, cast), bucket_of(cast.acme.id)
    for second, count in ((1, 3), (5, 1), (6, 4)):
        clock.now = NOW + second
        for number in range(count):
            act(database, cast.ann, tags.create, tags.Draft(cast.acme.id, f"{second} {number}"))
    end = head(database, cast)

    def before(second: int) -> int:
        return database.write_now(lambda tx: event_log.position_before(tx, bucket, NOW + second, end)) - began

    assert [before(second) for second in (-(10**9), 1, 2, 5, 6, 7, 10**9)] == [-began, 0, 3, 3, 4, 8, 8]


def everything(database: Database, cast: Cast) -> None:
    """Something of each noun."""
    act(database, cast.ann, clients.create, clients.Draft(cast.acme.id, "Big"))
    act(database, cast.ann, tags.create, tags.Draft(cast.acme.id, "dull"))
    act(database, cast.ann, projects.update, cast.public.id, projects.Changes(name="Open"))
    act(database, cast.ann, tasks.create, tasks.Draft(cast.public.id, "Painting"))
    database.write_now(
        lambda tx: project_members.add(tx, cast.ann.at(tx), cast.public, cast.bob.id, manager=False),
    )


def head(database: Database, cast: Cast) -> int:
    bucket = bucket_of(cast.acme.id)
    return database.write_now(lambda tx: event_log.heads(tx, [bucket]))[bucket]


def read(database: Database, cast: Cast, position: int, people: set[int], until: int | None = None) -> News:
    bucket = bucket_of(cast.acme.id)
    return database.write_now(lambda tx: news.read(tx, bucket, position, {cast.acme.id: people}, people, until))
