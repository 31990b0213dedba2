"""The languages that people are answered in.

A text is written once, in English, where it belongs: a dialect's messages, a mail. It may name values as `{limit}`.
Its translations are in the catalogues beside this file, one for each language, which are read when somebody first
needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Protocol

FOLDER = Path(__file__).parent
# The language of a profile, and its catalogue. Every other language is English, which has none.
CATALOGUES = {"de_DE": "de", "es_ES": "es", "et_EE": "et", "fr_FR": "fr"}


class Translator(Protocol):
    """Says an English text in a language, with its values. A value that is not given is left empty."""

    def __call__(self, text: str, /, **values: object) -> str: ...


def translator(language: str | None) -> Translator:
    """Who speaks this language. It may come from anybody: one that is not known is English, and none is read yet."""
    name = CATALOGUES.get(language or "")
    return partial(_say, name) if name else english


def english(text: str, /, **values: object) -> str:
    """The `Translator` for those whose language is not known."""
    # Values are put in as they are: what looks like a `{…}` in one of them is not read again.
    return text.format_map(_Blanks(values))


def _say(name: str, text: str, /, **values: object) -> str:
    return english(_catalogue(name).get(text, text), **values)


@cache
def _catalogue(name: str) -> Mapping[str, str]:
    # Imported here: a server that speaks English never needs it.
    from babel.messages.pofile import read_po

    with (FOLDER / f"{name}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


class _Blanks(dict[str, object]):
    """What a text names and nobody tells is left empty rather than failing."""

    def __missing__(self, key: str) -> str:
        return ""
