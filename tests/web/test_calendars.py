"""The promises of feeds: one's own time, by an address that nobody can guess and that can be withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import icalendar
import pytest

from hourhand.core import accounts, removals
from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Cast, Person
from tests.clock import Clock

HOST = "http://127.0.0.1:8300"


@pytest.fixture(autouse=True)
def switched_on(api: Api, cast: Cast) -> None:
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": {"ical_enabled": True}})


def test_a_feed_has_ones_own_time_of_the_last_ninety_days(api: Api, cast: Cast, clock: Clock) -> None:
    now = int(clock.now)
    _track(
        api,
        cast,
        cast.bob,
        now - 7200,
        "Älä, keskustelu; \\ 日本語\r\nBEGIN:VEVENT",
        pid=cast.public.id,
        tags=["a,b", "c"],
    )
    _track(api, cast, cast.bob, now - 100 * 86400, "Long ago")
    _track(api, cast, cast.ann, now - 3600, "Hers")
    api.data("POST", "/time_entries/start", cast.bob, {"time_entry": {"wid": cast.acme.id, "created_with": "tests"}})
    clock.advance(60)
    answer = _fetch(api, cast, cast.bob)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events: list[Any] = list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))
    assert [(event["summary"], _seconds(event, "dtstart"), _seconds(event, "dtend")) for event in events] == [
        ("…", now, now + 60),
        ("Älä, keskustelu; \\ 日本語\nBEGIN:VEVENT · Public", now - 7200, now - 6600),
    ]
    assert [str(tag) for tag in events[1]["categories"].cats] == ["a,b", "c"]


def test_a_feed_is_opened_by_its_address_alone(api: Api, cast: Cast) -> None:
    address = _address(api, cast, cast.bob)
    assert api("GET", HOST + address).status_code == 200
    assert api("GET", HOST + address.removesuffix(".ics")).status_code == 200
    assert _address(api, cast, cast.ann) != address
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), token[:16], "x", token.upper() + "A", "０" * 48):
        refused = api("GET", f"{HOST}/ical/workspace_user/{wrong}.ics")
        assert (refused.status_code, refused.text) == (404, "404 page not found\n")


def test_switching_feeds_off_and_on_again_withdraws_their_addresses(api: Api, cast: Cast) -> None:
    address = _address(api, cast, cast.bob)
    workspace = f"/workspaces/{cast.acme.id}"
    off = api.data("PUT", workspace, cast.ann, {"workspace": {"ical_enabled": False}})
    assert "ical_url" not in off
    assert api("GET", HOST + address).status_code == 404
    api.data("PUT", workspace, cast.ann, {"workspace": {"ical_enabled": True}})
    assert api("GET", HOST + address).status_code == 404
    assert _fetch(api, cast, cast.bob).status_code == 200


def test_a_feed_ends_with_what_its_person_may_see(api: Api, cast: Cast, database: Database, clock: Clock) -> None:
    _track(api, cast, cast.cleo, int(clock.now) - 7200, "Secret work", pid=cast.private.id)
    cleos, bobs = _address(api, cast, cast.cleo), _address(api, cast, cast.bob)
    assert "Private" in api("GET", HOST + cleos).text
    database.write_now(lambda tx: removals.leave_workspace(tx, cast.cleo.at(tx), cast.acme.id))
    database.write_now(lambda tx: accounts.disable(tx, cast.bob.account, tx.now))
    for address in (cleos, bobs):
        assert api("GET", HOST + address).status_code == 404


def _track(api: Api, cast: Cast, person: Person, start: int, description: str, **more: object) -> None:
    moment = datetime.fromtimestamp(start, UTC).isoformat()
    entry = {"wid": cast.acme.id, "start": moment, "duration": 600, "description": description, "created_with": "tests"}
    api.data("POST", "/time_entries", person, {"time_entry": {**entry, **more}})


def _address(api: Api, cast: Cast, person: Person) -> str:
    address: str = api.data("GET", f"/workspaces/{cast.acme.id}", person)["ical_url"]
    return address


def _fetch(api: Api, cast: Cast, person: Person) -> httpx.Response:
    return api("GET", HOST + _address(api, cast, person))


def _seconds(event: Any, name: str) -> int:
    return int(event[name].dt.timestamp())
