"""The promises to the desktop client: a browser goes on as its user, once."""

from __future__ import annotations

import httpx

from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock


def test_a_code_begins_one_browser_session(api: Api, cast: Cast, database: Database) -> None:
    answer = api("POST", "/desktop_login_tokens", cast.bob).json()
    code = answer["login_token"]
    assert answer == {"data": {"login_token": code}, "login_token": code}
    entered = _enter(api, code)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].split(";")[0]
    assert api("GET", "/me", headers={"Cookie": cookie}).json()["data"]["id"] == cast.bob.id
    again = _enter(api, code)
    assert (again.status_code, again.text, "set-cookie" in again.headers) == (403, "", False)
    assert code not in str(database.write_now(lambda tx: tx.rows("select * from codes")))


def test_a_code_holds_for_a_minute(api: Api, cast: Cast, clock: Clock) -> None:
    early, late = (api("POST", "/desktop_login_tokens", cast.bob).json()["login_token"] for _ in range(2))
    clock.advance(59)
    assert _enter(api, early).status_code == 303
    clock.advance(1)
    assert _enter(api, late).status_code == 403


def test_a_code_ends_with_a_reset(api: Api, cast: Cast) -> None:
    code = api("POST", "/desktop_login_tokens", cast.bob).json()["login_token"]
    api("POST", "/reset_token", cast.bob)
    assert _enter(api, code).status_code == 403


def test_nonsense_is_no_code(api: Api, cast: Cast) -> None:
    for code in ("", "x" * 10_000, "\x00", cast.bob.token):
        assert _enter(api, code).status_code == 403
    assert api("GET", "/desktop_login", cast.bob).status_code == 403


def _enter(api: Api, code: str) -> httpx.Response:
    return api("GET", "/desktop_login", params={"login_token": code, "goto": "reports"})
