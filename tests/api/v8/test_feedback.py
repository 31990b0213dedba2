"""The promises of feedback: what somebody writes becomes a mail to the operator, whichever way a client sends it."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
from msgspec import structs

from hourhand.api.http import House
from hourhand.core import mails
from hourhand.core.mails import AttachedFile, Feedback
from hourhand.db import Database
from hourhand.mail import messages
from hourhand.settings import Settings
from tests import mailbox
from tests.api.conftest import Api
from tests.cast import Cast
from tests.clock import Clock
from tests.jobs.office import Office

PATHS = ("/feedback", "/feedback/web")
# As the desktop client says it: escaped for JSON before it is put into JSON, or into a form.
ESCAPED = r"It said: \"No\".\nTwice\/thrice."
TYPED = 'It said: "No".\nTwice/thrice.'
BOBS = Feedback("Bob", "bob@example.org", "Sync", TYPED, "7.4.1", "beta", ())


def multipart(
    api: Api, cast: Cast, fields: dict[str, str], files: list[tuple[str, bytes]], path: str
) -> httpx.Response:
    parts: Any = [*((name, (None, value)) for name, value in fields.items())]
    parts += [("files", file) for file in files]
    form = httpx.Request("POST", "http://here", files=parts)
    form.read()
    return api("POST", path, cast.bob, content=form.content, headers={"Content-Type": form.headers["content-type"]})


def told(api: Api) -> list[object]:
    """What the operator gets to read."""
    return [mail.message for mail in mailbox.post(api.house.database, api.house.vault)]


@pytest.mark.parametrize("path", PATHS)
def test_feedback_in_json_becomes_a_mail(api: Api, cast: Cast, path: str) -> None:
    attached = {"base64_encoded_attachment": base64.b64encode(b"x" * 900).decode(), "attachment_name": "screen.png"}
    sent = {"desktop": True, "toggl_version": "7.4.1", "details": ESCAPED, "subject": "Sync", "update_channel": "beta"}
    for body in (sent, {**sent, **attached}):
        answer = api("POST", path, cast.bob, body)
        assert (answer.status_code, answer.json()[:9]) == (200, "Thank you")
    assert told(api) == [BOBS, structs.replace(BOBS, files=(AttachedFile("screen.png", 900),))]


@pytest.mark.parametrize("path", PATHS)
def test_feedback_in_a_form_becomes_a_mail(api: Api, cast: Cast, path: str) -> None:
    fields = {"desktop": "true", "toggl_version": "7.4.1", "details": ESCAPED, "subject": "Sync"}
    fields |= {"date": "2023-11-14T22:13:20Z", "update_channel": "beta"}
    files = [("toggldesktop.log", b"\xff\x00" * 50), ("settings.json", b"{}")]
    assert multipart(api, cast, fields, files, path).status_code == 200
    names = (AttachedFile("toggldesktop.log", 100), AttachedFile("settings.json", 2))
    assert told(api) == [structs.replace(BOBS, files=names)]


def test_what_others_than_the_desktop_client_write_stays_as_it_is(api: Api, cast: Cast) -> None:
    for desktop in (False, True):
        details = r"C:\new, a \q and" if desktop else r"C:\new"
        body = {"details": details, "desktop": desktop}
        assert api("POST", "/feedback", cast.bob, body).status_code == 200
    assert [message.details for message in told(api) if isinstance(message, Feedback)] == [
        r"C:\new",
        r"C:\new, a \q and",
    ]


def test_the_operator_can_read_it(database: Database, cast: Cast) -> None:
    settings = Settings(log="off", rate_limit="off", feedback_email="ops@example.org")
    api = Api(House(database, cast.vault, settings))
    details = "One\r\n\r\nTwo <script>\u202e\x85Three"
    api("POST", "/feedback", cast.bob, {"subject": "A\nBcc: eve@example.org", "details": details})
    [mail] = mailbox.post(database, cast.vault)
    assert (mail.email, mail.language) == ("ops@example.org", "en_US")
    letter = messages.letter(mail, "https://time.example.org")
    assert letter.subject.splitlines()[0] == "Feedback: A"
    assert "> One\n\n> Two <script> \n\n> Three\n\n" in letter.text()
    assert "bob@example.org" in letter.text()
    assert "<script" not in letter.html()
    api.close()


def test_without_an_address_of_the_operator_it_goes_to_the_log(
    api: Api, cast: Cast, database: Database, tmp_path: Any
) -> None:
    assert api("POST", "/feedback", cast.bob, {"details": "Hello operator"}).status_code == 200
    # Although mails go out: nobody answers at that port.
    office = Office(database, tmp_path, smtp_url="smtp://localhost:1")
    house = House(database, office.tools.vault, office.tools.settings)
    assert mailbox.do_due(house, mails.KIND, office.records.append) == 1
    [record] = office.records
    about: Any = record["mail"]
    assert about["to"] == ""
    assert "> Hello operator" in about["text"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"{}", "Details can't be blank"),
        (b"", None),
        (b'{"details": " ", "subject": "Sync"}', "Details can't be blank"),
        (b'{"details": "' + b"x" * 20_001 + b'"}', "Details is too long (maximum is 20000 characters)"),
        (b'{"details": "x", "subject": "' + b"x" * 256 + b'"}', "Subject is too long (maximum is 255 characters)"),
        (b'{"details": ["x"]}', None),
        (b'["x"]', None),
        (b'{"details": "\\u0000"}', None),
        (b'{"details": "\\ud800"}', None),
        (b"details=x", None),
    ],
)
@pytest.mark.parametrize("mode", ["api", "recorded"])
def test_what_says_nothing_is_refused(
    request: pytest.FixtureRequest, cast: Cast, mode: str, body: bytes, line: str | None
) -> None:
    api: Api = request.getfixturevalue(mode)
    for path in PATHS:
        answer = api("POST", path, cast.bob, content=body)
        assert (answer.status_code, answer.text.count("\n")) == (400, 1)
        assert line is None or answer.text == f"{line}\n"
    assert told(api) == []


HEAD = b'--b\r\nContent-Disposition: form-data; name="details"'
BROKEN = {
    "no boundary": ("multipart/form-data", b"x"),
    "half": ("multipart/form-data; boundary=b", HEAD),
    "no text": ("multipart/form-data; boundary=b", HEAD + b"\r\n\r\n\xff\r\n--b--\r\n"),
    "odd charset": (
        "multipart/form-data; boundary=b",
        HEAD + b"\r\nContent-Type: text/plain; charset=odd\r\n\r\nx\r\n--b--\r\n",
    ),
    "half a character": (
        "multipart/form-data; boundary=b",
        HEAD + b"\r\nContent-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800\r\n--b--\r\n",
    ),
    "null": ("multipart/form-data; boundary=b", HEAD + b"\r\n\r\n\x00\r\n--b--\r\n"),
    "twice": ("multipart/form-data; boundary=b", (HEAD + b"\r\n\r\n\r\n") * 2 + b"--b--\r\n"),
    "not a flag": (
        "multipart/form-data; boundary=b",
        HEAD.replace(b"details", b"desktop") + b"\r\n\r\nperhaps\r\n--b--\r\n",
    ),
    "many parts": ("multipart/form-data; boundary=b", (HEAD + b"\r\n\r\nx\r\n") * 2000 + b"--b--\r\n"),
    "many files": (
        "multipart/form-data; boundary=b",
        (HEAD + b'; filename="a"\r\n\r\nx\r\n') * 51 + HEAD + b"\r\n\r\nx\r\n--b--\r\n",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_form_that_cannot_be_read_is_refused(api: Api, cast: Cast, broken: str) -> None:
    kind, content = BROKEN[broken]
    for path in (*PATHS, f"/workspaces/{cast.acme.id}/logo"):
        answer = api("POST", path, cast.ann, content=content, headers={"Content-Type": kind})
        assert answer.status_code == (404 if path.endswith("logo") else 400), answer.text
    assert told(api) == []


def test_a_body_is_no_larger_than_any_other(api: Api, cast: Cast) -> None:
    files = [("toggldesktop.log", b"x" * (1 << 20))]
    assert multipart(api, cast, {"details": "x"}, files, "/feedback/web").status_code == 413


def test_nobody_sends_more_than_ten_in_an_hour(api: Api, cast: Cast, clock: Clock) -> None:
    for _ in range(10):
        assert api("POST", "/feedback", cast.bob, {"details": "x"}).status_code == 200
        clock.advance(60)
    refused = api("POST", "/feedback/web", cast.bob, {"details": "x"})
    assert (refused.status_code, refused.text, refused.headers["retry-after"]) == (429, "Too many mails\n", "3600")
    assert api("POST", "/feedback", cast.ann, {"details": "x"}).status_code == 200
    clock.advance(3000)
    assert api("POST", "/feedback", cast.bob, {"details": "x"}).status_code == 200
    assert len(told(api)) == 12


def test_only_who_is_logged_in_writes(api: Api) -> None:
    for path in PATHS:
        assert api("POST", path, None, {"details": "x"}).status_code == 403
    assert told(api) == []
