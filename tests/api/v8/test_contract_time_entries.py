"""Contract §5: where entries belong, how their times hang together, and which ones are listed."""

from __future__ import annotations

from typing import Any

from hourhand.core import time_entries
from hourhand.core.places import Place
from hourhand.core.time_entries import Draft
from hourhand.core.timing import Said
from hourhand.db import Database, Tx
from tests.api.conftest import Api
from tests.api.v8.sending import START, entry, made, tracked
from tests.cast import Cast, Person
from tests.clock import Clock

# 2023-11-14T22:13:20Z, when the clock of the tests stands still.
NOW = 1_700_000_000
NINE_DAYS = 9 * 86400


def test_a_task_implies_its_project_and_a_project_its_workspace(api: Api, cast: Cast) -> None:
    pid = cast.public.id
    tid = made(api, cast.ann, "task", name="T", pid=pid)["id"]
    for sent, place in (
        ({}, (cast.ann.home, None, None)),
        ({"wid": None, "pid": 0, "tid": 0}, (cast.ann.home, None, None)),
        ({"wid": cast.acme.id}, (cast.acme.id, None, None)),
        ({"pid": pid}, (cast.acme.id, pid, None)),
        ({"tid": tid}, (cast.acme.id, pid, tid)),
        ({"wid": cast.acme.id, "pid": pid, "tid": tid}, (cast.acme.id, pid, tid)),
    ):
        assert _place(tracked(api, cast.ann, **sent)) == place, sent
        assert _place(api.data("POST", "/time_entries/start", cast.ann, entry(**sent))) == place, sent


def test_an_update_moves_an_entry_and_a_contradiction_is_refused(api: Api, cast: Cast) -> None:
    wid, pid, other = cast.acme.id, cast.public.id, cast.private.id
    tid = made(api, cast.ann, "task", name="T", pid=pid)["id"]
    path = f"/time_entries/{tracked(api, cast.ann)['id']}"
    for sent, place in (
        ({"wid": wid}, (wid, None, None)),
        ({"pid": other}, (wid, other, None)),
        ({"tid": tid}, (wid, pid, tid)),
        ({"description": "x"}, (wid, pid, tid)),
        ({"pid": pid}, (wid, pid, tid)),
        ({"tid": None}, (wid, pid, None)),
        ({"tid": tid, "pid": pid, "wid": wid}, (wid, pid, tid)),
        ({"pid": None}, (wid, None, None)),
    ):
        assert _place(api.data("PUT", path, cast.ann, {"time_entry": sent})) == place, sent
    for sent in ({"pid": pid, "wid": cast.ann.home}, {"tid": tid, "pid": other}, {"tid": tid, "pid": None}):
        assert api("PUT", path, cast.ann, {"time_entry": sent}).status_code == 404, sent


def test_an_update_need_not_say_who_made_it(api: Api, cast: Cast) -> None:
    path = f"/time_entries/{tracked(api, cast.bob)['id']}"
    assert api.data("PUT", path, cast.bob, {"time_entry": {"description": "x"}})["description"] == "x"


def test_one_entry_runs_over_all_workspaces(api: Api, cast: Cast, clock: Clock) -> None:
    first = api.data("POST", "/time_entries/start", cast.bob, entry(wid=cast.acme.id))
    clock.advance(100)
    second = api.data("POST", "/time_entries/start", cast.bob, entry(wid=cast.bob.home))
    stopped = api.data("GET", f"/time_entries/{first['id']}", cast.bob)
    assert (stopped["duration"], stopped["stop"]) == (100, second["start"])
    third = tracked(api, cast.bob, start="2023-11-14T22:14:00Z", duration=-1)
    assert third["duration"] == -(NOW + 40)
    assert api.data("GET", f"/time_entries/{second['id']}", cast.bob)["duration"] == 0
    assert api.data("GET", "/time_entries/current", cast.bob)["id"] == third["id"]
    assert [it["duration"] < 0 for it in api("GET", "/time_entries", cast.bob).json()].count(True) == 1
    api.data("PUT", f"/time_entries/{first['id']}", cast.bob, {"time_entry": {"duration": -1}})
    assert api.data("GET", "/time_entries/current", cast.bob)["id"] == first["id"]


