"""A day's work with togglwrapper: every call it has. Runs with its Python: the server's address, then a token."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from requests import HTTPError
from togglwrapper import Toggl  # type: ignore[import-not-found]
from togglwrapper.exceptions import AuthError  # type: ignore[import-not-found]


def refused(call: Callable[[], object]) -> int:
    """The status of a call that must fail."""
    try:
        call()
    except HTTPError as error:
        return error.response.status_code if error.response is not None else 0
    raise AssertionError("it was not refused")


def look_around(toggl: Any) -> int:
    """The workspace."""
    me = toggl.User.get(related_data=True, since=1)
    assert me["data"]["fullname"] == "Ann"
    assert toggl.User.update({"user": {"fullname": "Ann Arbor"}})["data"]["fullname"] == "Ann Arbor"
    [workspace] = toggl.Workspaces.get()
    wid = int(workspace["id"])
    assert toggl.Workspaces.get(wid)["data"]["name"] == workspace["name"]
    renamed = toggl.Workspaces.update(wid, data={"workspace": {"default_currency": "EUR"}})
    assert renamed["data"]["default_currency"] == "EUR"
    # The library forgets a slash.
    assert refused(lambda: toggl.Dashboard.get(wid)) == 404
    return wid


def set_up_project(toggl: Any, wid: int) -> tuple[int, int]:
    """A client, a project of it, and a task."""
    client = toggl.Clients.create({"client": {"name": "Customer", "wid": wid}})["data"]
    assert toggl.Clients.update(client["id"], data={"client": {"notes": "Call"}})["data"]["notes"] == "Call"
    assert toggl.Clients.get(client["id"])["data"]["name"] == "Customer"
    project = toggl.Projects.create({"project": {"name": "Site", "wid": wid, "cid": client["id"]}})["data"]
    assert toggl.Projects.get(project["id"])["data"]["cid"] == client["id"]
    assert toggl.Projects.update(project["id"], data={"project": {"billable": True}})["data"]["billable"] is True
    for active, found in ((True, 1), ("both", 1), (False, 0)):
        assert len(toggl.Clients.get_projects(client["id"], active) or ()) == found
    task = toggl.Tasks.create({"task": {"name": "Draw", "pid": project["id"]}})["data"]
    assert toggl.Tasks.get(task["id"])["data"]["name"] == "Draw"
    assert toggl.Tasks.update(task["id"], data={"task": {"active": False}})["data"]["active"] is False
    assert not toggl.Tasks.get_for_project(project["id"])
    [mate] = toggl.ProjectUsers.get_for_project(project["id"])
    assert toggl.ProjectUsers.update(mate["id"], data={"project_user": {"rate": 5}})["data"]["rate"] == 5
    return int(project["id"]), int(task["id"])


def track(toggl: Any, pid: int) -> None:
    """Entries, tagged and untagged, alone and together."""
    sent = {"created_with": "togglwrapper", "description": "Sketch", "pid": pid}
    running = toggl.TimeEntries.start({"time_entry": sent})["data"]
    assert toggl.TimeEntries.get_current()["data"]["id"] == running["id"]
    assert toggl.TimeEntries.stop(running["id"])["data"]["duration"] >= 0
    assert toggl.TimeEntries.get_current()["data"] is None
    earlier = {**sent, "start": "2024-03-04T09:00:00+02:00", "duration": 3600}
    entry = toggl.TimeEntries.create({"time_entry": earlier})["data"]
    both = [running["id"], entry["id"]]
    tagged = toggl.TimeEntries.update(ids=both, data={"time_entry": {"tags": ["deep"], "tag_action": "add"}})["data"]
    assert [it["tags"] for it in tagged] == [["deep"], ["deep"]]
    changed = toggl.TimeEntries.update(entry["id"], data={"time_entry": {"description": "Plan"}})["data"]
    assert changed["description"] == toggl.TimeEntries.get(entry["id"])["data"]["description"] == "Plan"
    assert [it["id"] for it in toggl.TimeEntries.get()] == [running["id"]]
    day = {"start_date": "2024-03-04T00:00:00+02:00", "end_date": "2024-03-05T00:00:00+02:00"}
    assert [it["id"] for it in toggl.TimeEntries.get(**day)] == [entry["id"]]
    assert toggl.TimeEntries.delete(ids=both).status_code == 200
    assert not toggl.TimeEntries.get(**day)


def lead(toggl: Any, wid: int) -> None:
    """Who is in the workspace, and who is to come."""
    invited = toggl.Workspaces.invite(wid, {"emails": ["dan@example.org", "nonsense"]})
    assert ([it["email"] for it in invited["data"]], len(invited["notifications"])) == (["dan@example.org"], 1)
    ann, dan = toggl.Workspaces.get_workspace_users(wid)
    assert (ann["admin"], dan["active"], dan["invite_url"]) == (True, False, invited["data"][0]["invite_url"])
    made_admin = toggl.WorkspaceUsers.update(dan["id"], data={"workspace_user": {"admin": True}})
    assert made_admin["data"]["admin"] is True
    assert toggl.WorkspaceUsers.delete(dan["id"]).status_code == 200
    assert [it["fullname"] for it in toggl.Workspaces.get_users(wid)] == ["Ann Arbor"]


def tidy_up(toggl: Any, wid: int, pid: int, tid: int) -> None:
    """Lists, and what there is no more."""
    [tag] = toggl.Workspaces.get_tags(wid)
    assert toggl.Tags.update(tag["id"], data={"tag": {"name": "shallow"}})["data"]["name"] == "shallow"
    assert toggl.Tags.create({"tag": {"name": "new", "wid": wid}})["data"]["wid"] == wid
    assert toggl.Tags.delete(tag["id"]).status_code == 200
    assert toggl.Tasks.delete(tid).status_code == 200
    assert not toggl.Workspaces.get_tasks(wid)
    assert [it["id"] for it in toggl.Workspaces.get_projects(wid)] == [pid]
    assert toggl.Projects.delete(pid).status_code == 200
    [client] = toggl.Workspaces.get_clients(wid)
    assert toggl.Clients.delete(client["id"]).status_code == 200
    assert refused(lambda: toggl.Clients.get(client["id"])) == 404


def change_token(base: str, toggl: Any, token: str) -> None:
    """A new token works, the old one does not; and somebody signs up."""
    signed_up = toggl.signups({"user": {"email": "eve@example.org", "password": "battery staple"}})["data"]
    assert signed_up["email"] == "eve@example.org"
    fresh = toggl.reset_token()
    assert Toggl(fresh, f"{base}/api").User.get()["data"]["api_token"] == fresh != token
    try:
        toggl.User.get()
    except AuthError:
        return
    raise AssertionError("the old token works")


def main(base: str, token: str, *_: str) -> None:
    toggl = Toggl(token, f"{base}/api")
    wid = look_around(toggl)
    pid, tid = set_up_project(toggl, wid)
    track(toggl, pid)
    lead(toggl, wid)
    tidy_up(toggl, wid, pid, tid)
    change_token(base, toggl, token)


if __name__ == "__main__":
    main(*sys.argv[1:])
