"""`/tasks` on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock

MEMBERS = ["name", "id", "wid", "pid", "active", "at", "estimated_seconds"]


def test_a_task_has_its_members_in_order_and_a_new_one_no_time(api: Api, cast: Cast) -> None:
    born = api.data("POST", "/tasks", cast.cleo, {"task": {"name": "A new task", "pid": cast.private.id}})
    assert list(born.items()) == [
        ("name", "A new task"),
        ("id", born["id"]),
        ("wid", cast.acme.id),
        ("pid", cast.private.id),
        ("active", True),
        ("estimated_seconds", 0),
    ]
    read = api.data("GET", f"/tasks/{born['id']}", cast.cleo)
    assert list(read) == MEMBERS
    assert {**born, "at": read["at"]} == read


def test_an_update_answers_what_fields_ask_for(api: Api, cast: Cast) -> None:
    task = _task(api, cast, "A new task", uid=cast.bob.id)
    _track(api, cast, task["id"], 1200)
    changes = {"active": False, "estimated_seconds": 3600, "wid": 1, "pid": 1, "fields": "done_seconds,uname"}
    updated = api.data("PUT", f"/tasks/{task['id']}", cast.cleo, {"task": changes})
    assert list(updated) == [*MEMBERS[:4], "uid", *MEMBERS[4:], "uname", "done_seconds"]
    assert (updated["uname"], updated["done_seconds"], updated["active"]) == ("Bob", 1200, False)
    assert (updated["wid"], updated["pid"]) == (cast.acme.id, cast.private.id)
    plain = api.data("PUT", f"/tasks/{task['id']}", cast.cleo, {"task": {"uid": None}})
    assert list(plain) == MEMBERS


def test_reading_shows_tracked_time_where_there_is_any(api: Api, cast: Cast, clock: Clock) -> None:
    task, idle = _task(api, cast, "a"), _task(api, cast, "b")
    _track(api, cast, task["id"], 1200)
    start = {"time_entry": {"tid": task["id"], "created_with": "tests"}}
    api.data("POST", "/time_entries/start", cast.cleo, start)
    clock.advance(60)
    assert api.data("GET", f"/tasks/{task['id']}", cast.cleo)["tracked_seconds"] == 1260
    listed = api("GET", f"/projects/{cast.private.id}/tasks", cast.cleo).json()
    assert [one.get("tracked_seconds") for one in listed] == [1260, None]
    assert [one["id"] for one in listed] == [task["id"], idle["id"]]


def test_several_are_updated_to_an_array_and_one_to_an_object(api: Api, cast: Cast) -> None:
    first, second = _task(api, cast, "a", uid=cast.bob.id), _task(api, cast, "b")
    body = {"task": {"active": "false", "fields": "done_seconds,uname"}}
    both = api.data("PUT", f"/tasks/{second['id']},{first['id']}", cast.cleo, body)
    assert [(task["id"], task["active"], task["done_seconds"]) for task in both] == [
        (second["id"], False, 0),
        (first["id"], False, 0),
    ]
    assert [task.get("uname") for task in both] == [None, "Bob"]
    assert api.data("PUT", f"/tasks/{first['id']}", cast.cleo, body)["id"] == first["id"]
    refused = api("PUT", f"/tasks/{first['id']},{first['id'] + (1 << 20)}", cast.cleo, {"task": {"active": True}})
    assert (refused.status_code, refused.json()) == (404, ["User cannot access selected task"])
    assert api.data("GET", f"/tasks/{first['id']}", cast.cleo)["active"] is False


def test_deleted_tasks_are_named_and_gone(api: Api, cast: Cast) -> None:
    first, second = _task(api, cast, "a"), _task(api, cast, "b")
    path = f"/tasks/{second['id']},{first['id']}"
    answer = api("DELETE", path, cast.cleo)
    assert (answer.status_code, answer.json()) == (200, [second["id"], first["id"]])
    for gone in (api("DELETE", path, cast.cleo), api("GET", f"/tasks/{first['id']}", cast.cleo)):
        assert (gone.status_code, gone.text) == (404, "null\n")


@pytest.mark.parametrize(
    ("active", "expected"),
    [(None, ["open"]), ("true", ["open"]), ("false", ["done"]), ("both", ["done", "open"])],
)
def test_lists_are_filtered(api: Api, cast: Cast, active: str | None, expected: list[str]) -> None:
    _task(api, cast, "open")
    _task(api, cast, "done", active=False)
    for path in (f"/projects/{cast.private.id}/tasks", f"/workspaces/{cast.acme.id}/tasks"):
        answer = api("GET", path, cast.cleo, params={"active": active} if active else {})
        assert [task["name"] for task in answer.json()] == expected
        assert all("at" in task for task in answer.json())


def test_an_empty_list_is_empty_by_mode(api: Api, recorded: Api, cast: Cast) -> None:
    path = f"/projects/{cast.public.id}/tasks"
    assert (api("GET", path, cast.bob).text, recorded("GET", path, cast.bob).text) == ("[]", "null")


def test_refusals_in_both_modes(api: Api, recorded: Api, cast: Cast) -> None:
    _task(api, cast, "Design")
    pid = cast.private.id
    for task, lines in (
        ({"name": "Design", "pid": pid}, ["Name has already been taken"]),
        ({}, ["Name can't be blank", "pid can't be blank"]),
        ({"name": "x", "pid": 1}, ["User cannot access the selected project"]),
        ({"name": "x", "pid": pid, "wid": cast.cleo.home}, ["Project is in another workspace"]),
        ({"name": "x", "pid": pid, "uid": 7}, [f"User 7 cannot access workspace {cast.acme.id}"]),
        ({"name": "x", "pid": pid, "estimated_seconds": -1}, ["Estimated seconds is invalid"]),
    ):
        documented = api("POST", "/tasks", cast.cleo, {"task": task})
        assert (documented.status_code, documented.json()) == (404, lines)
        answer = recorded("POST", "/tasks", cast.cleo, {"task": task})
        assert (answer.status_code, answer.text) == (400, lines[0] + "\n")
    assert api("POST", "/tasks", cast.cleo, {}).json() == ["Task can't be blank"]


def test_who_manages_nothing_may_look_and_not_touch(api: Api, cast: Cast) -> None:
    task = api.data("POST", "/tasks", cast.ann, {"task": {"name": "a", "pid": cast.public.id}})
    path = f"/tasks/{task['id']}"
    assert api.data("GET", path, cast.bob)["id"] == task["id"]
    for answer in (
        api("POST", "/tasks", cast.bob, {"task": {"name": "b", "pid": cast.public.id}}),
        api("PUT", path, cast.bob, {"task": {"active": False}}),
        api("DELETE", path, cast.bob),
    ):
        assert (answer.status_code, answer.text) == (403, "")


def test_hidden_and_absent_are_alike(api: Api, cast: Cast) -> None:
    task_id = _task(api, cast, "a")["id"]
    for number in (task_id, task_id + (1 << 20), 1):
        for method in ("GET", "DELETE"):
            answer = api(method, f"/tasks/{number}", cast.bob)
            assert (answer.status_code, answer.text) == (404, "null\n")
        updated = api("PUT", f"/tasks/{number}", cast.bob, {"task": {"name": "x"}})
        assert (updated.status_code, updated.json()) == (404, ["User cannot access selected task"])
    for path in (f"/projects/{cast.private.id}/tasks", f"/workspaces/{cast.ann.home}/tasks", "/workspaces/1/tasks"):
        answer = api("GET", path, cast.bob)
        assert (answer.status_code, answer.text) == (404, "null\n")


def test_an_id_that_is_no_number_is_refused_in_a_line(api: Api, cast: Cast) -> None:
    for method, path, line in (
        ("GET", "/tasks/x", "task_id must be a positive integer"),
        ("DELETE", "/tasks/1,x", "task_id must be a positive integer"),
        ("GET", "/projects/x/tasks", "project_id must be a positive integer"),
        ("GET", "/workspaces/x/tasks", "Missing or invalid workspace_id"),
    ):
        answer = api(method, path, cast.bob)
        assert (answer.status_code, answer.text) == (400, line + "\n")


def _task(api: Api, cast: Cast, name: str, **sent: Any) -> Any:
    return api.data("POST", "/tasks", cast.cleo, {"task": {"name": name, "pid": cast.private.id, **sent}})


def _track(api: Api, cast: Cast, task_id: int, duration: int) -> None:
    entry = {"tid": task_id, "start": "2023-11-14T12:00:00Z", "duration": duration, "created_with": "tests"}
    api.data("POST", "/time_entries", cast.cleo, {"time_entry": entry})
