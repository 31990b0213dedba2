"""Contract §3: what each endpoint answers, and what it does to other things."""

from __future__ import annotations

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.members import well_formed
from tests.api.v8.sending import PASSWORD, basic, entry, made, tracked
from tests.cast import Cast
from tests.clock import Clock

KINDS = ["time_entries", "projects", "tags", "tasks", "workspaces", "clients"]


def test_me_has_workspaces_always_and_the_rest_when_asked(api: Api, cast: Cast, clock: Clock) -> None:
    for query in ("", "?with_related_data=false", "?since=1"):
        me = api("GET", f"/me{query}", cast.bob).json()
        assert (list(me), [kind for kind in KINDS if kind in me["data"]]) == (["since", "data"], ["workspaces"])
        assert len(me["data"]["workspaces"]) == 2
        assert clock.now - 10 <= me["since"] < clock.now
    related = api.data("GET", "/me?with_related_data=true", cast.bob)
    assert list(related)[-6:] == KINDS


def test_related_entries_are_the_last_nine_days_and_the_running_one(api: Api, cast: Cast, clock: Clock) -> None:
    running = api.data("POST", "/time_entries/start", cast.bob, entry())["id"]
    old = tracked(api, cast.bob, start="2023-11-14T22:13:21Z")["id"]
    clock.advance(9 * 86400 + 60)
    new = tracked(api, cast.bob, start="2023-11-23T22:13:20Z")["id"]
    listed = [thing["id"] for thing in api.data("GET", "/me?with_related_data=on", cast.bob)["time_entries"]]
    assert listed == [running, new]
    assert old not in listed


def test_since_tells_everything_that_changed_or_went_and_nothing_else(api: Api, cast: Cast, clock: Clock) -> None:
    kept, gone = (_one_of_each(api, cast, name) for name in ("Kept", "Gone"))
    clock.advance(100)
    since = api("GET", "/me", cast.ann).json()["since"]
    quiet = api.data("GET", f"/me?with_related_data=true&since={since}", cast.ann)
    assert {kind: quiet[kind] for kind in KINDS} == {kind: [] for kind in KINDS}
    for path in gone.values():
        assert api("DELETE", path, cast.ann).status_code == 200
    new = _one_of_each(api, cast, "New")
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": {"rounding": 0}})
    changed = api.data("GET", f"/me?with_related_data=true&since={since}", cast.ann)
    for kind in ("time_entries", "projects", "tags", "tasks", "clients"):
        deleted = {thing["id"]: "server_deleted_at" in thing for thing in changed[kind]}
        assert deleted[_number(gone[kind])] is True, kind
        assert deleted[_number(new[kind])] is False, kind
        assert _number(kept[kind]) not in deleted, kind
        assert all(well_formed(_noun(kind), thing) for thing in changed[kind]), kind
    assert [workspace["id"] for workspace in changed["workspaces"]] == [cast.acme.id]
    later = api.data("GET", f"/me?with_related_data=true&since={int(clock.now) + 1}", cast.ann)
    assert all(later[kind] == [] for kind in KINDS)


def test_since_includes_its_own_second(api: Api, cast: Cast, clock: Clock) -> None:
    clock.advance(100)
    tag = made(api, cast.bob, "tag", name="now")["id"]
    for since, found in ((int(clock.now), [tag]), (int(clock.now) + 1, [])):
        tags = api.data("GET", f"/me?with_related_data=1&since={since}", cast.bob)["tags"]
        assert [thing["id"] for thing in tags] == found


def test_a_new_token_is_a_string_and_the_old_one_is_worthless(api: Api, cast: Cast) -> None:
    answer = api("POST", "/reset_token", cast.bob, content=b"[]")
    assert (answer.status_code, len(answer.json()), answer.json() == cast.bob.token) == (200, 32, False)
    assert api("GET", "/me", cast.bob).status_code == 403
    assert api("GET", "/me", headers=basic(answer.json(), "api_token")).json()["data"]["api_token"] == answer.json()


