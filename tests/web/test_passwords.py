"""The promises of the page behind the link in the mail: a new password, once, and everything older ends."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from urllib.parse import urlencode

import httpx
import pytest

from hourhand.api.http import House
from hourhand.app import application
from hourhand.core import accounts, lost_passwords, passwords
from hourhand.core.mails import LostPassword
from hourhand.db import Database, Overloaded, StorageFull, Unavailable
from hourhand.settings import Settings
from tests import mailbox
from tests.api.conftest import Api
from tests.cast import Cast, Person
from tests.clock import Clock
from tests.matrix import snapshot

PAGE = "http://127.0.0.1:8300/user/reset_password"
ASK = "http://127.0.0.1:8300/user/lost_password"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GONE = "This link does not work"
OLD, NEW = "correct horse", "battery & stäple"


def code_for(api: Api, person: Person) -> str:
    """The code in the last mail to somebody who has asked for one."""
    api("POST", "/lost_passwords", None, {"email": person.account.email})
    mailbox.do_due(api.house, lost_passwords.KIND)
    mail = mailbox.post(api.house.database, api.house.vault)[-1]
    assert isinstance(mail.message, LostPassword)
    assert mail.email == person.account.email
    return mail.message.link.partition("?code=")[2]


def send(api: Api, **fields: str) -> httpx.Response:
    return api("POST", PAGE, content=urlencode(fields).encode(), headers=FORM)


def log_in(api: Api, person: Person, password: str) -> httpx.Response:
    credentials = b64encode(f"{person.account.email}:{password}".encode()).decode()
    return api("POST", "/sessions", headers={"Authorization": f"Basic {credentials}"})


def works(api: Api, code: str) -> bool:
    """Whether a link still shows the form; a page that shows none is always the same."""
    page = api("GET", PAGE, params={"code": code})
    assert (page.status_code, GONE in page.text) in ((200, False), (404, True))
    return page.status_code == 200


def test_a_link_sets_a_password_once(api: Api, cast: Cast) -> None:
    code = code_for(api, cast.bob)
    form = api("GET", PAGE, params={"code": code})
    assert (form.status_code, form.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert form.text.count(code) == 1
    assert "bob@example.org" in form.text
    assert "At least 6 characters" in form.text
    done = send(api, code=code, password=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/user/reset_password/done")
    assert code not in str(done.headers)
    assert "Your new password is set" in api("GET", f"{PAGE}/done").text
    assert log_in(api, cast.bob, NEW).status_code == 200
    again = send(api, code=code, password="another one")
    assert (again.status_code, GONE in again.text, works(api, code)) == (404, True, False)
    assert log_in(api, cast.bob, "another one").status_code == 403


def test_what_was_logged_in_before_ends_and_tokens_go_on(api: Api, cast: Cast, database: Database) -> None:
    stored = passwords.hashed(OLD)
    database.write_now(lambda tx: accounts.set_password(tx, cast.bob.at(tx), cast.bob.id, stored))
    cookie = log_in(api, cast.bob, OLD).headers["set-cookie"].split(";")[0]
    assert api("GET", "/me", headers={"Cookie": cookie}).status_code == 200
    assert send(api, code=code_for(api, cast.bob), password=NEW).status_code == 303
    assert api("GET", "/me", headers={"Cookie": cookie}).status_code == 403
    assert log_in(api, cast.bob, OLD).status_code == 403
    assert api("GET", "/me", cast.bob).status_code == 200


def test_looking_changes_nothing(api: Api, cast: Cast, database: Database) -> None:
    code = code_for(api, cast.bob)
    before = snapshot.read(database)
    for method in ("GET", "HEAD"):
        for _ in range(2):
            assert api(method, PAGE, params={"code": code}).status_code == 200
    assert snapshot.read(database) == before


def test_a_page_is_kept_by_nobody_and_its_address_goes_nowhere(api: Api, cast: Cast) -> None:
    code = code_for(api, cast.bob)
    for page in (api("GET", PAGE, params={"code": code}), api("GET", PAGE), send(api, code=code, password=NEW)):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; form-action")


def test_what_is_wrong_with_a_password_is_said_and_the_link_works_on(api: Api, cast: Cast) -> None:
    code = code_for(api, cast.bob)
    for password, said in (("", "6 characters or more"), ("12345", "6 characters or more"), ("x" * 1025, "1024")):
        wrong = send(api, code=code, password=password)
        assert wrong.status_code == 400
        assert said in wrong.text
        assert 'aria-invalid="true"' in wrong.text
        assert not password or f'value="{password}"' not in wrong.text
    assert send(api, code=code).status_code == 400
    assert send(api, code=code, password=NEW).status_code == 303


def test_the_shortest_password_is_a_setting(database: Database, cast: Cast) -> None:
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="off", password_min_length=12)))
    code = code_for(api, cast.bob)
    assert "At least 12 characters" in api("GET", PAGE, params={"code": code}).text
    assert "12 characters or more" in send(api, code=code, password="x" * 11).text
    assert send(api, code=code, password="x" * 12).status_code == 303
    api.close()


def test_a_link_works_for_thirty_minutes(api: Api, cast: Cast, clock: Clock) -> None:
    code = code_for(api, cast.bob)
    clock.advance(30 * 60 - 1)
    assert works(api, code)
    clock.advance(1)
    assert not works(api, code)
    assert send(api, code=code, password=NEW).status_code == 404


@pytest.mark.parametrize("end", ["token", "password", "link", "disabled"])
def test_a_link_ends_with_what_ends_the_password_that_was(api: Api, cast: Cast, database: Database, end: str) -> None:
    code = code_for(api, cast.bob)
    if end == "token":
        api("POST", "/reset_token", cast.bob)
    elif end == "password":
        stored = passwords.hashed(OLD)
        database.write_now(lambda tx: accounts.set_password(tx, cast.bob.at(tx), cast.bob.id, stored))
    elif end == "link":
        assert send(api, code=code_for(api, cast.bob), password=OLD).status_code == 303
    else:
        database.write_now(lambda tx: accounts.disable(tx, cast.bob.account, tx.now))
    assert not works(api, code)
    assert send(api, code=code, password=NEW).status_code == 404
    assert log_in(api, cast.bob, NEW).status_code == 403


def test_a_page_asks_for_the_mail_and_tells_nobody_who_has_an_account(api: Api, cast: Cast, database: Database) -> None:
    page = api("GET", ASK)
    assert page.status_code == 200
    assert "Lost your password?" in page.text
    assert 'autocomplete="username"' in page.text
    heard = set()
    for email in ("Bob@example.org", "nobody@example.org"):
        asked = api("POST", ASK, content=urlencode({"email": email}).encode(), headers=FORM)
        heard.add((asked.status_code, asked.headers["location"], asked.text))
    assert heard == {(303, "/user/lost_password/sent", "")}
    assert "a mail to it is on its way" in api("GET", f"{ASK}/sent").text
    mailbox.do_due(api.house, lost_passwords.KIND)
    assert [mail.email for mail in mailbox.post(database, cast.vault)] == ["bob@example.org"]
    assert works(api, mailbox.last_code(database, cast.vault, "bob@example.org"))


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", '"><script>@example.org'])
def test_what_is_no_address_is_asked_for_again(api: Api, cast: Cast, database: Database, email: str) -> None:
    refused = api("POST", ASK, content=urlencode({"email": email}).encode(), headers=FORM)
    assert (refused.status_code, "This is no e-mail address." in refused.text) == (400, True)
    assert "<script" not in refused.text
    assert mailbox.do_due(api.house, lost_passwords.KIND) == 0


def test_nonsense_is_no_link(api: Api, cast: Cast) -> None:
    desktop = api("POST", "/desktop_login_tokens", cast.bob).json()["login_token"]
    nothing = api("GET", PAGE)
    for code in ("", "0" * 32, "x" * 10_000, "\x00", "ÿ", cast.bob.token, desktop):
        page = api("GET", PAGE, params={"code": code})
        assert (page.status_code, page.text) == (404, nothing.text)
        assert send(api, code=code, password=NEW).status_code == 404 if code != "\x00" else True
    for query in ("code=%ED%A0%80", "code=%ff", "code=a&code=b", "code", "code[]=1", "&&&"):
        assert api("GET", f"{PAGE}?{query}").status_code in (400, 404), query
    # It is worth something where it belongs.
    assert api("GET", "/desktop_login", params={"login_token": desktop}).status_code == 303


@pytest.mark.parametrize(
    "content",
    [b"", b"code", b"code=%ED%A0%80&password=long enough", b"code=%00", b"code=a&code=b", b"a=1&" * 99, b"\xff" * 9],
)
def test_what_is_no_form_is_refused_in_a_page(api: Api, content: bytes) -> None:
    for headers in (FORM, {"Content-Type": "application/json"}, {}):
        refused = api("POST", PAGE, content=content, headers=headers)
        assert refused.status_code in (400, 404)
        assert refused.headers["content-type"] == "text/html; charset=utf-8"


def test_a_form_is_no_larger_than_any_body(api: Api) -> None:
    assert api("POST", PAGE, content=b"password=" + b"x" * (1 << 20), headers=FORM).status_code == 413


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Unavailable("lost"), 503, "Please try again"),
        (Overloaded("lost"), 503, "Please try again"),
        (StorageFull("full"), 507, "That could not be stored"),
    ],
)
def test_what_the_database_cannot_do_is_said_in_a_page(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, title: str
) -> None:
    async def fail(work: object) -> None:
        raise error

    monkeypatch.setattr(database, "read", fail)
    for answer in (api("GET", PAGE, params={"code": "a"}), send(api, code="a", password=NEW)):
        assert (answer.status_code, title in answer.text) == (status, True)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("codes", [1, 3])
def test_of_several_at_once_one_wins(api: Api, cast: Cast, codes: int) -> None:
    for _ in range(3 // codes):
        mine = [code_for(api, cast.bob) for _ in range(codes)]
        sent = [(mine[number % codes], f"password {number}") for number in range(6)]
        statuses = asyncio.run(_at_once(api, sent))
        assert sorted(statuses) == [303, *[404] * 5]
        assert log_in(api, cast.bob, sent[statuses.index(303)][1]).status_code == 200


async def _at_once(api: Api, sent: list[tuple[str, str]]) -> list[int]:
    transport = httpx.ASGITransport(app=application(api.house))
    async with httpx.AsyncClient(transport=transport) as client:
        forms = (client.post(PAGE, data={"code": code, "password": password}) for code, password in sent)
        return [answer.status_code for answer in await asyncio.gather(*forms)]
