"""The promises of the timeline: kept if its person wants it, once each, and seen by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock


def test_what_is_reported_is_kept_while_its_person_wants_it(api: Api, cast: Cast, clock: Clock) -> None:
    event = _event(int(clock.now) - 100)
    assert api("POST", "/timeline", cast.bob, [event]).json() == {"received": 0}
    assert api("POST", "/timeline_settings", cast.bob, {"record_timeline": True}).json() == {"record_timeline": True}
    assert api.data("GET", "/me", cast.bob)["record_timeline"] is True
    assert api("POST", "/timeline", cast.bob, [event, event]).json() == {"received": 1}
    assert api("POST", "/timeline", cast.bob, [event]).json() == {"received": 0}
    [shown] = api("GET", "/timeline", cast.bob).json()
    assert {**shown, "created_with": "timeline"} == {"id": shown["id"], **event}
    assert list(shown) == ["id", "guid", "filename", "title", "start_time", "end_time", "idle"]
    assert api("GET", "/timeline", cast.ann).json() == []
    assert api("POST", "/timeline_settings", cast.bob, {"record_timeline": False}).json() == {"record_timeline": False}
    assert api("POST", "/timeline_settings", cast.bob, {}).json() == {"record_timeline": False}
    assert len(api("GET", "/timeline", cast.bob).json()) == 1


def test_a_timeline_is_shown_in_a_range(api: Api, cast: Cast, clock: Clock) -> None:
    now = int(clock.now)
    api("POST", "/timeline_settings", cast.bob, {"record_timeline": True})
    starts = (now - 10 * 86400, now - 3600, now - 60)
    api("POST", "/timeline", cast.bob, [{"start_time": start, "end_time": start + 1} for start in starts])
    assert [event["start_time"] for event in api("GET", "/timeline", cast.bob).json()] == [now - 3600, now - 60]
    range_ = {"start_date": "2023-11-04T00:00:00Z", "end_date": "2023-11-14T22:00:00Z"}
    within = api("GET", "/timeline", cast.bob, params=range_).json()
    assert [event["start_time"] for event in within] == [now - 10 * 86400, now - 3600]
    refused = api("GET", "/timeline", cast.bob, params={"start_date": "yesterday"})
    assert (refused.status_code, refused.text) == (400, "Invalid start date\n")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"start_time": None}, "Start time can't be blank"),
        ({"end_time": 1_600_000_000}, "End time is invalid"),
        ({"start_time": 0}, "Start time is invalid"),
        ({"end_time": 1 << 62}, "End time is invalid"),
        ({"guid": "x" * 256}, "Guid is too long (maximum is 255 characters)"),
    ],
)
def test_of_what_makes_no_sense_nothing_is_kept(api: Api, cast: Cast, clock: Clock, change: Any, line: str) -> None:
    api("POST", "/timeline_settings", cast.bob, {"record_timeline": True})
    good = _event(int(clock.now))
    refused = api("POST", "/timeline", cast.bob, [good, {**good, "guid": "two", **change}])
    assert (refused.status_code, refused.json()) == (404, [line])
    assert api("GET", "/timeline", cast.bob).json() == []


def test_long_titles_are_cut_and_long_lists_refused(api: Api, cast: Cast, clock: Clock) -> None:
    api("POST", "/timeline_settings", cast.bob, {"record_timeline": True})
    event = {**_event(int(clock.now) - 10), "title": "x" * 5000}
    assert api("POST", "/timeline", cast.bob, [event]).status_code == 200
    assert len(api("GET", "/timeline", cast.bob).json()[0]["title"]) == 1000
    many = [{"start_time": event["start_time"], "end_time": event["end_time"]}] * 1001
    assert api("POST", "/timeline", cast.bob, many).json() == ["Timeline is limited to 1000"]
    nonsense: tuple[Any, ...] = ({}, {"timeline": []}, [1], "x", None)
    for body in nonsense:
        assert api("POST", "/timeline", cast.bob, body).status_code == 404
    assert api("POST", "/timeline", cast.bob, []).json() == {"received": 0}


def _event(start: int) -> dict[str, Any]:
    window = {"guid": "one", "filename": "editor", "title": "Letter ☃", "idle": False}
    return {**window, "start_time": start, "end_time": start + 60, "created_with": "timeline"}
