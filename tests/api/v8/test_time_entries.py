"""`/time_entries` on the wire: member order, echoes, refusals, ranges."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock

START = "2023-11-14T09:00:00+02:00"


def entry(**members: object) -> dict[str, object]:
    return {"time_entry": {"created_with": "tests", **members}}


def test_creating_answers_every_member_in_order(api: Api, cast: Cast) -> None:
    sent = entry(wid=cast.acme.id, pid=cast.public.id, start=START, duration=1200, description="Work", tags=["b", "a"])
    out = api.data("POST", "/time_entries", cast.ann, sent)
    assert list(out) == [
        *("id", "guid", "wid", "pid", "billable", "start", "stop", "duration", "description", "tags", "duronly"),
        *("at", "uid"),
    ]
    assert (out["start"], out["stop"]) == (START, "2023-11-14T07:20:00+00:00")
    assert out["tags"] == ["a", "b"]
    got = api.data("GET", f"/time_entries/{out['id']}", cast.ann)
    assert got == {**out, "start": "2023-11-14T07:00:00+00:00"}


def test_a_reckoned_stop_ends_in_z_in_the_recorded_mode(recorded: Api, cast: Cast) -> None:
    out = recorded.data("POST", "/time_entries", cast.ann, entry(start=START, duration=1200))
    assert (out["start"], out["stop"]) == (START, "2023-11-14T07:20:00Z")


def test_a_day_of_tracking(api: Api, cast: Cast, clock: Clock) -> None:
    started = api.data("POST", "/time_entries/start", cast.bob, entry(description="Morning"))
    assert started["duration"] == -int(clock.now)
    assert "stop" not in started
    assert api.data("GET", "/time_entries/current", cast.bob) == started
    clock.advance(3600)
    stopped = api.data("PUT", f"/time_entries/{started['id']}/stop", cast.bob)
    assert stopped["duration"] == 3600
    assert api.data("GET", "/time_entries/current", cast.bob) is None
    edited = api.data("PUT", f"/time_entries/{started['id']}", cast.bob, entry(description="Afternoon", duration=60))
    assert (edited["description"], edited["duration"]) == ("Afternoon", 60)
    assert [listed["id"] for listed in api("GET", "/time_entries", cast.bob).json()] == [started["id"]]
    assert api("DELETE", f"/time_entries/{started['id']}", cast.bob).json() == [started["id"]]
    assert api("DELETE", f"/time_entries/{started['id']}", cast.bob).status_code == 200
    assert "server_deleted_at" in api.data("GET", f"/time_entries/{started['id']}", cast.bob)
    assert api("GET", "/time_entries", cast.bob).text == "[]"


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (b'{"time_entry":{"description":"x","created_with":"api"}}', ["Start can't be blank"]),
        (b"{}", ["time_entry can't be blank"]),
        (b'{"time_entry":null}', ["time_entry can't be blank"]),
        (
            b'{"time_entry":{"start":"2023-11-14T09:00:00Z","duration":1}}',
            ["created_with needs to be provided an a valid string"],
        ),
        (
            b'{"time_entry":{"start":"2023-11-14T09:00:00Z","stop":"2023-11-14T08:00:00Z","created_with":7}}',
            ["created_with needs to be provided an a valid string", "Stop time must be after start time"],
        ),
        (
            b'{"time_entry":{"start":"2005-11-14T09:00:00Z","duration":3600000,"created_with":"api"}}',
            [
                "Start time year must be between 2006 and 2100",
                "Max allowed duration per 1 time entry is 999 hours",
            ],
        ),
    ],
)
def test_a_failed_create_is_said_as_the_mode_says(
    api: Api, recorded: Api, cast: Cast, body: bytes, messages: list[str]
) -> None:
    documented = api("POST", "/time_entries", cast.bob, content=body)
    assert (documented.status_code, documented.json()) == (404, messages)
    plain = recorded("POST", "/time_entries", cast.bob, content=body)
    assert (plain.status_code, plain.text) == (400, messages[0] + "\n")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"time_entry":{"wid":"x"}}', b"\xff", b'{"time_entry":"' + b"\\ud800" + b'"}']
)
def test_what_is_no_json_is_refused(api: Api, recorded: Api, cast: Cast, body: bytes) -> None:
    assert api("POST", "/time_entries", cast.bob, content=body).status_code == 404
    assert recorded("POST", "/time_entries", cast.bob, content=body).status_code == 400


def test_a_form_is_a_missing_wrapper(api: Api, cast: Cast) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = api("POST", "/time_entries", cast.bob, content=b"time_entry=1", headers=form)
    assert answer.json() == ["time_entry can't be blank"]


def test_numbers_and_flags_may_be_strings(api: Api, cast: Cast) -> None:
    sent = entry(
        wid=str(cast.acme.id), start=START, duration="60", billable="true", id=0, pid=None, tid=None, tags=None
    )
    out = api.data("POST", "/time_entries", cast.bob, sent)
    assert (out["wid"], out["duration"], out["billable"]) == (cast.acme.id, 60, True)


def test_foreign_and_missing_places_are_refused_alike(api: Api, cast: Cast) -> None:
    missing = cast.acme.id + (1 << 40)
    for wid in (cast.acme.id, missing):
        answer = api("POST", "/time_entries", cast.eve, entry(wid=wid, start=START, duration=1))
        assert answer.json() == [f"User {cast.eve.id} cannot access workspace {wid}"]
    for pid in (cast.private.id, missing):
        answer = api("POST", "/time_entries", cast.bob, entry(pid=pid, start=START, duration=1))
        assert answer.json() == ["User cannot access the selected project"]


def test_an_unknown_entry_reads_as_null_and_does_not_change(api: Api, recorded: Api, cast: Cast) -> None:
    anns = api.data("POST", "/time_entries", cast.ann, entry(start=START, duration=1))["id"]
    for entry_id in (anns, anns + (1 << 40)):
        assert api("GET", f"/time_entries/{entry_id}", cast.eve).json() == {"data": None}
        assert api("DELETE", f"/time_entries/{entry_id}", cast.eve).text == "null\n"
        refused = api("PUT", f"/time_entries/{entry_id}", cast.eve, entry(description="x"))
        assert (refused.status_code, refused.json()) == (404, ["Time entry not found/no access to it"])
        plain = recorded("PUT", f"/time_entries/{entry_id}/stop", cast.eve)
        assert (plain.status_code, plain.json()) == (404, "Time entry not found/no access to it")


def test_the_range_is_strict(api: Api, cast: Cast) -> None:
    api.data("POST", "/time_entries", cast.bob, entry(start=START, duration=1))

    def listed(**params: str) -> object:
        answer = api("GET", "/time_entries", cast.bob, params=params)
        return len(answer.json()) if answer.status_code == 200 else (answer.status_code, answer.text)

    assert listed(start_date=START, end_date=START) == 1
    assert listed(start_date="2023-11-14T07:00:01Z") == 0
    assert listed(start_date="2023-11-14") == (400, "Invalid start date\n")
    assert listed(end_date="now") == (400, "Invalid end date\n")


def test_an_empty_list_is_null_in_the_recorded_mode(api: Api, recorded: Api, cast: Cast) -> None:
    assert api("GET", "/time_entries", cast.bob).text == "[]"
    assert recorded("GET", "/time_entries", cast.bob).text == "null"


def test_many_are_changed_at_once(api: Api, cast: Cast) -> None:
    ids = [api.data("POST", "/time_entries", cast.bob, entry(start=START, duration=1, tags=["a"]))["id"] for _ in "12"]
    path = f"/time_entries/{ids[0]},{ids[1]}"
    out = api.data("PUT", path, cast.bob, {"time_entry": {"tags": ["b"], "tag_action": "add"}})
    assert [changed["tags"] for changed in out] == [["a", "b"], ["a", "b"]]
    assert (
        api("PUT", f"/time_entries/{ids[0]},x", cast.bob, entry()).text == "time_entry_id must be a positive integer\n"
    )
    too_many = ",".join(str(n) for n in range(1, 202))
    assert api("PUT", f"/time_entries/{too_many}", cast.bob, entry()).status_code == 400
