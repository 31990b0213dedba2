"""The promises to who cannot log in: a mail for those who have an account, and one and the same answer for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from hourhand.api.http import House
from hourhand.core import accounts, jobs, lost_passwords, new_accounts
from hourhand.core.mails import LostPassword
from hourhand.db import Database
from hourhand.settings import Settings
from tests import mailbox
from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock
from tests.matrix import snapshot

ASKED = "Please check your inbox for further instructions"
SITE = "http://127.0.0.1:8300"
HOUR = 3600


def ask(api: Api, email: str) -> None:
    answer = api("POST", "/lost_passwords", None, {"email": email})
    assert (answer.status_code, answer.json()) == (200, ASKED)


def told(api: Api) -> list[str]:
    """Who was sent a link, after all that was asked for."""
    mailbox.do_due(api.house, lost_passwords.KIND)
    found = mailbox.post(api.house.database, api.house.vault)
    return [mail.email for mail in found if isinstance(mail.message, LostPassword)]


def test_who_has_an_account_gets_a_mail_with_a_link(api: Api, cast: Cast) -> None:
    ask(api, " Bob@Example.ORG ")
    assert told(api) == ["bob@example.org"]
    [mail] = mailbox.post(api.house.database, cast.vault)
    assert isinstance(mail.message, LostPassword)
    assert mail.message.minutes == 30
    assert mail.message.link.startswith("/user/reset_password?code=")
    page = api("GET", SITE + mail.message.link)
    assert (page.status_code, "bob@example.org" in page.text) == (200, True)


def test_nobody_learns_who_has_an_account(api: Api, cast: Cast, database: Database) -> None:
    database.write_now(lambda tx: accounts.disable(tx, cast.dan.account, tx.now))
    database.write_now(lambda tx: new_accounts.invited(tx, "waiting@example.org", None, "tests"))
    ask(api, "first@example.org")
    heard, done = set(), set()
    for email in ("bob@example.org", "dan@example.org", "waiting@example.org", "nobody@example.org"):
        for person in (None, cast.eve):
            before = snapshot.read(database)
            answer = api("POST", "/lost_passwords", person, {"email": email})
            headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
            heard.add((answer.status_code, str(headers), answer.text))
            # What is done meanwhile is the same too, and so it takes as long.
            after = snapshot.read(database)
            done.add(str({table: len(rows) - len(before[table]) for table, rows in after.items()}))
    assert (len(heard), len(done)) == (1, 1)
    assert told(api) == ["bob@example.org"] * 2


def test_an_account_without_a_password_is_in_use_by_its_token(api: Api, cast: Cast) -> None:
    """The cast has been made by the operator."""
    ask(api, cast.eve.account.email)
    assert told(api) == [cast.eve.account.email]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"{}", "Emails should not be blank"),
        (b'{"email": null}', "Emails should not be blank"),
        (b'{"email": " "}', "Emails should not be blank"),
        (b'{"email": "bob"}', "Invalid e-mail"),
        (b'{"email": "bob@example"}', "Invalid e-mail"),
        (b'{"email": "bob@example.org\\r\\nBcc: eve@example.org"}', "Invalid e-mail"),
        (b'{"email": "bob@example.org,eve@example.org"}', "Invalid e-mail"),
        (b'{"email": "' + b"b" * 60 + b"@" + b"e" * 300 + b'.org"}', "Invalid e-mail"),
        (b'{"email": "bob@example.org\\u0000"}', None),
        (b'{"email": {"$ne": null}}', None),
        (b'{"email": ["bob@example.org"]}', None),
        (b'["bob@example.org"]', None),
        (b"bob@example.org", None),
        (b"\xff", None),
        (b"", None),
    ],
)
@pytest.mark.parametrize("mode", ["api", "recorded"])
def test_what_is_no_address_is_refused(
    request: pytest.FixtureRequest, database: Database, mode: str, content: bytes, line: str | None
) -> None:
    api: Api = request.getfixturevalue(mode)
    answer = api("POST", "/lost_passwords", content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert answer.text == f"{line}\n" if line else answer.text.count("\n") == 1
    assert database.write_now(lambda tx: jobs.of_kind(tx, lost_passwords.KIND)) == []


def test_an_address_gets_three_mails_in_an_hour(api: Api, clock: Clock) -> None:
    clock.now = clock.now // HOUR * HOUR + HOUR - 60
    for _ in range(3):
        ask(api, "bob@example.org")
        clock.advance(30)
    # In the next hour by the clock, and less than an hour later.
    for _ in range(3):
        ask(api, "bob@example.org")
    ask(api, "eve@example.org")
    assert sorted(told(api)) == [*["bob@example.org"] * 3, "eve@example.org"]
    clock.advance(HOUR - 90)
    ask(api, "bob@example.org")
    ask(api, "bob@example.org")
    assert told(api).count("bob@example.org") == 4
    clock.advance(HOUR)
    for _ in range(4):
        ask(api, "bob@example.org")
    assert told(api).count("bob@example.org") == 7


def test_a_job_that_is_done_again_sends_no_second_mail(api: Api, database: Database) -> None:
    ask(api, "bob@example.org")
    [job] = database.write_now(lambda tx: jobs.of_kind(tx, lost_passwords.KIND))
    asked = lost_passwords.Asked("bob@example.org")
    for _ in range(2):
        database.write_now(lambda tx: lost_passwords.tell(tx, api.house.vault, asked, job.id))
    assert len(mailbox.post(database, api.house.vault)) == 1
    assert len(database.write_now(lambda tx: tx.rows("select 1 from codes"))) == 1


def test_no_link_is_found_in_what_is_stored(api: Api, cast: Cast, database: Database) -> None:
    ask(api, "bob@example.org")
    assert told(api) == ["bob@example.org"]
    [mail] = mailbox.post(database, cast.vault)
    assert isinstance(mail.message, LostPassword)
    code = mail.message.link.partition("=")[2]
    assert code not in str(snapshot.read(database))


@pytest.fixture
def strict(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An application that lets three requests of a stranger through, while the time stands still."""
    monkeypatch.setattr("hourhand.api.auth.time", SimpleNamespace(monotonic=lambda: 1000.0))
    api = Api(House(database, cast.vault, Settings(log="off", rate_limit="1/3")))
    yield api
    api.close()


ASKING: dict[str, Callable[[Api, Cast], int]] = {
    "an address": lambda api, cast: api("POST", "/lost_passwords", None, {"email": "a@b.org"}).status_code,
    "as somebody": lambda api, cast: api("POST", "/lost_passwords", cast.bob, {"email": "a@b.org"}).status_code,
    "nonsense": lambda api, cast: api("POST", "/lost_passwords", None, {"email": "nonsense"}).status_code,
    "a page": lambda api, cast: api("GET", f"{SITE}/user/reset_password?code=guess").status_code,
    "an invitation": lambda api, cast: api("GET", f"{SITE}/user/accept_invitation?code=guess").status_code,
}


@pytest.mark.parametrize("asking", ASKING)
def test_strangers_are_counted(strict: Api, cast: Cast, asking: str) -> None:
    statuses = [ASKING[asking](strict, cast) for _ in range(4)]
    assert 429 not in statuses[:3]
    assert statuses[3] == 429
    page = strict("POST", f"{SITE}/user/reset_password", content=b"")
    assert (page.status_code, page.headers["retry-after"]) == (429, "1")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
