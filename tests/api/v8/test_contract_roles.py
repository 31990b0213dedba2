"""Contract §6: strangers, members, project managers, admins, the owner."""

from __future__ import annotations

from typing import Any

from hourhand.core import members
from hourhand.db import Database
from tests.api.conftest import Api
from tests.api.v8.sending import entry, log_in, made, tracked
from tests.cast import Cast, Person


def test_a_stranger_finds_nothing(api: Api, cast: Cast) -> None:
    """Whether they were never here or have left, and whichever way they come."""
    things = _things(api, cast)
    for person in (cast.eve, cast.dan):
        for request, body in things:
            method, path = request.split(" ")
            for headers in (person.header, log_in(api, person)):
                answer = api(method, path, None, body, headers=headers)
                hidden = (200, {"data": None}) if method == "GET" and path.startswith("/time_entries") else None
                if hidden:
                    assert (answer.status_code, answer.json()) == hidden
                else:
                    assert answer.status_code == 404, request
        assert api("GET", "/clients", person).text == "[]"
        related = api.data("GET", "/me?with_related_data=true&since=1", person)
        assert not any(related[kind] for kind in ("clients", "projects", "tags", "tasks", "time_entries"))


def test_a_member_makes_clients_tags_and_private_projects(api: Api, cast: Cast) -> None:
    wid = cast.acme.id
    made(api, cast.bob, "client", name="C", wid=wid)
    made(api, cast.bob, "tag", name="T", wid=wid)
    mine = made(api, cast.bob, "project", name="P", wid=wid)
    assert mine["is_private"] is True
    public = {"project": {"name": "Q", "wid": wid, "is_private": False}}
    assert api("POST", "/projects", cast.bob, public).json() == ["Only admins can change project visibility"]
    assert api.data("POST", "/projects", cast.ann, public)["is_private"] is False
    assert api("GET", f"/projects/{mine['id']}", cast.cleo).status_code == 404
    assert api("GET", f"/projects/{mine['id']}", cast.ann).status_code == 200


def test_a_workspace_may_leave_projects_to_its_admins(api: Api, cast: Cast) -> None:
    wid = cast.acme.id
    api.data("PUT", f"/workspaces/{wid}", cast.ann, {"workspace": {"only_admins_may_create_projects": True}})
    sent = {"project": {"name": "P", "wid": wid}}
    refused = api("POST", "/projects", cast.bob, sent)
    assert (refused.status_code, refused.json()) == (404, ["User cannot add or edit projects in workspace"])
    assert api("POST", "/projects", cast.ann, sent).status_code == 200


def test_a_manager_runs_the_project_and_not_the_workspace(api: Api, cast: Cast) -> None:
    path = f"/projects/{cast.private.id}"
    changed = api.data("PUT", path, cast.cleo, {"project": {"rate": 9.5, "name": "Mine", "active": False}})
    assert (changed["rate"], changed["name"], changed["active"]) == (9.5, "Mine", False)
    task = made(api, cast.cleo, "task", name="T", pid=cast.private.id)["id"]
    assert api("DELETE", f"/tasks/{task}", cast.cleo).status_code == 200
    for request, body in (
        (f"PUT /projects/{cast.public.id}", {"project": {"name": "Mine"}}),
        (f"DELETE /projects/{cast.public.id}", None),
        (f"PUT /workspaces/{cast.acme.id}", {"workspace": {"name": "Mine"}}),
    ):
        method, target = request.split(" ")
        refused = api(method, target, cast.cleo, body)
        assert (refused.status_code, refused.text) == (403, "")
    assert api("DELETE", path, cast.cleo).status_code == 200


