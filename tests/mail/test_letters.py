"""Letters: whatever people are called, a mail has one recipient, its own headers, and no markup but ours."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from hourhand.core.accounts import LANGUAGES
from hourhand.core.mails import (
    AttachedFile,
    Feedback,
    Invitation,
    LongTimer,
    LostPassword,
    Mail,
    Message,
    Share,
    WebhookDisabled,
    WeeklyReport,
)
from hourhand.mail import messages
from hourhand.mail.letters import Letter, address, address_of, compose

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
HOSTILE = {
    "line feed": "Ann\nBcc: eve@example.net",
    "carriage return and line feed": "Ann\r\nBcc: eve@example.net\r\n\r\nHello",
    "carriage return": "Ann\rBcc: eve@example.net",
    "null": "Ann\x00Bcc: eve@example.net",
    "next line": "Ann\x85Bcc: eve@example.net",
    "line separator": "Ann\u2028Bcc: eve@example.net\u2029",
    "vertical tab and form feed": "Ann\x0b\x0cBcc: eve@example.net",
    "turned around": "Ann \u202egro.elpmaxe@eve\u2066",
    "half a character": "Ann \ud83d\udc80",
    "address in brackets": "Ann <eve@example.net>",
    "two addresses": 'Ann" <ann@example.org>, "Eve" <eve@example.net>',
    "group and comment": "Ann: eve@example.net; (eve@example.net)",
    "back slash": 'Ann \\" <eve@example.net>\\',
    "encoded word": "=?utf-8?q?Ann=0ABcc=3A_eve=40example=2Enet?=",
    "long": "Ann, " + "ä" * 200 + ", eve@example.net" * 5,
    "markup": "<script>alert(1)</script><img src=\"x\" onerror='alert(1)'>&amp;",
    "emoji": "Ann 👩‍👩‍👧",
}
MESSAGES: list[Message] = [
    Invitation("Bob", "Acme", "/join?code=a&b=c"),
    LostPassword("/password?code=a", 30),
    LongTimer("Writing", 1_700_000_000, 30_000),
    LongTimer("", 1_700_000_000, 30_000),
    WeeklyReport("2023-11-06", "2023-11-12", (Share("Acme", 5, "Site", 5400), Share("Acme", None, None, 60))),
    WebhookDisabled("Acme", "Sync", "it answered with 5xx", gone=False),
    WebhookDisabled("Acme", "Sync", "it answered with 4xx", gone=True),
    Feedback("Bob", "bob@example.org", "Sync", "It says no", "7.4.1", "beta", (AttachedFile("a.log", 100),)),
]


def mail(message: Message, name: str = "Ann", language: str = "en_US") -> Mail:
    return Mail(name, "ann@example.org", language, "Europe/Tallinn", message)


def letter(message: Message, name: str = "Ann", language: str = "en_US") -> Letter:
    return messages.letter(mail(message, name, language), "https://time.example.org")


def sent(message: Message, name: str = "Ann", language: str = "en_US") -> EmailMessage:
    """The mail as who gets it reads it."""
    composed = compose(
        letter(message, name, language),
        sender=address_of("Time <time@example.org>"),
        to=address(name, "ann@example.org"),
        message_id="<8197.1700000000@example.org>",
        date=datetime.fromtimestamp(1_700_000_000, UTC),
    )
    parsed = BytesParser(policy=policy.default).parsebytes(composed.as_bytes())
    assert isinstance(parsed, EmailMessage)
    return parsed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_adds_no_header_and_no_recipient(name: str, language: str) -> None:
    for message in (Invitation(name, name, "/join"), LongTimer(name, 1_700_000_000, 30_000)):
        parsed = sent(message, name, language)
        assert parsed.keys() == HEADERS
        assert [one.addr_spec for one in parsed["To"].addresses] == ["ann@example.org"]
        assert [one.addr_spec for one in parsed["From"].addresses] == ["time@example.org"]
        assert parsed["Subject"].splitlines() == [str(parsed["Subject"])]
        assert parsed.defects == []


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_begins_no_line_and_no_markup(name: str) -> None:
    usual, hostile = (letter(Invitation(said, said, "/join?a=1&b=2"), said) for said in ("Bob", name))
    assert len(hostile.text().splitlines()) == len(usual.text().splitlines())
    assert Tags.of(hostile.html()) == Tags.of(usual.html())
    assert not set(hostile.text()) & set("\x00\r\x85\u202e\u2028")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_has_a_subject_a_text_and_html_that_loads_nothing(message: Message, language: str) -> None:
    parsed = sent(message, language=language)
    assert parsed["Subject"]
    plain, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().startswith(letter(message, language=language).text().splitlines()[0])
    tags = Tags.of(html.get_content())
    assert {name for name, _ in tags} <= {"html", "body", "p", "a", "table", "tr", "td"}
    links = [value for name, attributes in tags if name == "a" for value in attributes]
    assert all(link.startswith("href=https://time.example.org") for link in links)
    assert links


def test_messages_say_what_they_are_about() -> None:
    assert "https://time.example.org/join?code=a&b=c" in letter(MESSAGES[0]).text()
    assert 'href="https://time.example.org/join?code=a&amp;b=c"' in letter(MESSAGES[0]).html()
    assert "within 30 minutes" in letter(MESSAGES[1]).text()
    # In the person's own zone.
    assert "“Writing” has been running since 2023-11-15 00:13 (Europe/Tallinn)." in letter(MESSAGES[2]).text()
    assert letter(MESSAGES[2]).subject == "Your timer has been running for 8 hours"
    report = letter(MESSAGES[4])
    assert report.subject == "Your week from 2023-11-06 to 2023-11-12: 1:31"
    assert [line.rsplit(maxsplit=1) for line in report.text().split("\n\n")[2].splitlines()] == [
        ["Acme: Site", "1:30"],
        ["Acme: without a project", "0:01"],
        ["Total", "1:31"],
    ]


def test_an_address_keeps_its_name_and_becomes_ascii_where_it_can() -> None:
    assert str(address_of("Time keeper <time@example.org>")) == "Time keeper <time@example.org>"
    assert str(address_of("time@example.org")) == "time@example.org"
    assert address("Ann", "ann@bücher.example").addr_spec == "ann@xn--bcher-kva.example"
    with pytest.raises(ValueError, match="idna"):
        address("Ann", f"ann@{'ü' * 64}.example")


class Tags(HTMLParser):
    """The tags of an HTML text, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    @classmethod
    def of(cls, html: str) -> list[tuple[str, tuple[str, ...]]]:
        """All tags that a text opens."""
        reader = cls()
        reader.feed(html)
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(f"{name}={value}" for name, value in attrs if name != "lang")))
