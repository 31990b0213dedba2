"""A letter: a subject and blocks, from which both its text and its HTML are made.

Whoever writes a letter need not think of markup or of header lines: what people typed is one line here,
without anything that could end it or turn its direction, and is escaped in one place.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape

from msgspec import Struct

_LONGEST_SUBJECT = 150
_LONGEST_NAME = 60
# Control characters, separators of lines and paragraphs, halves of characters. Not what joins letters and emoji.
_BREAKING = {"Cc", "Zl", "Zp", "Cs"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What has a meaning in an address. Names are better off without than quoted by one program and read by another.
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,"]')


class Line(Struct, frozen=True):
    """A paragraph."""

    text: str


class Link(Struct, frozen=True):
    """Something to click on. `url` is whole."""

    label: str
    url: str


class Table(Struct, frozen=True):
    """Names and what belongs to each."""

    rows: tuple[tuple[str, str], ...]


Block = Line | Link | Table


class Letter(Struct, frozen=True):
    """What somebody gets to read. `language` is a tag such as `de`, for HTML."""

    language: str
    subject: str
    blocks: tuple[Block, ...]

    def text(self) -> str:
        """The letter as plain text."""
        return "\n\n".join(map(_text, self.blocks)) + "\n"

    def html(self) -> str:
        """The letter as HTML, which loads nothing."""
        body = "\n".join(map(_html, self.blocks))
        return f'<!doctype html>\n<html lang="{escape(self.language)}"><body>\n{body}\n</body></html>\n'


def compose(letter: Letter, *, sender: Address, to: Address, message_id: str, date: datetime) -> EmailMessage:
    """The letter as it is sent. The same arguments make the same headers, so a repeat is known as one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = _for_header(letter.subject)[:_LONGEST_SUBJECT]
    message["Date"] = date
    message["Message-ID"] = message_id
    # So that nobody's holiday notice answers.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text())
    message.add_alternative(letter.html(), subtype="html")
    return message


def address(name: str, email: str) -> Address:
    """Where a letter goes to or comes from. Raises `ValueError` for what is no address."""
    user, _, domain = email.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    shown = " ".join(_SPECIAL.sub(" ", _for_header(name)).split())
    return Address(shown[:_LONGEST_NAME].strip(), user, domain)


def address_of(text: str) -> Address:
    """The address that `Name <name@example.org>` or `name@example.org` is."""
    return address(*parseaddr(text))


def one_line(text: str) -> str:
    """A text without what could begin a new line, or turn the direction of what follows it."""
    return "".join(
        " " if unicodedata.category(character) in _BREAKING or character in _TURNING else character
        for character in text
    )


def _for_header(text: str) -> str:
    # The library decodes what looks encoded already, and what that holds may be the end of the header.
    return one_line(text).replace("=?", "= ?")


def _text(block: Block) -> str:
    if isinstance(block, Line):
        return one_line(block.text)
    if isinstance(block, Link):
        # No colon between: how one is written is a matter of the language.
        return f"{one_line(block.label)}\n{one_line(block.url)}"
    wide = max((len(one_line(name)) for name, _ in block.rows), default=0)
    return "\n".join(f"{one_line(name):<{wide}}  {one_line(value):>8}" for name, value in block.rows)


def _html(block: Block) -> str:
    if isinstance(block, Line):
        return f"<p>{_escaped(block.text)}</p>"
    if isinstance(block, Link):
        return f'<p><a href="{_escaped(block.url)}">{_escaped(block.label)}</a></p>'
    cells = (f'<tr><td>{_escaped(n)}</td><td align="right">{_escaped(v)}</td></tr>' for n, v in block.rows)
    return "<table>\n" + "\n".join(cells) + "\n</table>"


def _escaped(text: str) -> str:
    return escape(one_line(text))