def test_running_is_a_negative_duration_and_no_stop(api: Api, cast: Cast, clock: Clock) -> None:
    for sent in (-1, -99, -NOW, "-1", -1.5):
        out = tracked(api, cast.bob, start="2023-11-14T22:00:00Z", duration=sent)
        assert (out["duration"], "stop" in out) == (-1_699_999_200, False)
    stopped = tracked(api, cast.bob, start="2023-11-14T22:00:00Z", stop="2023-11-14T22:10:00Z", duration=-1)
    assert (stopped["duration"], stopped["stop"]) == (600, "2023-11-14T22:10:00+00:00")


def test_starting_takes_the_servers_time(api: Api, cast: Cast, clock: Clock) -> None:
    for sent in ({}, {"start": "2013-01-01T00:00:00Z"}, {"start": "soon"}, {"stop": START, "duration": 60}):
        clock.advance(1)
        out = api.data("POST", "/time_entries/start", cast.bob, entry(**sent))
        assert (out["duration"], "stop" in out) == (-int(clock.now), False)
        assert out["start"] == out["at"]


def test_stopping_a_stopped_entry_returns_it_unchanged(api: Api, cast: Cast, clock: Clock) -> None:
    running = api.data("POST", "/time_entries/start", cast.bob, entry())["id"]
    clock.advance(60)
    stopped = api.data("PUT", f"/time_entries/{running}/stop", cast.bob)
    assert stopped["duration"] == 60
    clock.advance(60)
    for method in ("PUT", "POST"):
        assert api.data(method, f"/time_entries/{running}/stop", cast.bob) == stopped
    assert api.data("GET", f"/time_entries/{running}", cast.bob) == stopped


def test_start_stop_and_duration_determine_each_other(api: Api, cast: Cast) -> None:
    path = f"/time_entries/{tracked(api, cast.bob, start='2023-11-14T08:00:00Z', duration=3600)['id']}"
    for sent, start, stop, duration in (
        ({"stop": "2023-11-14T10:00:00Z"}, "08:00:00", "10:00:00", 7200),
        ({"start": "2023-11-14T09:00:00Z"}, "09:00:00", "11:00:00", 7200),
        ({"duration": 60}, "09:00:00", "09:01:00", 60),
        ({"start": "2023-11-14T08:00:00Z", "duration": 120}, "08:00:00", "08:02:00", 120),
        ({"start": "2023-11-14T08:00:00Z", "stop": "2023-11-14T08:10:00Z"}, "08:00:00", "08:10:00", 600),
        ({"description": "x", "start": None, "stop": None, "duration": None}, "08:00:00", "08:10:00", 600),
        (
            {"start": "2023-11-14T08:00:00Z", "stop": "2023-11-14T12:00:00Z", "duration": 60},
            *("08:00:00", "12:00:00", 60),
        ),
        ({"description": "still paused"}, "08:00:00", "12:00:00", 60),
        ({"start": "2023-11-14T09:00:00Z"}, "09:00:00", "09:01:00", 60),
    ):
        api.data("PUT", path, cast.bob, {"time_entry": sent})
        out = api.data("GET", path, cast.bob)
        expected = (f"2023-11-14T{start}+00:00", f"2023-11-14T{stop}+00:00", duration)
        assert (out["start"], out["stop"], out["duration"]) == expected, sent


def test_tags_that_say_nothing_are_none(api: Api, cast: Cast) -> None:
    for nothing in ([""], [], None, ["", None, " "]):
        assert "tags" not in tracked(api, cast.bob, tags=nothing)
        path = f"/time_entries/{tracked(api, cast.bob, tags=['b', 'a', 'b'])['id']}"
        assert api.data("GET", path, cast.bob)["tags"] == ["a", "b"]
        assert "tags" not in api.data("PUT", path, cast.bob, {"time_entry": {"tags": nothing}})
    tags = api("GET", f"/workspaces/{cast.bob.home}/tags", cast.bob).json()
    assert sorted(tag["name"] for tag in tags) == ["a", "b"]