def test_an_admin_may_do_everything_in_the_workspace(api: Api, cast: Cast, database: Database) -> None:
    _make_admin(database, cast, cast.cleo)
    pid = made(api, cast.bob, "project", name="Bobs", wid=cast.acme.id)["id"]
    assert api.data("PUT", f"/projects/{pid}", cast.cleo, {"project": {"is_private": False}})["is_private"] is False
    number = tracked(api, cast.bob, pid=pid)["id"]
    assert api.data("PUT", f"/time_entries/{number}", cast.cleo, entry(description="x"))["description"] == "x"
    workspace = api.data("PUT", f"/workspaces/{cast.acme.id}", cast.cleo, {"workspace": {"name": "Ours"}})
    assert (workspace["name"], workspace["admin"], "api_token" in workspace) == ("Ours", True, True)
    assert api("DELETE", f"/time_entries/{number}", cast.cleo).status_code == 200
    assert api("DELETE", f"/projects/{pid}", cast.cleo).status_code == 200
    assert api("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.cleo).status_code == 200


def test_rates_may_be_kept_from_members_everywhere(api: Api, cast: Cast) -> None:
    wid, pid = cast.acme.id, cast.public.id
    api.data("PUT", f"/projects/{pid}", cast.ann, {"project": {"rate": 98765.43, "currency": "EUR"}})
    hiding = {"only_admins_see_billable_rates": True, "default_hourly_rate": 98765.43}
    api.data("PUT", f"/workspaces/{wid}", cast.ann, {"workspace": hiding})
    for person, seen in ((cast.ann, True), (cast.bob, False)):
        for path in (
            f"/projects/{pid}",
            f"/workspaces/{wid}",
            f"/workspaces/{wid}/projects",
            "/workspaces",
            "/me",
            "/me?with_related_data=true",
        ):
            assert ("98765.43" in api("GET", path, person).text) is seen, path


def test_who_leaves_keeps_nothing_and_the_owner_stays(api: Api, recorded: Api, cast: Cast) -> None:
    number = tracked(api, cast.bob, wid=cast.acme.id)["id"]
    refused = recorded("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.ann)
    assert (refused.status_code, refused.text) == (403, "The owner cannot leave the workspace\n")
    left = api("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.bob)
    assert (left.status_code, left.text) == (200, "null\n")
    assert api("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.bob).status_code == 404
    assert api.data("GET", f"/time_entries/{number}", cast.bob) is None
    assert api.data("GET", f"/time_entries/{number}", cast.ann)["uid"] == cast.bob.id
    assert [it["id"] for it in api("GET", "/workspaces", cast.bob).json()] == [cast.bob.home]


def _things(api: Api, cast: Cast) -> list[tuple[str, dict[str, Any] | None]]:
    """Requests that reach for the things of Acme."""
    wid, pid = cast.acme.id, cast.public.id
    client = made(api, cast.ann, "client", name="C", wid=wid)["id"]
    tag = made(api, cast.ann, "tag", name="T", wid=wid)["id"]
    task = made(api, cast.ann, "task", name="T", pid=pid)["id"]
    group = made(api, cast.ann, "group", name="G", wid=wid)["id"]
    user = api("GET", f"/workspaces/{wid}/workspace_users", cast.ann).json()[1]["id"]
    number = tracked(api, cast.ann, wid=wid)["id"]
    name = {"name": "x"}
    return [
        *((f"GET {path}", None) for path in (f"/workspaces/{wid}", f"/clients/{client}", f"/projects/{pid}")),
        *((f"GET /workspaces/{wid}/{plural}", None) for plural in ("clients", "projects", "tags", "tasks")),
        *((f"GET /workspaces/{wid}/{plural}", None) for plural in ("groups", "users", "workspace_users")),
        *((f"GET {path}", None) for path in (f"/clients/{client}/projects", f"/projects/{pid}/tasks")),
        *((f"GET {path}", None) for path in (f"/tasks/{task}", f"/time_entries/{number}")),
        (f"PUT /workspaces/{wid}", {"workspace": name}),
        (f"PUT /clients/{client}", {"client": name}),
        (f"PUT /groups/{group}", {"group": name}),
        (f"PUT /workspace_users/{user}", {"workspace_user": {"admin": True}}),
        *((f"DELETE {path}", None) for path in (f"/groups/{group}", f"/workspace_users/{user}")),
        (f"PUT /projects/{pid}", {"project": name}),
        (f"PUT /tags/{tag}", {"tag": name}),
        (f"PUT /tasks/{task}", {"task": name}),
        (f"PUT /time_entries/{number}", entry(description="x")),
        (f"PUT /time_entries/{number}/stop", None),
        *((f"POST /{noun}s", {noun: {**name, "wid": wid}}) for noun in ("client", "group", "project", "tag")),
        ("POST /tasks", {"task": {**name, "pid": pid}}),
        *(("POST /time_entries/start", entry(**place)) for place in ({"wid": wid}, {"pid": pid}, {"tid": task})),
        *((f"DELETE {path}", None) for path in (f"/clients/{client}", f"/projects/{pid}", f"/tags/{tag}")),
        *((f"DELETE {path}", None) for path in (f"/tasks/{task}", f"/time_entries/{number}")),
        (f"DELETE /workspaces/{wid}/leave", None),
    ]


def _make_admin(database: Database, cast: Cast, person: Person) -> None:
    def change(tx: Any) -> None:
        members.remove(tx, cast.ann.at(tx), members.current(tx, person.at(tx), cast.acme.id))
        members.join(tx, cast.ann.at(tx), cast.acme.id, person.id, "admin")

    database.write_now(change)
