"""Contract §7: what callers in use send, and what they need."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.api.conftest import Api
from tests.api.v8.sending import START, entry, log_in, made, tracked
from tests.cast import Cast
from tests.clock import Clock


def test_a_body_where_none_is_needed_is_taken(api: Api, cast: Cast) -> None:
    for content in (b"[]", b"", b"{}", b"null", b"{", b"x=1"):
        running = api.data("POST", "/time_entries/start", cast.bob, entry())["id"]
        for method, path in (
            ("PUT", f"/time_entries/{running}/stop"),
            ("POST", f"/time_entries/{running}/stop"),
            ("GET", "/time_entries/current"),
            ("POST", "/time_entries/current"),
            ("DELETE", f"/time_entries/{running}"),
            ("POST", "/sessions"),
            ("DELETE", "/sessions"),
        ):
            assert api(method, path, cast.bob, content=content).status_code == 200, path
    session = log_in(api, cast.bob)
    assert api("POST", "/reset_token", content=b"[]", headers=session).status_code == 200


def test_what_runs_may_be_asked_for_and_stopped_by_post(api: Api, cast: Cast, clock: Clock) -> None:
    started = api.data("POST", "/time_entries/start", cast.bob, entry())
    assert api.data("POST", "/time_entries/current", cast.bob) == started
    clock.advance(5)
    assert api.data("POST", f"/time_entries/{started['id']}/stop", cast.bob)["duration"] == 5
    for method in ("GET", "POST"):
        nothing = api(method, "/time_entries/current", cast.bob)
        assert (nothing.status_code, nothing.text) == (200, '{"data":null}')


def test_numbers_and_flags_may_come_as_text(api: Api, cast: Cast) -> None:
    wid = str(cast.acme.id)
    client = made(api, cast.ann, "client", name="C", wid=wid)["id"]
    project = made(api, cast.ann, "project", name="P", wid=wid, cid=str(client), active="true", rate="12.50", color="5")
    assert (project["cid"], project["active"], project["rate"], project["color"]) == (client, True, 12.5, "5")
    task = made(api, cast.ann, "task", name="T", pid=str(project["id"]), estimated_seconds="60", active="false")
    assert (task["estimated_seconds"], task["active"]) == (60, False)
    out = tracked(api, cast.ann, tid=str(task["id"]), duration="60", billable="1", duronly="true")
    assert (out["tid"], out["duration"], out["billable"], out["duronly"]) == (task["id"], 60, True, True)
    workspace = {"default_hourly_rate": "7", "rounding": "-1", "only_admins_may_create_projects": 1}
    changed = api.data("PUT", f"/workspaces/{wid}", cast.ann, {"workspace": workspace})
    assert (changed["default_hourly_rate"], changed["rounding"], changed["only_admins_may_create_projects"]) == (
        *(7, -1, True),
    )
    user = {"beginning_of_week": "0", "send_weekly_report": "true", "default_wid": wid}
    changed = api.data("PUT", "/me", cast.ann, {"user": user})
    assert (changed["beginning_of_week"], changed["send_weekly_report"], changed["default_wid"]) == (
        *(0, True, cast.acme.id),
    )


def test_an_id_in_a_create_is_ignored(api: Api, cast: Cast) -> None:
    for number, sent in enumerate((0, None, "", -1, 77, "x")):
        for noun in ("client", "project", "tag"):
            assert made(api, cast.bob, noun, id=sent, name=f"{noun} {number}")["id"] > 77
        assert tracked(api, cast.bob, id=sent)["id"] > 77


def test_nulls_for_everything_optional_are_as_good_as_nothing(api: Api, cast: Cast) -> None:
    plain = {"name": "A", "wid": cast.acme.id}
    nulls: dict[str, list[str]] = {
        "client": ["id", "notes", "at", "workspace"],
        "tag": ["id", "at", "workspace"],
        "project": [
            *("id", "guid", "cid", "billable", "is_private", "active", "template", "template_id", "at", "created_at"),
            *("color", "auto_estimates", "estimated_hours", "actual_hours", "rate", "currency", "hex_color"),
            *("workspace", "client", "template"),
        ],
    }
    for noun, members in nulls.items():
        born = made(api, cast.ann, noun, **plain, **dict.fromkeys(members))
        assert born.items() >= plain.items()
        assert None not in born.values()
        changed = api.data("PUT", f"/{noun}s/{born['id']}", cast.ann, {noun: dict.fromkeys(["name", "wid", *members])})
        assert changed["name"] == "A"
    for noun in ("client", "project", "tag"):
        assert made(api, cast.ann, noun, name="B", wid=None)["wid"] == cast.ann.home
    members = ["id", "wid", "uid", "active", "at", "estimated_seconds", "fields", "tracked_seconds", "done_seconds"]
    task = made(api, cast.ann, "task", name="A", pid=cast.private.id, **dict.fromkeys(members))
    assert (task["active"], task["estimated_seconds"], "uid" in task) == (True, 0, False)
    api.data("PUT", f"/tasks/{task['id']}", cast.ann, {"task": dict.fromkeys(["name", "pid", *members])})
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": dict.fromkeys(_MEMBERS["workspace"])})
    api.data("PUT", "/me", cast.ann, {"user": dict.fromkeys(_MEMBERS["user"])})


def test_nulls_in_an_entry_are_its_defaults(api: Api, cast: Cast) -> None:
    members = [
        *("id", "guid", "wid", "pid", "tid", "billable", "stop", "description", "tags", "duronly", "at", "uid"),
        *("workspace", "project", "tag_action", "duration"),
    ]
    sent = {"start": START, "created_with": "tests", **dict.fromkeys(members)}
    out = api.data("POST", "/time_entries", cast.bob, {"time_entry": sent})
    assert (out["wid"], out["billable"], out["duronly"], out["duration"]) == (cast.bob.home, False, False, 0)
    assert {"pid", "tid", "tags", "description"}.isdisjoint(out)
    before = tracked(api, cast.bob, pid=cast.public.id, billable=True, duronly=True, duration=60)
    after = api.data(
        "PUT", f"/time_entries/{before['id']}", cast.bob, {"time_entry": dict.fromkeys(["start", *members])}
    )
    kept = ("guid", "wid", "billable", "duration", "duronly", "uid")
    assert [after[member] for member in kept] == [before[member] for member in kept]
    assert "pid" not in after
    started = api.data("POST", "/time_entries/start", cast.bob, entry(**dict.fromkeys(members)))
    assert started["duration"] < 0


def test_hours_may_have_dozens_of_digits(api: Api, cast: Cast) -> None:
    for number, read in ((b"1.5" + b"0" * 60, 1.5), (b"0." + b"3" * 60, 0.3333), (b"1e2", 100), (b'"2.25"', 2.25)):
        body = b'{"project": {"estimated_hours": ' + number + b"}}"
        out = api("PUT", f"/projects/{cast.private.id}", cast.ann, content=body).json()["data"]
        assert abs(out["estimated_hours"] - read) < 0.001
    for number in (b"-1", b'"NaN"', b'"many"', b"1e400", b'"Infinity"'):
        body = b'{"project": {"estimated_hours": ' + number + b"}}"
        assert api("PUT", f"/projects/{cast.private.id}", cast.ann, content=body).status_code == 404


def test_nested_objects_say_the_workspace_where_wid_is_missing(api: Api, cast: Cast) -> None:
    nested: dict[str, Any] = {"workspace": {"id": str(cast.acme.id), "name": "Acme"}, "project": {"id": 1, "x": []}}
    assert tracked(api, cast.bob, **nested)["wid"] == cast.acme.id
    assert tracked(api, cast.bob, wid=cast.bob.home, **nested)["wid"] == cast.bob.home
    assert tracked(api, cast.bob, pid=cast.public.id, **nested)["pid"] == cast.public.id
    assert "pid" not in tracked(api, cast.bob, **nested)
    for noun in ("client", "project", "tag"):
        assert made(api, cast.bob, noun, name="A", **nested)["wid"] == cast.acme.id
        assert made(api, cast.bob, noun, name="A", wid=cast.bob.home, **nested)["wid"] == cast.bob.home


def test_times_that_contradict_each_other_are_kept_as_they_were_sent(api: Api, cast: Cast) -> None:
    out = tracked(api, cast.bob, start="2023-11-14T08:00:00Z", stop="2023-11-14T10:00:00Z", duration=1800)
    assert (out["start"], out["stop"], out["duration"]) == (
        *("2023-11-14T08:00:00Z", "2023-11-14T10:00:00+00:00", 1800),
    )
    assert api.data("GET", f"/time_entries/{out['id']}", cast.bob) == {**out, "start": "2023-11-14T08:00:00+00:00"}


def test_an_entry_reads_as_it_was_created(api: Api, recorded: Api, cast: Cast) -> None:
    tid = made(api, cast.ann, "task", name="T", pid=cast.public.id)["id"]
    sent = {"tid": tid, "description": "☕", "tags": ["b", "a"], "billable": True, "duronly": True, "guid": "g"}
    for mode in (api, recorded):
        born = tracked(mode, cast.bob, start="2023-11-14T08:00:00+00:00", **{**sent, "guid": str(mode is api)})
        read = mode.data("GET", f"/time_entries/{born['id']}", cast.bob)
        assert {**read, "stop": ""} == {**born, "stop": ""}
        assert list(read) == list(born)


def test_the_same_guid_is_the_same_entry(api: Api, cast: Cast) -> None:
    """A caller that lost the answer sends again."""
    one, two = (tracked(api, cast.bob, guid="8c1c7b5e", description=text)["id"] for text in ("First", "Second"))
    assert one == two
    assert [it["description"] for it in api("GET", "/time_entries", cast.bob).json()] == ["Second"]
    assert tracked(api, cast.cleo, guid="8c1c7b5e")["id"] != one


def test_nobody_is_asked_to_pay(api: Api, cast: Cast) -> None:
    assert api.data("GET", f"/workspaces/{cast.eve.home}", cast.eve)["premium"] is True
    project = made(api, cast.eve, "project", name="P", rate=5, estimated_hours=2, template=True)
    made(api, cast.eve, "task", name="T", pid=project["id"])
    assert made(api, cast.eve, "project", name="Q", template_id=project["id"])["rate"] == 5


def test_a_caller_without_a_name_is_served(api: Api, cast: Cast) -> None:
    answer = api("POST", "/clients", cast.bob, content=b'{"client":{"name":"A"}}', headers={"User-Agent": ""})
    assert (answer.status_code, msgspec.json.decode(answer.content)["data"]["name"]) == (200, "A")


_MEMBERS = {
    "workspace": [
        *("name", "default_hourly_rate", "default_currency", "only_admins_may_create_projects", "rounding", "logo_url"),
        *("only_admins_see_billable_rates", "only_admins_see_team_dashboard", "projects_billable_by_default"),
        *("rounding_minutes", "api_token", "ical_enabled", "premium", "admin", "profile"),
    ],
    "user": [
        *("default_wid", "email", "fullname", "timeofday_format", "date_format", "store_start_and_stop_time"),
        *("beginning_of_week", "language", "image_url", "sidebar_piechart", "record_timeline", "render_timeline"),
        *("timeline_enabled", "timeline_experiment", "timezone", "send_product_emails", "send_weekly_report"),
        *("send_timer_notifications", "duration_format", "current_password", "password"),
    ],
}
