"""The promises of plain pages: escaped, without script, with labels; and of what their forms send."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from litestar import Request

from hourhand.core.errors import Malformed
from hourhand.web import pages
from hourhand.web.pages import Field, Form, Page
from tests.api.conftest import Api

SITE = "http://127.0.0.1:8300"
EVIL = "\"'><script>alert(1)</script>&amp;"
FORM = "application/x-www-form-urlencoded"


def asked(languages: str = "") -> Request[Any, Any, Any]:
    """A browser's request for a page in these languages."""
    return Request({"type": "http", "headers": [(b"accept-language", languages.encode())]})  # type: ignore[arg-type]


def test_nothing_in_a_page_becomes_markup() -> None:
    fields = (
        Field(kind="hidden", name="code", value=EVIL),
        Field(kind="name", name=EVIL, label=EVIL, value=EVIL, hint=EVIL, error=EVIL),
    )
    seen = _Seen(pages.shown(asked(), Page(EVIL, (EVIL,), Form(EVIL, fields, EVIL), (EVIL, EVIL))).content)
    assert "script" not in seen.tags
    assert seen.text.count(EVIL) == 8
    assert [it["value"] for it in seen.inputs] == [EVIL, EVIL]


def test_a_form_says_what_is_asked_for_and_what_is_wrong_with_it() -> None:
    fields = (
        Field(kind="hidden", name="code", value="abc"),
        Field(kind="email", name="email", label="E-mail", value="ann@example.org", fixed=True),
        Field(kind="password", name="password", label="Password", value="secret", hint="Six", error="Five", least=6),
    )
    answer = pages.shown(asked(), Page("Title", (), Form("/there", fields, "Go")))
    code, email, password = _Seen(answer.content).inputs
    assert code == {"type": "hidden", "name": "code", "value": "abc"}
    assert email == {
        "type": "email",
        "id": "email",
        "name": "email",
        "autocomplete": "username",
        "value": "ann@example.org",
        "readonly": "",
    }
    assert password == {
        "type": "password",
        "id": "password",
        "name": "password",
        "autocomplete": "new-password",
        "minlength": "6",
        "aria-describedby": "password-hint password-error",
        "aria-invalid": "true",
        "required": "",
    }
    for described in ('for="email"', 'for="password"', 'id="password-hint">Six<', 'id="password-error">Five<'):
        assert described in answer.content
    assert "secret" not in answer.content
    assert '<form method="post" action="/there">' in answer.content


def test_a_page_needs_nothing_but_the_style_and_allows_nothing_else(api: Api) -> None:
    answer = pages.shown(asked(), Page("Title", ("Words",), Form("/there", (), "Go"), ("On", "/")))
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|<script|<style|<img", answer.content)
    [address] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.content)
    style = api("GET", SITE + address)
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in style.headers["cache-control"]
    assert not re.search(r"url\(|@import|https?:", style.text)


def test_what_a_form_sends_is_read_as_browsers_send_it() -> None:
    assert pages.read(FORM, b"code=abc&password=a+b%26%3D%C3%A4&name=") == {
        "code": "abc",
        "password": "a b&=ä",
        "name": "",
    }
    assert pages.read(f"{FORM}; charset=UTF-8", b"a=1") == {"a": "1"}
    assert pages.read(FORM, b"") == {}


@pytest.mark.parametrize(
    ("languages", "tag", "title"),
    [
        ("", "en", "This link does not work"),
        ("nl,ja;q=0.5", "en", "This link does not work"),
        ("en-GB,de;q=0.9", "en", "This link does not work"),
        ("de-CH,en;q=0.9", "de", "Dieser Link funktioniert nicht"),
        ("nl, fr;q=0.8", "fr", "Ce lien ne fonctionne pas"),
        ("es", "es", "Este enlace no funciona"),
        ("ET-ee", "et", "See link ei toimi"),
        (",;q,\t-*", "en", "This link does not work"),
        ("x" * 9000 + ",de", "en", "This link does not work"),
    ],
)
def test_a_page_speaks_the_language_of_the_browser(api: Api, languages: str, tag: str, title: str) -> None:
    for path in ("/user/accept_invitation", "/user/reset_password"):
        answer = api("GET", SITE + path, headers={"Accept-Language": languages})
        assert answer.status_code == 404
        assert f'<html lang="{tag}">' in answer.text
        assert f"<h1>{title}</h1>" in answer.text


@pytest.mark.parametrize(
    "body",
    [b"a=%ff", b"a=\xff", b"a=%ED%A0%80", b"a=%00", b"%00=a", b"a=1&a=2", b"just words", b'{"a":1}', b"a=1&" * 30],
)
def test_nonsense_is_no_form(body: bytes) -> None:
    with pytest.raises(Malformed):
        pages.read(FORM, body)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", "", f"{FORM}x"])
def test_another_kind_of_body_is_no_form(kind: str) -> None:
    with pytest.raises(Malformed):
        pages.read(kind, b"a=1")


class _Seen(HTMLParser):
    """What a browser makes of a page: its tags, inputs and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "input":
            self.inputs.append({name: value or "" for name, value in attrs})

    def handle_data(self, data: str) -> None:
        self.text += data
