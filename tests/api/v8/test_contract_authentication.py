"""Contract §2: who is let in, and who no longer."""

from __future__ import annotations

import time

from hourhand.api.http import House
from hourhand.core import accounts
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.sending import PASSWORD, basic, log_in, set_password
from tests.cast import Cast


def test_token_password_and_cookie_let_in_alike(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob)
    shown = api("GET", "/me", cast.bob).json()
    for headers in (
        basic("bob@example.org", PASSWORD),
        basic(" Bob@Example.ORG ", PASSWORD),
        {"Authorization": basic(cast.bob.token, "api_token")["Authorization"].replace("Basic", "bASIC")},
        log_in(api, cast.bob),
    ):
        assert api("GET", "/me", headers=headers).json() == shown


def test_a_password_with_any_characters_lets_in(api: Api, cast: Cast, database: Database) -> None:
    for password in ("with:colon:", "pässwörd ☕", "api_token ", "      "):
        set_password(database, cast.bob, password)
        assert api("GET", "/me", headers=basic("bob@example.org", password)).status_code == 200
        assert api("GET", "/me", headers=basic("bob@example.org", password + "x")).status_code == 403


def test_a_session_begins_with_either_and_any_body(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob)
    shown = api("GET", "/me", cast.bob).json()["data"]
    for headers in (cast.bob.header, basic("bob@example.org", PASSWORD)):
        for content in (None, b"", b"{}", b"[]", b"not json"):
            begun = api("POST", "/sessions", content=content, headers=headers)
            assert (begun.status_code, begun.json()) == (200, {"since": 0, "data": shown})
            cookie = begun.headers["set-cookie"].split("; ")
            assert cookie[0].startswith("timer-session=")
            assert {"Path=/", "HttpOnly", "SameSite=Lax"} < set(cookie)
            assert api("GET", "/me", headers={"Cookie": cookie[0]}).json()["data"] == shown
    refused = api("POST", "/sessions", headers=basic("bob@example.org", "wrong"))
    assert (refused.status_code, refused.text, "set-cookie" in refused.headers) == (403, "", False)
    assert refused.headers["x-remaining-login-attempts"] == "9"


def test_over_https_the_cookie_is_the_documented_one(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", public_url="https://time.example.org")))
    cookie = api("POST", "/sessions", cast.bob).headers["set-cookie"].split("; ")
    assert cookie[0].startswith("__Host-timer-session=")
    assert {"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} < set(cookie)
    assert not [part for part in cookie if part.startswith("Domain")]
    api.close()


def test_wrong_credentials_are_not_saved_by_a_good_cookie(api: Api, cast: Cast) -> None:
    session = log_in(api, cast.bob)
    assert api("GET", "/me", headers={**session, **basic("0" * 32, "api_token")}).status_code == 403
    assert api("GET", "/me", headers={**session, "Authorization": "Bearer x"}).status_code == 200


def test_ending_one_session_leaves_the_others(api: Api, cast: Cast) -> None:
    one, other = log_in(api, cast.bob), log_in(api, cast.bob)
    ended = api("DELETE", "/sessions", headers=one)
    assert (ended.status_code, ended.text) == (200, "null\n")
    assert "Max-Age=0" in ended.headers["set-cookie"]
    assert api("GET", "/me", headers=one).status_code == 403
    assert api("GET", "/me", headers=other).status_code == 200
    assert api("DELETE", "/sessions").status_code == 200


def test_a_new_password_ends_other_sessions_and_not_the_token(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob)
    mine, other = log_in(api, cast.bob), log_in(api, cast.bob)
    user = {"password": "another one", "current_password": PASSWORD}
    assert api("PUT", "/me", None, {"user": user}, headers=mine).status_code == 200
    assert api("GET", "/me", headers=other).status_code == 403
    for headers in (mine, cast.bob.header, basic("bob@example.org", "another one")):
        assert api("GET", "/me", headers=headers).status_code == 200
    assert api("GET", "/me", headers=basic("bob@example.org", PASSWORD)).status_code == 403


def test_a_disabled_account_lets_nobody_in(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob)
    session = log_in(api, cast.bob)
    database.write_now(lambda tx: accounts.disable(tx, accounts.find(tx, cast.bob.id), tx.now))
    for headers in (session, cast.bob.header, basic("bob@example.org", PASSWORD)):
        refused = api("GET", "/me", headers=headers)
        assert (refused.status_code, refused.text) == (403, "")


def test_a_wrong_address_takes_as_long_as_a_wrong_password(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob)
    wrong = min(_seconds(api, "bob@example.org") for _ in range(4))
    unknown = min(_seconds(api, "nobody@example.org") for _ in range(4))
    # Hashing is what takes long: without it the answer would come some twenty times as fast.
    assert wrong / 3 < unknown < wrong * 3


def _seconds(api: Api, email: str) -> float:
    began = time.perf_counter()
    assert api("GET", "/me", headers=basic(email, "wrong password")).status_code == 403
    return time.perf_counter() - began
