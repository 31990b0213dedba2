"""Promises: time entries and the dashboard."""

from __future__ import annotations

from typing import Any

from tests.conformance.promises import ABSENT, Chapter, Promise, Proof

_MEETING = {
    "description": "Meeting with possible clients",
    "tags": ["billed"],
    "duration": 1200,
    "start": "2013-03-05T07:58:58.000Z",
    "pid": "{project}",
    "tid": "{task}",
    "wid": "{workspace}",
    "billable": True,
    "duronly": True,
    "created_with": "curl",
}
_LEAST: dict[str, Any] = {"start": "2013-03-05T07:58:58Z", "created_with": "curl"}
_NEEDS_SOFTWARE = "created_with needs to be provided an a valid string"
_SHOWN = "id pid wid billable start duration description tags"
_RANGE = "start_date=2013-03-10T15%3A42%3A46%2B02%3A00&end_date=2013-03-12T15%3A42%3A46%2B02%3A00"


def _entry(**members: Any) -> dict[str, Any]:
    return {"time_entry": {**_LEAST, **members}}


TIME_ENTRIES = Chapter(
    "Time entries",
    "chapters/time_entries.md",
    about="time_entry",
    promises=[
        Promise(
            "POST /time_entries",
            {"time_entry": {**_MEETING, "guid": "b1ef"}},
            entity="time_entry",
            shows=_SHOWN,
            takes={
                "created_with": [Proof("POST /time_entries", _entry(created_with=""), refused=_NEEDS_SOFTWARE)],
                "stop": [
                    Proof(
                        "POST /time_entries",
                        _entry(stop="2013-03-05T08:58:58Z"),
                        {"data": {"duration": 3600, "stop": "2013-03-05T08:58:58Z", "billable": False}},
                    )
                ],
            },
            proofs=[
                Proof("POST /time_entries", _entry(pid="{project}"), {"data": {"wid": "{workspace}"}}),
                Proof("POST /time_entries", _entry(tid="{task}"), {"data": {"pid": "{project}"}}),
                Proof("POST /time_entries", {"time_entry": {"created_with": "curl"}}, refused="Start can't be blank"),
            ],
            different={
                "`wid`, `pid` and `tid` may all be left out: the entry is then in the caller's default workspace.": [
                    Proof("POST /time_entries", _entry(duration=60), {"data": {"wid": "{home}"}})
                ],
                "`duration` may be left out: it is then 0, or what `stop` makes it.": [
                    Proof("POST /time_entries", _entry(), {"data": {"duration": 0}})
                ],
                "At most 3,000 characters of description, 50 tags and 999 hours, from 2006 to 2100.": [
                    Proof(
                        "POST /time_entries",
                        _entry(description="x" * 3001),
                        refused="Maximum length for description (3000 chars) exceeded",
                    ),
                    Proof(
                        "POST /time_entries",
                        _entry(tags=[str(number) for number in range(51)]),
                        refused="Tags are limited to 50 per time entry",
                    ),
                    Proof(
                        "POST /time_entries",
                        _entry(duration=999 * 3600 + 1),
                        refused="Max allowed duration per 1 time entry is 999 hours",
                    ),
                    Proof(
                        "POST /time_entries",
                        _entry(start="2005-12-31T23:59:59Z"),
                        refused="Start time year must be between 2006 and 2100",
                    ),
                ],
                "Sending a `guid` again changes the entry that has it, and makes no second one.": [
                    Proof(
                        "POST /time_entries",
                        {"time_entry": {**_MEETING, "guid": "b1ef"}},
                        {"data": {"id": "{meeting}"}},
                    )
                ],
            },
            keeps="meeting",
        ),
        Promise(
            "POST /time_entries/start",
            {"time_entry": {name: value for name, value in _MEETING.items() if name not in ("start", "duration")}},
            {"data": {"duration": -1_700_000_000, "stop": ABSENT}},
            entity="time_entry",
            shows=_SHOWN,
            takes={
                "created_with": [Proof("POST /time_entries/start", {"time_entry": {}}, refused=_NEEDS_SOFTWARE)],
            },
            different={
                "A `start` that is sent is ignored: the clock is the server's.": [
                    Proof(
                        "POST /time_entries/start",
                        _entry(pid="{project}", description="On and on", tags=["billed"]),
                        {"data": {"start": "2023-11-14T22:13:20Z"}},
                        keeps="running",
                    )
                ],
                "Whatever else is running stops.": [
                    Proof("GET /time_entries/current", answer={"data": {"id": "{running}"}})
                ],
            },
        ),
        Promise(
            "GET /time_entries/current",
            answer={"data": {"id": "{running}", "duration": -1_700_000_000, "stop": ABSENT}},
            entity="time_entry",
            shows=f"{_SHOWN} at",
            different={
                "Nothing runs: a null.": [Proof("GET /time_entries/current", answer={"data": None}, by="bob")],
            },
        ),
        Promise(
            "PUT /time_entries/{running}/stop",
            answer={"data": {"duration": 60, "stop": "2023-11-14T22:14:20Z"}},
            seconds_later=60,
            entity="time_entry",
            shows=_SHOWN,
            different={
                "One that has stopped is answered as it is.": [
                    Proof("PUT /time_entries/{running}/stop", answer={"data": {"duration": 60}}, seconds_later=60)
                ]
            },
        ),
        Promise(
            "GET /time_entries/{meeting}",
            entity="time_entry",
            shows=f"{_SHOWN} tid stop at",
            different={
                "An unknown one is 200 and a null; a deleted one of one's own has `server_deleted_at`: as clients of "
                "the original know it.": [
                    Proof("GET /time_entries/{meeting}", answer={"data": None}, by="eve"),
                    Proof("DELETE /time_entries/{running}"),
                    Proof("GET /time_entries/{running}", answer={"data": {"server_deleted_at": ...}}),
                ]
            },
        ),
        Promise(
            "PUT /time_entries/{meeting}",
            {
                "time_entry": {
                    "description": "Meeting with likely clients",
                    "duration": 1240,
                    "start": "2013-03-05T09:58:58.000Z",
                    "stop": "2013-03-05T10:58:58.000Z",
                    "duronly": False,
                    "pid": "{public}",
                    "billable": False,
                    "tags": [""],
                }
            },
            {"data": {"tags": ABSENT, "tid": ABSENT}},
            entity="time_entry",
            shows="id pid wid billable start stop duration description at",
            takes={
                "tags": [
                    Proof("PUT /time_entries/{meeting}", {"time_entry": {"tags": ["a"]}}, {"data": {"tags": ["a"]}})
                ],
                "tid": [
                    Proof(
                        "PUT /time_entries/{meeting}", {"time_entry": {"tid": "{task}"}}, {"data": {"pid": "{project}"}}
                    )
                ],
            },
            narrower={
                "An entry moves only to a workspace of the same creator, because its id says where it is stored.": [
                    Proof("POST /time_entries", _entry(wid="{workspace}", duration=60), by="bob", keeps="bobs"),
                    Proof(
                        "PUT /time_entries/{bobs}",
                        {"time_entry": {"wid": "{bobs home}"}},
                        by="bob",
                        refused="wid is invalid",
                    ),
                ]
            },
            different={
                "An admin may do this to the entries of others in the workspace.": [
                    Proof(
                        "PUT /time_entries/{bobs}", {"time_entry": {"description": "Seen"}}, {"data": {"uid": "{bob}"}}
                    )
                ],
            },
        ),
        Promise(
            "DELETE /time_entries/{running}",
            answer=["{running}"],
            proofs=[
                Proof("DELETE /time_entries/{running}"),
                Proof("DELETE /time_entries/{meeting}", by="eve", status=404),
                Proof("GET /time_entries/current", answer={"data": None}),
                Proof(
                    "POST /time_entries", {"time_entry": {**_MEETING, "start": "2013-03-11T11:36:00Z"}}, keeps="early"
                ),
                Proof("POST /time_entries", _entry(start="2013-03-12T10:32:43Z", duration=60), keeps="late"),
            ],
        ),
        Promise(
            f"GET /time_entries?{_RANGE}",
            answer=[{"id": "{early}"}, {"id": "{late}"}],
            entity="time_entry",
            shows=f"{_SHOWN} stop at",
            takes={
                "start_date": [Proof(f"GET /time_entries?{_RANGE.replace('-10T', '-12T')}", answer=[])],
                "end_date": [Proof(f"GET /time_entries?{_RANGE.replace('-12T', '-11T')}", answer=[{"id": "{early}"}])],
            },
            proofs=[
                Proof("POST /time_entries", _entry(start="2023-11-05T23:00:00Z", duration=60), keeps="nine days"),
                Proof("POST /time_entries", _entry(start="2023-11-05T22:00:00Z", duration=60)),
                Proof("GET /time_entries", answer=[{"id": "{nine days}"}, {"id": "{recent}"}, ...]),
            ],
            narrower={
                "Dates are RFC 3339 with seconds and an offset; of ISO 8601 nothing else is read.": [
                    Proof("GET /time_entries?start_date=2013-03-10", answer="Invalid start date\n", status=400)
                ]
            },
            different={
                "One date alone: the other is 9 days ago, or now.": [
                    Proof("GET /time_entries?start_date=2023-11-14T00:00:00Z", answer=[{"id": "{recent}"}, ...])
                ],
                "Only one's own are listed, for admins too.": [
                    Proof("POST /time_entries/start", _entry(wid="{workspace}"), by="bob"),
                    Proof("GET /time_entries?start_date=2023-11-14T00:00:00Z", answer=[{"id": "{recent}"}, ...]),
                ],
            },
        ),
        Promise(
            "PUT /time_entries/{early},{late}",
            {"time_entry": {"tags": ["billed", "productive"]}},
            entity="time_entry",
            shows=f"{_SHOWN} guid stop duronly at",
            takes={
                "tag_action": [
                    Proof(
                        "PUT /time_entries/{early},{late}",
                        {"time_entry": {"tags": ["billed"], "tag_action": "remove"}},
                        {"data": [{"tags": ["productive"]}, {"tags": ["productive"]}]},
                    ),
                    Proof(
                        "PUT /time_entries/{early},{late}",
                        {"time_entry": {"tags": ["new"], "tag_action": "add"}},
                        {"data": [{"tags": ["new", "productive"]}, {"tags": ["new", "productive"]}]},
                    ),
                ]
            },
            different={
                "Any other member may be changed so too. At most 200 entries, all or none.": [
                    Proof(
                        "PUT /time_entries/{early},{late}",
                        {"time_entry": {"description": "Both"}},
                        {"data": [{"description": "Both"}, {"description": "Both"}]},
                    ),
                    Proof("PUT /time_entries/{early},9", {"time_entry": {"description": "One"}}, status=404),
                    Proof("GET /time_entries/{early}", answer={"data": {"description": "Both"}}),
                    Proof(
                        f"PUT /time_entries/{','.join(map(str, range(1, 202)))}",
                        {"time_entry": {"description": "Many"}},
                        status=400,
                    ),
                ]
            },
        ),
    ],
)

