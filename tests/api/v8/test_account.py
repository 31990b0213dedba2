"""`/me`, `/sessions`, `/signups`, `/reset_token`: who one is, and how one proves it."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hourhand.api.http import House
from hourhand.core import accounts, new_accounts, passwords
from hourhand.core.secrets import digest
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.cast import Cast, Person
from tests.clock import Clock

USER = [
    *("id", "api_token", "default_wid", "email", "fullname", "jquery_timeofday_format", "jquery_date_format"),
    *("timeofday_format", "date_format", "store_start_and_stop_time", "beginning_of_week", "language", "image_url"),
    *("sidebar_piechart", "at", "created_at", "retention", "record_timeline", "render_timeline", "timeline_enabled"),
    *("timeline_experiment", "new_blog_post", "should_upgrade", "timezone", "openid_enabled", "send_product_emails"),
    *("send_weekly_report", "send_timer_notifications", "last_blog_entry", "invitation", "duration_format"),
]
PASSWORD = "correct horse"


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def set_password(database: Database, person: Person, password: str) -> None:
    stored = passwords.hashed(password)
    database.write_now(lambda tx: accounts.set_password(tx, person.at(tx), person.id, stored))


def test_me_has_every_member_in_order(api: Api, cast: Cast, clock: Clock) -> None:
    me = api("GET", "/me", cast.bob).json()
    assert list(me) == ["since", "data"]
    assert me["since"] == int(clock.now) - 5
    assert list(me["data"]) == [*USER, "workspaces"]
    assert me["data"]["api_token"] == cast.bob.token
    assert [workspace["name"] for workspace in me["data"]["workspaces"]] == ["Bob's workspace", "Acme"]


def test_related_data_is_what_one_can_see(api: Api, cast: Cast) -> None:
    bobs = api("GET", "/me", cast.bob, params={"with_related_data": "true"}).json()["data"]
    assert list(bobs)[len(USER) :] == ["time_entries", "projects", "tags", "tasks", "workspaces", "clients"]
    assert [project["name"] for project in bobs["projects"]] == ["Public"]
    cleos = api("GET", "/me", cast.cleo, params={"with_related_data": "1"}).json()["data"]
    assert [project["name"] for project in cleos["projects"]] == ["Private", "Public"]


def test_since_tells_what_changed_and_what_is_gone(api: Api, cast: Cast, clock: Clock) -> None:
    sent = {"client": {"name": "Gone", "wid": cast.acme.id}}
    gone = api.data("POST", "/clients", cast.ann, sent)["id"]
    clock.advance(100)
    since = api("GET", "/me", cast.ann).json()["since"]
    kept = api.data("POST", "/clients", cast.ann, {"client": {"name": "Kept", "wid": cast.acme.id}})["id"]
    api("DELETE", f"/clients/{gone}", cast.ann)
    params = {"with_related_data": "true", "since": str(since)}
    changed = api("GET", "/me", cast.ann, params=params).json()["data"]
    assert {client["id"]: "server_deleted_at" in client for client in changed["clients"]} == {kept: False, gone: True}
    assert changed["projects"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + b64encode(b"no colon").decode()},
        basic("0" * 32, "api_token"),
        basic("", "api_token"),
        {"Cookie": "timer-session=nonsense"},
    ],
)
def test_without_credentials_nothing_is_shown(api: Api, headers: dict[str, str]) -> None:
    answer = api("GET", "/me", headers=headers)
    assert (answer.status_code, answer.text) == (403, "")
    assert "www-authenticate" not in answer.headers


def test_no_credential_passes_for_another(api: Api, cast: Cast) -> None:
    for name in (str(cast.bob.id), cast.bob.account.email, digest(cast.bob.token).hex()):
        assert api("GET", "/me", headers=basic(name, "api_token")).status_code == 403
    assert api("GET", "/me", headers={"Cookie": f"timer-session={cast.bob.token}"}).status_code == 403


def test_a_password_logs_in_and_a_wrong_one_counts_down(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob, PASSWORD)
    assert api("GET", "/me", headers=basic("BOB@example.org", PASSWORD)).status_code == 200
    wrong = api("GET", "/me", headers=basic("bob@example.org", "wrong"))
    unknown = api("GET", "/me", headers=basic("nobody@example.org", "wrong"))
    assert (wrong.status_code, wrong.text) == (unknown.status_code, unknown.text) == (403, "")
    assert wrong.headers["x-remaining-login-attempts"] == unknown.headers["x-remaining-login-attempts"] == "9"


def test_guessing_is_throttled_and_a_known_password_still_works(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob, PASSWORD)
    assert api("GET", "/me", headers=basic("bob@example.org", PASSWORD)).status_code == 200
    answers = [api("GET", "/me", headers=basic("bob@example.org", f"guess {i}")) for i in range(12)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    assert api("GET", "/me", headers=basic("bob@example.org", PASSWORD)).status_code == 200


def test_a_session_authenticates_until_it_is_ended(api: Api, cast: Cast) -> None:
    begun = api("POST", "/sessions", cast.bob)
    assert (begun.status_code, begun.json()["since"]) == (200, 0)
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith("timer-session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    session = {"Cookie": cookie.split(";")[0]}
    assert api("GET", "/me", headers=session).json()["data"]["id"] == cast.bob.id
    for _ in range(2):
        ended = api("DELETE", "/sessions", headers=session)
        assert (ended.status_code, ended.json()) == (200, None)
    assert api("GET", "/me", headers=session).status_code == 403


def test_over_https_the_cookie_is_bound_to_the_host(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", public_url="https://time.example.org")))
    cookie = api("POST", "/sessions", cast.bob).headers["set-cookie"]
    assert cookie.startswith("__Host-timer-session=")
    assert "; Secure" in cookie
    value = cookie.split(";")[0].split("=", 1)[1]
    assert api("GET", "/me", headers={"Cookie": f"__Host-timer-session={value}"}).status_code == 200
    assert api("GET", "/me", headers={"Cookie": f"timer-session={value}"}).status_code == 403
    api.close()


def test_another_sites_page_changes_nothing_through_the_cookie(api: Api, cast: Cast) -> None:
    session = {"Cookie": api("POST", "/sessions", cast.bob).headers["set-cookie"].split(";")[0]}
    body = {"client": {"name": "X", "wid": cast.acme.id}}
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert api("POST", "/clients", None, body, headers={**session, **foreign}).status_code == 403
        assert api("GET", "/me", headers={**session, **foreign}).status_code == 200
    own = {"Origin": "http://127.0.0.1:8300", "Sec-Fetch-Site": "same-origin"}
    assert api("POST", "/clients", None, body, headers={**session, **own}).status_code == 200


def test_resetting_the_token_ends_the_old_one_and_other_sessions(api: Api, cast: Cast) -> None:
    mine, other = ({"Cookie": api("POST", "/sessions", cast.bob).headers["set-cookie"].split(";")[0]} for _ in range(2))
    token = api("POST", "/reset_token", content=b"[]", headers=mine).json()
    assert api("GET", "/me", cast.bob).status_code == 403
    assert api("GET", "/me", headers=other).status_code == 403
    assert api("GET", "/me", headers=mine).json()["data"]["api_token"] == token
    assert api("GET", "/me", headers=basic(token, "api_token")).status_code == 200


def test_a_password_is_changed_by_who_knows_the_current_one(api: Api, cast: Cast, database: Database) -> None:
    set_password(database, cast.bob, PASSWORD)
    for user, message in (
        ({"password": "new secret"}, "Current password is not valid"),
        ({"password": "new secret", "current_password": "wrong"}, "Current password is not valid"),
        ({"password": "short", "current_password": PASSWORD}, "Password should be at least 6 characters long"),
    ):
        assert api("PUT", "/me", cast.bob, {"user": user}).json() == [message]
    api.data("PUT", "/me", cast.bob, {"user": {"password": "new secret", "current_password": PASSWORD}})
    assert api("GET", "/me", headers=basic("bob@example.org", PASSWORD)).status_code == 403
    assert api("GET", "/me", headers=basic("bob@example.org", "new secret")).status_code == 200


def test_a_profile_is_changed_and_nonsense_refused(api: Api, cast: Cast) -> None:
    out = api.data("PUT", "/me", cast.bob, {"user": {"fullname": "Robert", "timezone": "Europe/Tallinn"}})
    assert (list(out), out["fullname"], out["at"][-6:]) == (USER, "Robert", "+02:00")
    nonsense = {"timezone": "Mars/Base", "beginning_of_week": 7, "date_format": "Y", "email": "ann@example.org"}
    refused = api("PUT", "/me", cast.bob, {"user": nonsense})
    assert (refused.status_code, len(refused.json())) == (404, 4)
    assert "User with this email already exists" in refused.json()
    assert api("PUT", "/me", cast.bob, {"user": {"default_wid": cast.ann.home}}).json() == [
        f"User {cast.bob.id} cannot access workspace {cast.ann.home}"
    ]


def test_signing_up_is_closed_unless_the_server_is_open(api: Api, database: Database, cast: Cast) -> None:
    user = {"user": {"email": "Test.User@example.org", "password": PASSWORD, "timezone": "Europe/Paris"}}
    assert api("POST", "/signups", None, user).status_code == 403
    opened = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open")))
    out = opened("POST", "/signups", None, user).json()["data"]
    assert (out["fullname"], out["email"], out["timezone"]) == ("Test User", "test.user@example.org", "Europe/Paris")
    assert "api_token" not in out
    assert opened("POST", "/signups", None, user).json() == ["User with this email already exists"]
    broken = {"user": {"email": "nonsense", "password": "short"}}
    assert opened("POST", "/signups", None, broken).json() == [
        "Invalid e-mail",
        "Password should be at least 6 characters long",
    ]
    workspaces = opened("GET", "/workspaces", headers=basic("test.user@example.org", PASSWORD)).json()
    assert [(workspace["name"], workspace["admin"]) for workspace in workspaces] == [("Test User's workspace", True)]
    opened.close()


def test_nobody_takes_an_account_that_was_made_without_a_password(database: Database, cast: Cast) -> None:
    opened = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="open")))
    taken = {"user": {"email": cast.bob.account.email, "password": PASSWORD}}
    assert opened("POST", "/signups", None, taken).json() == ["User with this email already exists"]
    assert opened("GET", "/me", headers=basic(cast.bob.account.email, PASSWORD)).status_code == 403
    assert opened("GET", "/me", cast.bob).status_code == 200
    opened.close()


def test_who_gets_a_password_keeps_their_token_in_a_workspace_or_in_none(
    api: Api, database: Database, cast: Cast
) -> None:
    nowhere = "update accounts set default_workspace_id = null where bucket = :bucket and id = :eve"
    database.write_now(lambda tx: tx.run(nowhere, bucket=cast.eve.id & 4095, eve=cast.eve.id))
    for person in (cast.bob, cast.eve):
        draft = new_accounts.Draft(email=person.account.email)
        database.write_now(lambda tx: new_accounts.create(tx, cast.vault, draft, "a hash"))  # noqa: B023
        assert api.data("GET", "/me", person)["api_token"] == person.token


def test_by_invitation_only_the_invited_sign_up(database: Database, cast: Cast) -> None:
    invited = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", signup="invite")))
    user = {"user": {"email": "fay@example.org", "password": PASSWORD}}
    assert invited("POST", "/signups", None, user).json() == ["Sign-up on this server needs an invitation"]
    database.write_now(lambda tx: new_accounts.invited(tx, "fay@example.org", "en_US", "tests"))
    assert invited("POST", "/signups", None, user).status_code == 200
    assert invited("GET", "/me", headers=basic("fay@example.org", PASSWORD)).status_code == 200
    invited.close()
