"""The languages that people are answered in.

A text is written once, in English, where it belongs: a dialect's messages, a mail. It may name values as `{limit}`.
Its translations are in the catalogues beside this file, one for each language, which are read when somebody first
needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache, partial
from gettext import c2py
from pathlib import Path
from typing import Any, Protocol, cast

from msgspec import Struct

FOLDER = Path(__file__).parent
# The language of a profile, and its catalogue. Every other language is English, which has none.
CATALOGUES = {"de_DE": "de", "es_ES": "es", "et_EE": "et", "fr_FR": "fr"}
_PROFILES = {"en": "en_US", **{name: language for language, name in CATALOGUES.items()}}
_LONGEST_HEADER = 1000

# What is said of a number is a pair, for one and for more; the value `count` is that number.
Text = str | tuple[str, str]


class Translator(Protocol):
    """Says an English text in a language, with its values. A value that is not given is left empty.

    Dates and times of day are told as the language writes them, in English as ISO 8601 does.
    """

    def __call__(self, text: Text, /, **values: object) -> str: ...


def translator(language: str | None) -> Translator:
    """Who speaks this language. It may come from anybody: one that is not known is English, and none is read yet."""
    name = CATALOGUES.get(language or "")
    return partial(_say, name) if name else english


def tag(language: str | None) -> str:
    """The language that its translator speaks, as HTML names it."""
    return CATALOGUES.get(language or "", "en")


def preferred(header: str | None) -> str | None:
    """The first language of an `Accept-Language` header that people are answered in, as profiles name it."""
    for part in (header or "")[:_LONGEST_HEADER].split(","):
        name = part.partition(";")[0].strip().lower().partition("-")[0]
        if name in _PROFILES:
            return _PROFILES[name]
    return None


def english(text: Text, /, **values: object) -> str:
    """The `Translator` for those whose language is not known."""
    if isinstance(text, tuple):
        one, more = text
        text = one if values["count"] == 1 else more
    return _filled(text, {name: _iso(value) for name, value in values.items()})


def _say(name: str, text: Text, /, **values: object) -> str:
    catalogue = _catalogue(name)
    said = catalogue.texts.get(text)
    if said is None:
        return english(text, **values)
    if isinstance(said, tuple):
        said = said[catalogue.form(cast(int, values["count"]))]
    return _filled(said, {key: _written(value, name) for key, value in values.items()})


def _filled(text: str, values: dict[str, object]) -> str:
    # Values are put in as they are: what looks like a `{…}` in one of them is not read again.
    return text.format_map(_Blanks(values))


def _iso(value: object) -> object:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _written(value: object, name: str) -> object:
    if not isinstance(value, date | time):
        return value
    from babel.dates import format_date, format_time

    if isinstance(value, date):
        return format_date(value, "long", locale=name)
    return format_time(value, "short", locale=name)


class _Catalogue(Struct, frozen=True):
    """The translations of a language; `form` is which one of a tuple is for a number."""

    texts: Mapping[Text, str | tuple[str, ...]]
    form: Callable[[int], int]


@cache
def _catalogue(name: str) -> _Catalogue:
    # Imported here: a server that speaks English never needs it.
    from babel.messages.pofile import read_po

    with (FOLDER / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale=name)
    # What is not translated yet is said in English. Of a pair it may be one half.
    texts: dict[Any, Any] = {it.id: it.string for it in catalogue if it.id and it.string and all(it.string)}
    return _Catalogue(texts, c2py(catalogue.plural_expr))


class _Blanks(dict[str, object]):
    """What a text names and nobody tells is left empty rather than failing."""

    def __missing__(self, key: str) -> str:
        return ""
