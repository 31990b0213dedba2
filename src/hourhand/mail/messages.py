"""Which words a mail is told in: those of its person's language, where there are any."""

from __future__ import annotations

from collections.abc import Callable

from hourhand.core.mails import Mail
from hourhand.mail import english
from hourhand.mail.letters import Letter

# By the first part of an account's language, such as `de` of `de_DE`.
_LANGUAGES: dict[str, Callable[[Mail, str], Letter]] = {"en": english.letter}


def letter(mail: Mail, base_url: str) -> Letter:
    """The mail in words."""
    language = mail.language.partition("_")[0]
    return _LANGUAGES.get(language, english.letter)(mail, base_url)