def test_billable_is_the_projects_unless_said(api: Api, cast: Cast) -> None:
    for billable in (True, False):
        pid = made(api, cast.bob, "project", name=f"{billable}", wid=cast.acme.id, billable=billable)["id"]
        assert tracked(api, cast.bob, pid=pid)["billable"] is billable
        assert tracked(api, cast.bob, pid=pid, billable=None)["billable"] is billable
        said = tracked(api, cast.bob, pid=pid, billable=not billable)
        assert said["billable"] is not billable
        path = f"/time_entries/{said['id']}"
        for nothing in ({"billable": None, "duronly": None}, {"description": "x"}):
            assert api.data("PUT", path, cast.bob, {"time_entry": nothing})["billable"] is not billable
    assert tracked(api, cast.bob)["billable"] is False


def test_a_start_is_echoed_and_other_times_are_the_readers(api: Api, recorded: Api, cast: Cast) -> None:
    api.data("PUT", "/me", cast.bob, {"user": {"timezone": "Europe/Tallinn"}})
    for mode, stop, read in (
        (api, "2023-07-01T11:00:01+03:00", "2023-07-01T11:00:00+03:00"),
        (recorded, "2023-07-01T08:00:01Z", "2023-07-01T08:00:00+00:00"),
    ):
        for sent in ("2023-07-01T10:00:00.5+02:00", "2023-07-01T08:00:00Z"):
            born = tracked(mode, cast.bob, start=sent, duration=1)
            assert (born["start"], born["stop"]) == (sent, stop)
            path = f"/time_entries/{born['id']}"
            out = mode.data("GET", path, cast.bob)
            assert out["start"] == read
            assert {**out, "start": "", "stop": ""} == {**born, "start": "", "stop": ""}
            changed = mode.data("PUT", path, cast.bob, {"time_entry": {"start": sent, "stop": sent}})
            assert (changed["start"], changed["stop"]) == (sent, read)


def test_times_follow_the_zone_through_the_year(api: Api, recorded: Api, cast: Cast) -> None:
    for zone, winter, summer in (
        ("Europe/Tallinn", "2013-01-12T10:55:58+02:00", "2013-08-12T11:55:58+03:00"),
        ("America/St_Johns", "2013-01-12T05:25:58-03:30", "2013-08-12T06:25:58-02:30"),
        ("Asia/Kolkata", "2013-01-12T14:25:58+05:30", "2013-08-12T14:25:58+05:30"),
        ("Etc/UTC", "2013-01-12T08:55:58+00:00", "2013-08-12T08:55:58+00:00"),
    ):
        api.data("PUT", "/me", cast.bob, {"user": {"timezone": zone}})
        for day, shown in (("2013-01-12", winter), ("2013-08-12", summer)):
            path = f"/time_entries/{tracked(api, cast.bob, start=f'{day}T08:55:58Z')['id']}"
            assert api.data("GET", path, cast.bob)["start"] == shown
            assert recorded.data("GET", path, cast.bob)["start"] == f"{day}T08:55:58+00:00"


def test_ones_own_deleted_entry_can_still_be_read(api: Api, cast: Cast) -> None:
    born = tracked(api, cast.bob, wid=cast.acme.id)
    path = f"/time_entries/{born['id']}"
    for _ in range(2):
        gone = api("DELETE", path, cast.bob)
        assert (gone.status_code, gone.json()) == (200, [born["id"]])
    read = api.data("GET", path, cast.bob)
    assert read["server_deleted_at"] == read["at"]
    assert api("GET", "/time_entries", cast.bob).text == "[]"
    assert api.data("GET", path, cast.ann) is None
    assert api("PUT", path, cast.bob, entry(description="x")).status_code == 404
    assert api("PUT", f"{path}/stop", cast.bob).status_code == 404


def test_deleting_what_runs_leaves_nothing_running(api: Api, cast: Cast, clock: Clock) -> None:
    running = api.data("POST", "/time_entries/start", cast.bob, entry())["id"]
    clock.advance(60)
    api("DELETE", f"/time_entries/{running}", cast.bob)
    assert api.data("GET", "/time_entries/current", cast.bob) is None
    assert api.data("GET", f"/time_entries/{running}", cast.bob)["duration"] == 60


