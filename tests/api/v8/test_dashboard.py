"""The dashboard: what the people of a workspace are doing, as far as one may know, and who did most of late."""

from __future__ import annotations

from typing import Any

import pytest

from hourhand.core import dashboard, project_members
from tests.api.conftest import Api
from tests.api.v8.sending import entry, tracked
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.conftest import NOW

DAY = 24 * 3600


def test_running_and_finished_actions_are_shown_the_latest_first(api: Api, cast: Cast) -> None:
    task = api.data("POST", "/tasks", cast.ann, {"task": {"name": "Plan", "pid": cast.public.id}})
    tracked(api, cast.bob, "2023-11-14T20:00:00Z", 3600, description="Design", tid=task["id"])
    tracked(api, cast.cleo, "2023-11-14T21:00:00Z", 60, wid=cast.acme.id)
    api.data("POST", "/time_entries/start", cast.ann, entry(pid=cast.public.id, description="Call"))
    assert _shown(api, cast.bob, cast) == [
        {
            "user_id": cast.ann.id,
            "project_id": cast.public.id,
            "duration": -NOW,
            "description": "Call",
            "stop": None,
            "tid": None,
        },
        {
            "user_id": cast.cleo.id,
            "project_id": 0,
            "duration": 60,
            "stop": "2023-11-14T21:01:00+00:00",
            "tid": None,
        },
        {
            "user_id": cast.bob.id,
            "project_id": cast.public.id,
            "duration": 3600,
            "description": "Design",
            "stop": "2023-11-14T21:00:00+00:00",
            "tid": task["id"],
        },
    ]


def test_an_action_without_a_project_is_shown_as_the_mode_says(api: Api, recorded: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.ann, {"user": {"timezone": "Europe/Tallinn"}})
    tracked(api, cast.bob, "2023-11-14T20:00:00Z", 60, wid=cast.acme.id)
    [documented_action], [recorded_action] = _shown(api, cast.ann, cast), _shown(recorded, cast.ann, cast)
    assert (documented_action["project_id"], documented_action["stop"]) == (0, "2023-11-14T22:01:00+02:00")
    assert "project_id" not in recorded_action
    assert (recorded_action["stop"], recorded_action["tid"]) == ("2023-11-14T20:01:00+00:00", None)


def test_actions_in_a_hidden_project_are_shown_to_those_who_know_it(api: Api, cast: Cast) -> None:
    tracked(api, cast.cleo, pid=cast.private.id, description="hush")
    assert [len(_shown(api, person, cast)) for person in (cast.ann, cast.cleo, cast.bob)] == [1, 1, 0]
    assert "hush" not in api("GET", f"/dashboard/{cast.acme.id}", cast.bob).text


def test_ones_own_actions_are_shown_in_a_project_one_has_left_too(api: Api, cast: Cast) -> None:
    database = api.house.database
    database.write_now(lambda tx: project_members.add(tx, cast.ann.at(tx), cast.private, cast.bob.id, manager=False))
    tracked(api, cast.bob, pid=cast.private.id)
    tracked(api, cast.cleo, pid=cast.private.id)
    assert len(_shown(api, cast.bob, cast)) == 2
    database.write_now(lambda tx: project_members.remove_all(tx, cast.ann.at(tx), cast.private))
    assert [action["user_id"] for action in _shown(api, cast.bob, cast)] == [cast.bob.id]


def test_no_more_than_twenty_are_shown_and_hidden_ones_take_nobodys_place(api: Api, cast: Cast) -> None:
    for minute in range(22):
        tracked(api, cast.bob, f"2023-11-14T10:{minute:02}:00Z", 60, wid=cast.acme.id, description=str(minute))
    for minute in range(25):
        tracked(api, cast.cleo, f"2023-11-14T12:{minute:02}:00Z", 60, pid=cast.private.id)
    assert [action["description"] for action in _shown(api, cast.bob, cast)] == [str(21 - i) for i in range(20)]
    assert {action["user_id"] for action in _shown(api, cast.ann, cast)} == {cast.cleo.id}


