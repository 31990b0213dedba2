"""The promises of the page that accepts invitations: it reads as it is opened, and acts on what its form sends."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hourhand.core import accounts, passwords
from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Cast, Person
from tests.mailbox import last_code

HOST = "http://127.0.0.1:8300"
PAGE = f"{HOST}/user/accept_invitation"
NEW = "fay@example.org"
PASSWORD = "correct horse"
GONE = "This link does not work"


def invited(api: Api, cast: Cast, database: Database, email: str = NEW) -> str:
    """The code for somebody whom Ann has invited to Acme."""
    [notice] = api("POST", f"/workspaces/{cast.acme.id}/invite", cast.ann, {"emails": [email]}).json()["data"]
    assert notice["invite_url"] == f"{PAGE}?code={notice['invitation_code']}"
    return last_code(database, cast.vault, email)


def send(api: Api, code: str, **fields: str) -> httpx.Response:
    form = httpx.Request("POST", PAGE, data={"code": code, **fields})
    return api("POST", PAGE, content=form.content, headers={"Content-Type": form.headers["content-type"]})


def log_in(api: Api, email: str, password: str = PASSWORD) -> Any:
    answer = api("GET", "/me", headers={"Authorization": httpx.BasicAuth(email, password)._auth_header})
    return answer.json()["data"] if answer.status_code == 200 else answer.status_code


def give_password(database: Database, person: Person) -> None:
    database.write_now(lambda tx: accounts.set_password(tx, person.at(tx), person.id, passwords.hashed(PASSWORD)))


def test_without_an_account_a_name_and_a_password_do(api: Api, cast: Cast, database: Database) -> None:
    code = invited(api, cast, database)
    page = api("GET", f"{PAGE}?code={code}")
    assert page.status_code == 200
    for said in ("Join Acme", f'value="{NEW}"', 'value="Fay"', f'value="{code}"', "new-password", 'minlength="6"'):
        assert said in page.text
    assert log_in(api, NEW) == 403
    done = send(api, code, name="Fay Wray", password=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, "/user/invitation_accepted")
    assert "Welcome" in api("GET", HOST + done.headers["location"]).text
    me = log_in(api, NEW)
    assert (me["fullname"], me["default_wid"]) == ("Fay Wray", cast.acme.id)
    assert [it["id"] for it in me["workspaces"]] == [cast.acme.id]
    assert len(me["api_token"]) == 32


def test_with_an_account_its_password_does(api: Api, cast: Cast, database: Database) -> None:
    give_password(database, cast.eve)
    code = invited(api, cast, database, "eve@example.org")
    page = api("GET", f"{PAGE}?code={code}").text
    assert "current-password" in page
    assert '<a href="/user/lost_password">' in page
    assert "new-password" not in page
    for wrong in ({"password": "wrong"}, {"password": ""}, {}, {"name": "Eve", "password": "another one"}):
        refused = send(api, code, **wrong)
        assert refused.status_code == 403
        assert "This is not your password." in refused.text
        assert api("GET", f"/workspaces/{cast.acme.id}", cast.eve).status_code == 404
    assert send(api, code, password=PASSWORD).status_code == 303
    assert api("GET", f"/workspaces/{cast.acme.id}", cast.eve).status_code == 200
    assert log_in(api, "eve@example.org")["default_wid"] == cast.eve.home


def test_guessing_a_password_there_is_throttled(api: Api, cast: Cast, database: Database) -> None:
    give_password(database, cast.eve)
    code = invited(api, cast, database, "eve@example.org")
    assert [send(api, code, password=f"guess {i}").status_code for i in range(10)] == [403] * 10
    refused = send(api, code, password=PASSWORD)
    assert (refused.status_code, "Please wait a moment" in refused.text) == (429, True)
    assert int(refused.headers["retry-after"]) > 0
    assert api("GET", f"/workspaces/{cast.acme.id}", cast.eve).status_code == 404


def test_opening_the_page_changes_nothing(api: Api, cast: Cast, database: Database) -> None:
    code = invited(api, cast, database)
    for _ in range(3):
        assert api("GET", f"{PAGE}?code={code}").status_code == 200
    assert log_in(api, NEW) == 403
    assert send(api, code, name="Fay", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("password", ["", "12345", "x" * 1025])
def test_a_password_that_cannot_be_taken_is_asked_for_again(
    api: Api, cast: Cast, database: Database, password: str
) -> None:
    code = invited(api, cast, database)
    again = send(api, code, name="Fay <Wray>", password=password)
    assert again.status_code == 400
    assert "That is too" in again.text
    assert "Fay &lt;Wray&gt;" in again.text
    assert "x" * 1025 not in again.text
    assert send(api, code, name="Fay", password=PASSWORD).status_code == 303


def test_a_code_accepts_once(api: Api, cast: Cast, database: Database) -> None:
    code = invited(api, cast, database)
    send(api, code, name="Fay", password=PASSWORD)
    for answer in (api("GET", f"{PAGE}?code={code}"), send(api, code, name="Gil", password="another one")):
        assert answer.status_code == 404
        assert GONE in answer.text
    assert log_in(api, NEW)["fullname"] == "Fay"


def test_what_leads_nowhere_is_one_page(api: Api, cast: Cast, database: Database) -> None:
    code = invited(api, cast, database)
    [fay] = [
        it for it in api("GET", f"/workspaces/{cast.acme.id}/workspace_users", cast.ann).json() if not it["active"]
    ]
    api("DELETE", f"/workspace_users/{fay['id']}", cast.ann)
    answers = [
        api("GET", PAGE),
        *(api("GET", f"{PAGE}?code={it}") for it in (code, "", "0" * 32, quote("<b>é"), "%00", "%ED%A0%80", "%ff")),
        *(send(api, it, name="Fay", password=PASSWORD) for it in (code, "", "0" * 32, "<b>é")),
        api("POST", PAGE, content=b"", headers={"Content-Type": "application/x-www-form-urlencoded"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert GONE in answers[0].text


@pytest.mark.parametrize(
    ("kind", "body"), [("application/json", b"{}"), ("application/x-www-form-urlencoded", b"a=%ff")]
)
def test_what_is_no_form_is_refused(api: Api, kind: str, body: bytes) -> None:
    assert api("POST", PAGE, content=body, headers={"Content-Type": kind}).status_code == 400


def test_the_name_of_a_workspace_is_no_markup(api: Api, cast: Cast, database: Database) -> None:
    api.data("PUT", f"/workspaces/{cast.acme.id}", cast.ann, {"workspace": {"name": "<script>alert(1)</script>"}})
    page = api("GET", f"{PAGE}?code={invited(api, cast, database)}").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
