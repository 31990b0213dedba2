"""Rules for texts that people type, shared by every noun."""

from __future__ import annotations

import re

from hourhand.core.errors import Problems

LONGEST_NAME = 255
LONGEST_NOTES = 3000
LONGEST_EMAIL = 254
# What calling software says its name is.
LONGEST_SOFTWARE = 255

# Deliberately loose, without nested repetition: the mail server is the judge of the rest.
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>\"(),;:\\\[\]]{1,64}@[^@\s\x00-\x1f<>\"(),;:\\\[\]]+\.[^@\s.\x00-\x1f<>\"(),;:\\\[\]]+"
)


def name(problems: Problems, value: str | None, field: str = "name", longest: int = LONGEST_NAME) -> str:
    """A name that is not blank and not too long, without white space around it."""
    text = (value or "").strip()
    if not text:
        problems.add(field, "blank")
    elif len(text) > longest:
        problems.add(field, "too_long", limit=longest)
    return text


def notes(problems: Problems, value: str | None, field: str = "notes") -> str | None:
    """A longer text, or None for an empty one."""
    if value and len(value) > LONGEST_NOTES:
        problems.add(field, "too_long", limit=LONGEST_NOTES)
    return value or None


def email(problems: Problems, value: str | None, field: str = "email") -> str:
    """An e-mail address in lower case, as it is stored and looked up."""
    text = (value or "").strip().lower()
    if not text:
        problems.add(field, "blank")
    elif not is_email(text):
        problems.add(field, "invalid")
    return text


def is_email(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return len(text) <= LONGEST_EMAIL and ".." not in text and _EMAIL.fullmatch(text) is not None
