"""What the desktop client asks before it knows who it works for."""

from __future__ import annotations

import pytest

from hourhand.db.errors import DiskFailed
from tests.api.conftest import Api
from tests.cast import Cast


def test_anybody_may_ask_how_the_server_is(api: Api, cast: Cast) -> None:
    for headers in ({}, cast.bob.header, {"Authorization": "Basic wrong"}):
        answer = api("GET", "/status", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


def test_a_server_that_can_write_no_more_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(api.house.database), "failure", DiskFailed("the disk failed"))
    answer = api("GET", "/status")
    assert (answer.status_code, answer.text) == (503, "The database is not available: the disk failed\n")


def test_no_update_is_offered_in_the_very_word_that_the_client_compares(api: Api, recorded: Api) -> None:
    query = "?app=td&channel=stable&platform=linux&version=7.5.0&osname=Linux&osversion=5&osarch=x86"
    for answer in (api("GET", f"/updates{query}"), recorded("GET", "/updates")):
        assert (answer.status_code, answer.content) == (200, b"null")
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
