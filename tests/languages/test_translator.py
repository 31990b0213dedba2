"""A translator says what it is given in its language, and reads no catalogue before it must."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, time

import pytest

from hourhand.languages import CATALOGUES, tag, translator

TAKEN = "Tag already exists: {name}"
HOURS = ("Your timer has been running for {count} hour", "Your timer has been running for {count} hours")
HOSTILE = [
    *("", "xx", "de", "DE_DE", "de_DE ", "de_DE\0", "../de", "../languages/de", "/etc/passwd", "{name}", "en_US"),
    *("de.po", "\ud800", "d" * 100_000),
]
# Prints what of the catalogues has been opened, and whether their reader is there, after each step.
PROBE = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])[-5:]) if event == "open" else None)
def tell():
    print(sorted(name for name in opened if name.endswith(".po")), any(m.split(".")[0] == "babel" for m in sys.modules))
import hourhand.app
from hourhand.languages import translator
german, english, estonian = map(translator, ("de_DE", "en_US", "et_EE"))
tell()
english("Invalid e-mail")
tell()
german("Invalid e-mail")
german("Name")
tell()
estonian("Name")
tell()
"""


def test_a_text_is_said_in_the_language() -> None:
    assert translator("de_DE")("Invalid e-mail") == "Ungültige E-Mail-Adresse"
    assert translator("fr_FR")("Invalid e-mail") == "Adresse e-mail non valide"
    assert translator("es_ES")("Invalid e-mail") == "Dirección de correo electrónico no válida"
    assert translator("et_EE")("Invalid e-mail") == "Vigane e-posti aadress"
    assert translator("en_US")("Invalid e-mail") == "Invalid e-mail"


@pytest.mark.parametrize("language", [None, *HOSTILE], ids=lambda language: repr(language)[:20])
def test_a_language_that_is_not_known_is_english(language: str | None) -> None:
    assert translator(language)(TAKEN, name="x") == "Tag already exists: x"


def test_a_text_without_a_translation_is_said_as_it_is() -> None:
    assert translator("de_DE")("{name} is a text of tomorrow", name="This") == "This is a text of tomorrow"
    assert translator("de_DE")("") == ""


@pytest.mark.parametrize("language", ["en_US", *CATALOGUES])
def test_values_are_put_in_as_they_are(language: str) -> None:
    say = translator(language)
    for value in (
        "{limit}",
        "{name}",
        "{0}",
        "{",
        "}}",
        "{name.__class__}",
        "%(name)s",
        "%s",
        "Invalid e-mail",
        "{label!r}",
    ):
        said = say(TAKEN, name=value, limit="a secret", label="a secret")
        assert said.endswith(value)
        assert "secret" not in said


def test_what_is_said_of_a_number_has_the_form_for_it() -> None:
    for language, none, one, more in (
        ("en_US", "0 hours", "1 hour", "2 hours"),
        ("de_DE", "0 Stunden", "1 Stunde", "2 Stunden"),
        ("fr_FR", "0 heure", "1 heure", "2 heures"),
        ("es_ES", "0 horas en marcha", "1 hora en marcha", "2 horas en marcha"),
        ("et_EE", "0 tundi", "1 tund", "2 tundi"),
    ):
        say = translator(language)
        for count, words in enumerate((none, one, more)):
            assert say(HOURS, count=count).endswith(f" {words}")


def test_a_pair_without_a_translation_is_said_as_it_is() -> None:
    pair = ("{count} week of tomorrow", "{count} weeks of tomorrow")
    for language in ("en_US", "fr_FR", "xx"):
        say = translator(language)
        assert [say(pair, count=count) for count in range(3)] == [
            "0 weeks of tomorrow",
            "1 week of tomorrow",
            "2 weeks of tomorrow",
        ]


def test_dates_and_times_are_written_as_the_language_does() -> None:
    for language, day, morning, evening in (
        ("en_US", "2023-11-06", "00:13", "20:05"),
        ("xx", "2023-11-06", "00:13", "20:05"),
        ("de_DE", "6. November 2023", "00:13", "20:05"),
        ("fr_FR", "6 novembre 2023", "00:13", "20:05"),
        ("es_ES", "6 de noviembre de 2023", "0:13", "20:05"),
        ("et_EE", "6. november 2023", "00:13", "20:05"),
    ):
        for value, shown in ((date(2023, 11, 6), day), (time(0, 13, 59), morning), (time(20, 5), evening)):
            assert translator(language)(TAKEN, name=value).endswith(f": {shown}")


def test_html_is_told_the_language() -> None:
    assert [tag(language) for language in ("de_DE", "fr_FR", "es_ES", "et_EE")] == ["de", "fr", "es", "et"]
    assert {tag(language) for language in (None, *HOSTILE)} == {"en"}


@pytest.mark.parametrize("language", ["en_US", *CATALOGUES])
def test_a_value_that_nobody_tells_is_empty(language: str) -> None:
    assert translator(language)(TAKEN) == translator(language)(TAKEN, name="")


def test_a_catalogue_is_read_when_somebody_needs_it_and_once() -> None:
    probe = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True)
    assert probe.stdout.splitlines() == [
        "[] False",
        "[] False",
        "['de.po'] True",
        "['de.po', 'et.po'] True",
    ]
