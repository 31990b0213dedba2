"""A day's work with TogglPy. Runs with its Python: the server's address, then a token, an e-mail, a password."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from toggl.TogglPy import Endpoints, Toggl  # type: ignore[import-not-found]

_ORIGINAL = "https://api.track.toggl.com"


def point_at(base: str) -> None:
    """Have the library call a server of our own. Its addresses are constants, so they are replaced in place."""
    for name, value in list(vars(Endpoints).items()):
        if isinstance(value, str) and value.startswith(_ORIGINAL):
            setattr(Endpoints, name, base + value.removeprefix(_ORIGINAL))
    Endpoints.STOP_TIME = staticmethod(lambda entry_id: f"{base}/api/v8/time_entries/{entry_id}/stop")


def refused(call: Callable[[], object]) -> int:
    """The status of a call that must fail."""
    try:
        call()
    except HTTPError as error:
        error.close()
        return error.code
    raise AssertionError("it was not refused")


def look_around(toggl: Any) -> int:
    """The workspace."""
    [workspace] = toggl.getWorkspaces()
    assert workspace["name"] == "Ann's workspace"
    assert workspace["admin"] is True
    assert toggl.getWorkspace(name="Ann's workspace") == toggl.getWorkspace(id=workspace["id"]) == workspace
    assert not toggl.getClients()
    assert not toggl.getWorkspaceProjects(workspace["id"])
    return int(workspace["id"])


def set_up_projects(toggl: Any, wid: int) -> tuple[int, int]:
    """A client and a project of it, with two tasks."""
    client = toggl.createClient("Customer", wid, notes="Call first")["data"]
    assert (client["name"], client["notes"], client["wid"]) == ("Customer", "Call first", wid)
    # What is not said stays, although the library sends it as null.
    assert toggl.updateClient(client["id"], name="Customer 2")["data"]["notes"] == "Call first"
    assert toggl.updateClient(client["id"], notes="Write first")["data"]["name"] == "Customer 2"
    assert toggl.getClient(name="Customer 2") == toggl.getClient(id=client["id"])
    sent = {"project": {"name": "Site", "wid": wid, "cid": client["id"]}}
    project = toggl.decodeJSON(toggl.postRequest(Endpoints.PROJECTS, parameters=sent))["data"]
    assert toggl.getProject(project["id"])["data"]["name"] == "Site"
    assert [found["id"] for found in toggl.getWorkspaceProjects(wid)] == [project["id"]]
    assert [found["id"] for found in toggl.getClientProjects(client["id"])] == [project["id"]]
    assert not toggl.getClientProjects(client["id"], "false")
    assert toggl.searchClientProject("Site")["id"] == project["id"]
    assert toggl.getClientProject("Customer 2", "Site")["data"]["id"] == project["id"]
    assert toggl.createTask("Plan", project["id"])["data"]["estimated_seconds"] == 0
    assert toggl.createTask("Build", project["id"], estimatedSeconds=3600)["data"]["estimated_seconds"] == 3600
    assert [task["name"] for task in toggl.getProjectTasks(project["id"])] == ["Build", "Plan"]
    return client["id"], project["id"]


def track(toggl: Any, pid: int) -> None:
    """Add, start, edit, stop, list and delete."""
    added = toggl.createTimeEntry(2, "Design", projectid=pid, year=2024, month=5, day=2, hour=12)["data"]
    assert (added["start"], added["duration"], added["pid"]) == ("2024-05-02T10:00:00.000Z", 7200, pid)
    by_name = toggl.createTimeEntry(
        1, "Review", projectname="Site", clientname="Customer 2", year=2024, month=5, day=2, hour=20, billable=True
    )["data"]
    assert (by_name["pid"], by_name["billable"]) == (pid, True)
    assert toggl.currentRunningTimeEntry()["data"] is None
    started = toggl.startTimeEntry("Talk", pid)["data"]
    assert toggl.currentRunningTimeEntry()["data"] == started
    edited = toggl.putTimeEntry({**started, "description": "Talk to Bob", "tags": ["phone"]})["data"]
    assert (edited["description"], edited["tags"], edited["duration"]) == (
        "Talk to Bob",
        ["phone"],
        started["duration"],
    )
    stopped = toggl.stopTimeEntry(started["id"])["data"]
    assert stopped["duration"] >= 0
    assert toggl.stopTimeEntry(started["id"])["data"] == stopped
    bounds = {"start_date": "2024-05-01T00:00:00+00:00", "end_date": datetime.now(UTC).isoformat(timespec="seconds")}
    listed = toggl.request(Endpoints.TIME_ENTRIES, bounds)
    assert [entry["id"] for entry in listed] == [added["id"], by_name["id"], started["id"]]
    assert toggl.postRequest(f"{Endpoints.TIME_ENTRIES}/{started['id']}", method="DELETE") == 200
    assert [entry["id"] for entry in toggl.request(Endpoints.TIME_ENTRIES, bounds)] == [added["id"], by_name["id"]]


def report(toggl: Any, wid: int, pid: int) -> None:
    """Its reports: as objects, as CSV, as PDF."""
    asked = {"workspace_id": wid, "user_agent": "tests", "since": "2024-05-01", "until": "2024-05-31"}
    detailed = toggl.getDetailedReport(dict(asked))
    assert (detailed["total_grand"], detailed["total_count"], detailed["per_page"]) == (10_800_000, 2, 50)
    [review, design] = detailed["data"]
    assert (review["description"], review["start"], review["dur"]) == ("Review", "2024-05-02T21:00:00+03:00", 3_600_000)
    assert (design["pid"], design["project"], design["client"]) == (pid, "Site", "Customer 2")
    assert toggl.getDetailedReportPages(dict(asked))["data"] == detailed["data"]
    summary = toggl.getSummaryReport({**asked, "grouping": "clients", "subgrouping": "projects"})
    [group] = summary["data"]
    assert (group["title"], group["time"], group["items"][0]["title"]["project"]) == (
        {"client": "Customer 2"},
        10_800_000,
        "Site",
    )
    weekly = toggl.getWeeklyReport({**asked, "since": "2024-04-29"})
    assert weekly["week_totals"] == [None, None, None, 10_800_000, None, None, None, 10_800_000]
    assert toggl.getDetailedReportCSV(dict(asked)).decode("utf-8-sig").splitlines()[0].startswith("User,Email,Client")
    toggl.getDetailedReportCSV(dict(asked), "detailed.csv")
    assert len(Path("detailed.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    for save in (toggl.getDetailedReportPDF, toggl.getSummaryReportPDF, toggl.getWeeklyReportPDF):
        save({**asked, "since": "2024-04-29"}, "report.pdf")
        assert Path("report.pdf").read_bytes().startswith(b"%PDF-")
    assert refused(lambda: toggl.getSummaryReport({**asked, "since": "yesterday"})) == 400
    assert refused(lambda: toggl.getSummaryReport({**asked, "workspace_id": 4096})) == 403


def main(base: str, token: str, email: str, password: str) -> None:
    point_at(base)
    toggl = Toggl()
    toggl.setAPIKey(token)
    wid = look_around(toggl)
    cid, pid = set_up_projects(toggl, wid)
    track(toggl, pid)
    report(toggl, wid, pid)
    assert toggl.deleteClient(cid) == 200
    assert refused(lambda: toggl.deleteClient(cid)) == 404
    assert "cid" not in toggl.getProject(pid)["data"]
    toggl.setAuthCredentials(email, password)
    assert toggl.getWorkspace(id=wid) is not None
    toggl.setAuthCredentials(email, "wrong")
    assert refused(toggl.getWorkspaces) == 403


main(*sys.argv[1:])
