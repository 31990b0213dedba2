"""A translator says what it is given in its language, and reads no catalogue before it must."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hourhand.languages import CATALOGUES, translator

TAKEN = "Tag already exists: {name}"
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