DASHBOARD = Chapter(
    "Dashboard",
    "chapters/dashboard.md",
    [
        Promise(
            "GET /dashboard/{workspace}",
            answer={
                "most_active_user": [{"user_id": "{user}", "duration": 14400}],
                "activity": [
                    {
                        "user_id": "{user}",
                        "project_id": "{project}",
                        "duration": 14400,
                        "description": "Best work so far",
                        "stop": "2023-11-14T14:00:00Z",
                        "tid": "{task}",
                    }
                ],
            },
            shows="most_active_user.user_id most_active_user.duration activity.user_id activity.project_id"
            " activity.duration activity.description activity.stop activity.tid",
            narrower={
                "Others' entries in projects that the caller cannot see are left out; the sums count them.": [
                    Proof(
                        "GET /dashboard/{workspace}",
                        by="bob",
                        answer={
                            "activity": [],
                            "most_active_user": [{"duration": 14400}],
                        },
                    )
                ],
            },
            different={
                "`stop` and `tid` are null where the documentation has no such member: so clients know it.": [
                    Proof("POST /time_entries/start", _entry(wid="{workspace}")),
                    Proof(
                        "GET /dashboard/{workspace}",
                        answer={
                            "activity": [
                                {"duration": -1_700_000_000, "stop": None, "tid": None, "description": ABSENT},
                                ...,
                            ]
                        },
                    ),
                ],
                "For admins alone where the workspace says so.": [
                    Proof("PUT /workspaces/{workspace}", {"workspace": {"only_admins_see_team_dashboard": True}}),
                    Proof("GET /dashboard/{workspace}", by="bob", status=403),
                ],
            },
        ),
    ],
)