def test_admins_reach_the_entries_of_others_and_lists_show_ones_own(api: Api, cast: Cast) -> None:
    bobs = tracked(api, cast.bob, wid=cast.acme.id)
    path = f"/time_entries/{bobs['id']}"
    assert api.data("GET", path, cast.ann) == {**bobs, "start": api.data("GET", path, cast.bob)["start"]}
    assert api.data("PUT", path, cast.ann, entry(description="Seen"))["uid"] == cast.bob.id
    assert api("GET", "/time_entries", cast.ann).text == "[]"
    assert api.data("GET", "/me?with_related_data=true", cast.ann)["time_entries"] == []
    for other in (cast.cleo, cast.dan, cast.eve):
        assert api.data("GET", path, other) is None
        assert api("PUT", path, other, entry(description="Mine")).status_code == 404
        assert api("DELETE", path, other).status_code == 404
    assert api("DELETE", path, cast.ann).json() == [bobs["id"]]
    assert "server_deleted_at" in api.data("GET", path, cast.bob)


def test_a_range_has_both_its_ends(api: Api, cast: Cast) -> None:
    for second in (0, 1, 2, 3):
        tracked(api, cast.bob, start=f"2023-11-01T00:00:0{second}Z")
    for sent, expected in (
        ({"start_date": "2023-11-01T00:00:01Z", "end_date": "2023-11-01T00:00:02Z"}, 2),
        ({"start_date": "2023-11-01T02:00:01+02:00", "end_date": "2023-11-01T02:00:01+02:00"}, 1),
        ({"start_date": "2023-11-01T00:00:01.9Z"}, 3),
        ({"start_date": "2023-11-01T00:00:03Z", "end_date": "2023-11-01T00:00:00Z"}, 0),
        # One bound alone: the other is the default.
        ({"end_date": "2023-11-01T00:00:02Z"}, 0),
        ({}, 0),
    ):
        listed = api("GET", "/time_entries", cast.bob, params=sent).json()
        assert len(listed) == expected, sent
        assert [it["start"] for it in listed] == sorted(it["start"] for it in listed)


def test_the_default_range_is_cut_below_the_second(api: Api, cast: Cast, clock: Clock) -> None:
    clock.advance(0.25)
    for start, listed in ((NOW - NINE_DAYS, False), (NOW - NINE_DAYS + 1, True), (NOW, True), (NOW + 1, False)):
        number = _stored(api.house.database, cast.bob, start)
        assert (number in _listed(api, cast.bob)) is listed


def test_running_entries_obey_the_range_too(api: Api, cast: Cast) -> None:
    old = tracked(api, cast.bob, start="2023-11-01T00:00:00Z", duration=-1)["id"]
    assert old not in _listed(api, cast.bob)
    assert old in _listed(api, cast.bob, start_date="2023-11-01T00:00:00Z")
    assert old not in _listed(api, cast.bob, start_date="2023-11-01T00:00:01Z")


def test_a_list_ends_after_a_thousand(api: Api, cast: Cast, database: Database) -> None:
    def store(tx: Tx) -> None:
        for i in range(1001):
            place = Place(workspace_id=cast.bob.home if i % 2 else cast.acme.id)
            draft = Draft(place, Said(NOW - 2000 + i, None, 1), created_with="tests")
            time_entries.create(tx, cast.bob.at(tx), draft)

    database.write_now(store)
    starts = [it["start"] for it in api("GET", "/time_entries", cast.bob).json()]
    assert (len(starts), starts[0], starts[-1]) == (1000, "2023-11-14T21:40:00+00:00", "2023-11-14T21:56:39+00:00")
    assert starts == sorted(starts)


def _place(out: dict[str, Any]) -> tuple[int, int | None, int | None]:
    return out["wid"], out.get("pid"), out.get("tid")


def _listed(api: Api, person: Person, **params: str) -> list[int]:
    return [it["id"] for it in api("GET", "/time_entries", person, params=params).json()]


def _stored(database: Database, person: Person, start: int) -> int:
    draft = Draft(Place(fallback_id=person.home), Said(start, None, 1), created_with="tests")
    return database.write_now(lambda tx: time_entries.create(tx, person.at(tx), draft).id)