def test_signing_up_makes_a_person_with_a_workspace(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open")))
    sent = {"email": "Fay@Example.org", "password": PASSWORD, "timezone": "Europe/Paris", "created_with": "tests"}
    out = api("POST", "/signups", None, {"user": sent}).json()["data"]
    assert (well_formed("user", out), "api_token" in out, "workspaces" in out) == (True, False, False)
    me = api("GET", "/me", headers=basic("fay@example.org", PASSWORD)).json()["data"]
    assert [(it["id"], it["name"], it["admin"]) for it in me["workspaces"]] == [
        (out["default_wid"], "Fay's workspace", True)
    ]
    api.close()


def test_a_deleted_client_leaves_its_projects(api: Api, cast: Cast) -> None:
    client = made(api, cast.ann, "client", name="A", wid=cast.acme.id)["id"]
    project = made(api, cast.ann, "project", name="Site", wid=cast.acme.id, cid=client)["id"]
    answer = api("DELETE", f"/clients/{client}", cast.ann)
    assert (answer.status_code, answer.text) == (200, "null\n")
    assert "cid" not in api.data("GET", f"/projects/{project}", cast.ann)


def test_deleted_projects_leave_their_time_and_take_their_tasks(api: Api, cast: Cast, clock: Clock) -> None:
    pids = [made(api, cast.ann, "project", name=name, wid=cast.acme.id)["id"] for name in "AB"]
    task = made(api, cast.ann, "task", name="T", pid=pids[0])["id"]
    before = tracked(api, cast.ann, tid=task)
    clock.advance(10)
    answer = api("DELETE", f"/projects/{pids[0]},{pids[1]}", cast.ann)
    assert (answer.status_code, answer.json()) == (200, pids)
    after = api.data("GET", f"/time_entries/{before['id']}", cast.ann)
    assert {"pid", "tid"}.isdisjoint(after)
    assert after["at"] > before["at"]
    assert api("GET", f"/tasks/{task}", cast.ann).status_code == 404
    assert api("GET", f"/workspaces/{cast.acme.id}/tasks?active=both", cast.ann).text == "[]"


def test_a_project_from_a_template_has_its_tasks_and_settings(api: Api, cast: Cast) -> None:
    settings = {"billable": False, "color": "7", "rate": 12.5, "currency": "EUR", "estimated_hours": 3}
    mould = made(api, cast.ann, "project", name="Mould", wid=cast.acme.id, template=True, **settings)["id"]
    made(api, cast.ann, "task", name="Cast", pid=mould, estimated_seconds=60, uid=cast.bob.id)
    copy = made(api, cast.ann, "project", name="Copy", wid=cast.acme.id, template_id=mould)
    assert {**settings, "template": False, "template_id": mould}.items() <= copy.items()
    [task] = api("GET", f"/projects/{copy['id']}/tasks", cast.ann).json()
    assert (task["name"], task["estimated_seconds"], task["uid"]) == ("Cast", 60, cast.bob.id)


def test_a_tags_name_shows_on_all_entries_and_goes_without_a_trace(api: Api, cast: Cast, clock: Clock) -> None:
    before = tracked(api, cast.bob, tags=["b", "a"])
    tag = api("GET", f"/workspaces/{cast.bob.home}/tags", cast.bob).json()[0]
    clock.advance(10)
    api.data("PUT", f"/tags/{tag['id']}", cast.bob, {"tag": {"name": "z"}})
    renamed = api.data("GET", f"/time_entries/{before['id']}", cast.bob)
    assert renamed["tags"] == sorted({"a", "b", "z"} - {tag["name"]})
    api("DELETE", f"/tags/{tag['id']}", cast.bob)
    stripped = api.data("GET", f"/time_entries/{before['id']}", cast.bob)
    assert stripped["tags"] == sorted({"a", "b"} - {tag["name"]})
    assert before["at"] == renamed["at"] == stripped["at"]


def test_tasks_are_changed_and_deleted_together_or_not_at_all(api: Api, cast: Cast) -> None:
    one, two = (made(api, cast.ann, "task", name=name, pid=cast.private.id)["id"] for name in "AB")
    path = f"/tasks/{one},{two}"
    assert [task["active"] for task in api.data("PUT", path, cast.ann, {"task": {"active": False}})] == [False, False]
    assert api("PUT", f"{path},{1 << 50}", cast.ann, {"task": {"active": True}}).status_code == 404
    assert api("DELETE", f"{path},{1 << 50}", cast.ann).status_code == 404
    assert api.data("GET", f"/tasks/{one}", cast.ann)["active"] is False
    assert isinstance(api.data("PUT", f"/tasks/{one}", cast.ann, {"task": {"active": True}}), dict)
    assert api("DELETE", path, cast.ann).json() == [one, two]


def test_entries_are_changed_together_or_not_at_all(api: Api, cast: Cast) -> None:
    ids = [tracked(api, cast.bob, tags=["a", "b"])["id"] for _ in range(2)]
    path = f"/time_entries/{ids[0]},{ids[1]}"
    for sent, tags in (
        ({"tags": ["c"], "tag_action": "add"}, ["a", "b", "c"]),
        ({"tags": ["a", "c", "nobody"], "tag_action": "remove"}, ["b"]),
        ({"tags": ["d", "b"]}, ["b", "d"]),
        ({"tags": [], "tag_action": "add"}, ["b", "d"]),
        ({"tags": ["d"], "tag_action": None}, ["d"]),
        ({"description": "All", "billable": True, "duration": 90}, ["d"]),
    ):
        assert [it["tags"] for it in api.data("PUT", path, cast.bob, {"time_entry": sent})] == [tags, tags]
    for it in api("GET", "/time_entries", cast.bob).json():
        assert (it["description"], it["billable"], it["duration"]) == ("All", True, 90)
    refused = api("PUT", path, cast.bob, {"time_entry": {"tags": ["x"], "tag_action": "replace"}})
    assert (refused.status_code, refused.json()) == (404, ["Tag action is invalid"])
    assert api("PUT", f"{path},{1 << 50}", cast.bob, {"time_entry": {"description": "None"}}).status_code == 404
    assert api("DELETE", f"{path},{1 << 50}", cast.bob).status_code == 404
    assert {it["description"] for it in api("GET", "/time_entries", cast.bob).json()} == {"All"}
    assert api("DELETE", path, cast.bob).json() == ids


def test_tags_that_are_added_count_with_those_that_are_there(api: Api, cast: Cast) -> None:
    path = f"/time_entries/{tracked(api, cast.bob, tags=[f'tag {i}' for i in range(49)])['id']}"
    for name, status in (("one more", 200), ("tag 7", 200), ("too many", 404)):
        answer = api("PUT", path, cast.bob, {"time_entry": {"tags": [name], "tag_action": "add"}})
        assert answer.status_code == status
    assert answer.json() == ["Tags are limited to 50 per time entry"]
    assert len(api.data("GET", path, cast.bob)["tags"]) == 50


def test_deleting_again_is_fine_for_entries_alone(api: Api, cast: Cast) -> None:
    for plural, path in _one_of_each(api, cast, "A").items():
        assert api("DELETE", path, cast.ann).status_code == 200
        again = api("DELETE", path, cast.ann)
        if plural == "time_entries":
            assert (again.status_code, again.json()) == (200, [_number(path)])
        else:
            assert (again.status_code, again.text) == (404, "null\n")


def test_lists_are_filtered_by_activity(api: Api, cast: Cast) -> None:
    wid, client = cast.acme.id, made(api, cast.ann, "client", name="A", wid=cast.acme.id)["id"]
    for name, active in (("on", True), ("off", False)):
        made(api, cast.ann, "project", name=name, wid=wid, cid=client, active=active)
        made(api, cast.ann, "task", name=name, pid=cast.private.id, active=active)
    for path, others in (
        (f"/clients/{client}/projects", []),
        (f"/workspaces/{wid}/projects", ["Private", "Public"]),
        (f"/workspaces/{wid}/tasks", []),
        (f"/projects/{cast.private.id}/tasks", []),
    ):
        for query, expected in (
            ("", [*others, "on"]),
            ("?active=true", [*others, "on"]),
            ("?active=false", ["off"]),
            ("?active=both", [*others, "off", "on"]),
        ):
            assert [it["name"] for it in api("GET", path + query, cast.ann).json()] == expected, path + query


def _one_of_each(api: Api, cast: Cast, name: str) -> dict[str, str]:
    """The paths of new things, in the order in which they can be deleted."""
    wid = cast.acme.id
    project = made(api, cast.ann, "project", name=name, wid=wid)["id"]
    task = made(api, cast.ann, "task", name=name, pid=project)["id"]
    return {
        "time_entries": f"/time_entries/{tracked(api, cast.ann, wid=wid)['id']}",
        "tags": f"/tags/{made(api, cast.ann, 'tag', name=name, wid=wid)['id']}",
        "tasks": f"/tasks/{task}",
        "projects": f"/projects/{project}",
        "clients": f"/clients/{made(api, cast.ann, 'client', name=name, wid=wid)['id']}",
    }


def _number(path: str) -> int:
    return int(path.rsplit("/", 1)[1])


def _noun(plural: str) -> str:
    return "time_entry" if plural == "time_entries" else plural[:-1]