def test_somebody_who_sees_next_to_nothing_does_not_have_everything_read(
    api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "MOST_LOOKED_THROUGH", 3)
    tracked(api, cast.bob, "2023-11-14T10:00:00Z", 60, wid=cast.acme.id)
    for minute in range(2):
        tracked(api, cast.cleo, f"2023-11-14T12:{minute:02}:00Z", 60, pid=cast.private.id)
    assert len(_shown(api, cast.bob, cast)) == 1
    tracked(api, cast.cleo, "2023-11-14T13:00:00Z", 60, pid=cast.private.id)
    assert _shown(api, cast.bob, cast) == []


def test_deleted_entries_and_those_of_other_workspaces_are_not_shown(api: Api, cast: Cast) -> None:
    gone = tracked(api, cast.bob, wid=cast.acme.id)
    tracked(api, cast.bob)
    api("DELETE", f"/time_entries/{gone['id']}", cast.bob)
    assert api("GET", f"/dashboard/{cast.acme.id}", cast.bob).json() == {"most_active_user": [], "activity": []}


def test_time_of_the_last_seven_days_is_summed_up_and_what_runs_counts_until_now(
    api: Api, cast: Cast, clock: Clock
) -> None:
    tracked(api, cast.bob, "2023-11-14T10:00:00Z", 100, wid=cast.acme.id)
    tracked(api, cast.bob, "2023-11-13T10:00:00Z", 20, pid=cast.public.id)
    # Started exactly seven days ago, which is out, and a second later, which is in.
    tracked(api, cast.bob, "2023-11-07T22:13:20Z", 5000, wid=cast.acme.id)
    tracked(api, cast.bob, "2023-11-07T22:13:21Z", 3, wid=cast.acme.id)
    # Planned, and not done yet.
    tracked(api, cast.bob, "2023-11-15T10:00:00Z", 7000, wid=cast.acme.id)
    tracked(api, cast.cleo, "2023-11-14T10:00:00Z", 200, pid=cast.private.id)
    api.data("POST", "/time_entries/start", cast.ann, entry(wid=cast.acme.id))
    assert _busy(api, cast.ann, cast) == [(cast.cleo.id, 200), (cast.bob.id, 123)]
    clock.advance(150)
    assert _busy(api, cast.bob, cast) == [(cast.cleo.id, 200), (cast.ann.id, 150), (cast.bob.id, 120)]
    clock.advance(7 * DAY)
    assert _busy(api, cast.bob, cast) == [(cast.bob.id, 7000)]


def test_no_more_than_five_people_are_shown(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "MOST_PEOPLE", 2)
    for seconds, person in ((60, cast.ann), (80, cast.bob), (70, cast.cleo)):
        tracked(api, person, duration=seconds, wid=cast.acme.id)
    assert _busy(api, cast.ann, cast) == [(cast.bob.id, 80), (cast.cleo.id, 70)]


def test_where_only_admins_see_it_members_are_refused(api: Api, cast: Cast) -> None:
    path = f"/dashboard/{cast.acme.id}"
    assert api("GET", path, cast.bob).status_code == 200
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": {"only_admins_see_team_dashboard": True}})
    refused = api("GET", path, cast.bob)
    assert (refused.status_code, refused.text) == (403, "")
    assert api("GET", path, cast.ann).status_code == 200


def test_whoever_is_not_in_the_workspace_hears_nothing_of_it(api: Api, cast: Cast) -> None:
    for person in (cast.eve, cast.dan):
        answer = api("GET", f"/dashboard/{cast.acme.id}", person)
        assert (answer.status_code, answer.text) == (404, "null\n")
    assert api("GET", "/dashboard/acme", cast.ann).text == "Missing or invalid workspace_id\n"
    assert api("GET", f"/dashboard/{cast.acme.id}").status_code == 403


def _shown(api: Api, person: Person, cast: Cast) -> list[dict[str, Any]]:
    answer = api("GET", f"/dashboard/{cast.acme.id}", person)
    assert answer.status_code == 200, answer.text
    activity: list[dict[str, Any]] = answer.json()["activity"]
    return activity


def _busy(api: Api, person: Person, cast: Cast) -> list[tuple[int, int]]:
    found = api("GET", f"/dashboard/{cast.acme.id}", person).json()["most_active_user"]
    return [(effort["user_id"], effort["duration"]) for effort in found]
