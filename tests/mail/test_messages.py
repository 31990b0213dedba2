"""What mails say, in every language: all of it, its links, its dates, and names that are names and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from hourhand.core.mails import Feedback, Invitation, LongTimer, LostPassword, Message, Share, WeeklyReport
from hourhand.languages import CATALOGUES, FOLDER
from hourhand.mail import messages
from hourhand.mail.letters import Link, address, compose
from tests.mail.test_letters import MESSAGES, letter
from tools.catalogues import said_in

NBSP = "\u00a0"
SUBJECTS = {
    "en_US": (
        "Bob invites you to Acme",
        "Set a new password",
        "Your timer has been running for 8 hours",
        "Your week from 2023-11-06 to 2023-11-12: 1:31",
    ),
    "de_DE": (
        "Bob lädt Sie in den Arbeitsbereich „Acme“ ein",
        "Neues Passwort festlegen",
        "Ihr Timer läuft seit 8 Stunden",
        "Ihre Woche vom 6. November 2023 bis zum 12. November 2023: 1:31",
    ),
    "fr_FR": (
        f"Bob vous invite à rejoindre l’espace de travail «{NBSP}Acme{NBSP}»",
        "Définir un nouveau mot de passe",
        "Votre chronomètre tourne depuis 8 heures",
        f"Votre semaine du 6 novembre 2023 au 12 novembre 2023{NBSP}: 1:31",
    ),
    "es_ES": (
        "Bob le invita al espacio de trabajo «Acme»",
        "Establecer una contraseña nueva",
        "Su cronómetro lleva 8 horas en marcha",
        "Su semana del 6 de noviembre de 2023 al 12 de noviembre de 2023: 1:31",
    ),
    "et_EE": (
        "Bob kutsub Teid tööruumi „Acme”",
        "Uue parooli määramine",
        "Teie taimer on töötanud 8 tundi",
        "Teie nädal 6. november 2023 – 12. november 2023: 1:31",
    ),
}
# In Tallinn, where it was a quarter past midnight.
SINCE = {
    "en_US": "“Writing” has been running since 2023-11-15 00:13 (Europe/Tallinn).",
    "de_DE": "„Writing“ läuft seit dem 15. November 2023, 00:13 Uhr (Europe/Tallinn).",
    "fr_FR": f"«{NBSP}Writing{NBSP}» est en cours depuis le 15 novembre 2023 à 00:13 (Europe/Tallinn).",
    "es_ES": "«Writing» está en marcha desde el 15 de noviembre de 2023, 0:13 h (Europe/Tallinn).",
    "et_EE": "„Writing” on endiselt käimas. Algus: 15. november 2023 kell 00:13 (Europe/Tallinn).",
}
# What stands in a text between its values: words of which not all are the same in another language.
PARTS = {
    part.strip(" ,.():“”")
    for text in said_in(Path(messages.__file__))
    for form in ([text] if isinstance(text, str) else text)
    for part in re.split(r"\{\w+\}", form)
}
ENGLISH = {part for part in PARTS if " " in part or part == "Hello"}
TRANSLATED = sorted(CATALOGUES)
# The operator is written to in English, which is what the log speaks.
TO_PEOPLE = [message for message in MESSAGES if not isinstance(message, Feedback)]
ALL = sorted(SUBJECTS)
# What programs make a link of, roughly.
CLICKABLE = re.compile(r"\w+://|www\.|\w\.[a-z]{2,}", re.IGNORECASE)


def test_every_kind_of_mail_is_tried_here_in_every_language() -> None:
    assert {type(message) for message in MESSAGES} == set(get_args(Message))
    assert {"en_US", *CATALOGUES} == set(SUBJECTS) == set(SINCE)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("message", TO_PEOPLE, ids=lambda message: type(message).__name__)
def test_a_mail_is_all_in_the_language_of_its_person_and_keeps_its_links(message: Message, language: str) -> None:
    usual, told = letter(message), letter(message, language=language)
    assert any(part in usual.text() for part in ENGLISH), "or this test sees nothing"
    for text in (told.subject, told.text(), told.html()):
        assert [part for part in ENGLISH if re.search(rf"\b{re.escape(part)}\b", text)] == []
    assert [type(block) for block in told.blocks] == [type(block) for block in usual.blocks]
    assert links(told.blocks) == links(usual.blocks) != []
    assert all(url in told.text() for url in links(usual.blocks))
    assert told.html().startswith(f'<!doctype html>\n<html lang="{CATALOGUES[language]}">')


@pytest.mark.parametrize("language", ALL)
def test_a_mail_says_what_it_is_about(language: str) -> None:
    kinds = (Invitation, LostPassword, LongTimer, WeeklyReport)
    told = {type(message): letter(message, language=language).subject for message in MESSAGES}
    assert tuple(told[kind] for kind in kinds) == SUBJECTS[language]
    assert SINCE[language] in letter(LongTimer("Writing", 1_700_000_000, 30_000), language=language).text()
    report = letter(MESSAGES[4], language=language)
    dates = SUBJECTS[language][3].removesuffix("1:31").rstrip(f": {NBSP}").split(maxsplit=2)[2]
    assert dates in report.text()
    assert [line.split()[-1] for line in report.text().split("\n\n")[2].splitlines()] == ["1:30", "0:01", "1:31"]


def test_a_number_has_its_form() -> None:
    def label(minutes: int, language: str) -> str:
        [link] = [
            block for block in letter(LostPassword("/p", minutes), language=language).blocks if "/p" in str(block)
        ]
        assert isinstance(link, Link)
        return link.label

    assert label(1, "en_US") == "Set a new password, within 1 minute"
    assert label(30, "en_US") == "Set a new password, within 30 minutes"
    assert label(1, "de_DE") == "Neues Passwort festlegen (innerhalb von 1 Minute)"
    assert label(30, "de_DE") == "Neues Passwort festlegen (innerhalb von 30 Minuten)"
    assert letter(LongTimer("", 0, 7199), language="fr_FR").subject == "Votre chronomètre tourne depuis 1 heure"


@pytest.mark.parametrize("language", ["xx", "de", "", "../de_DE", "{name}"])
def test_who_reads_a_language_without_words_gets_english(language: str) -> None:
    for message in MESSAGES:
        assert letter(message, language=language) == letter(message)
    assert 'lang="en"' in letter(MESSAGES[0], language=language).html()


@pytest.mark.parametrize("language", ALL)
def test_what_people_typed_is_neither_a_text_nor_a_place_for_a_value(language: str) -> None:
    # Texts that have translations, and the names of values.
    for typed in ("Name", "Total", "Open Hourhand", "{workspace}", "{0}", "{name!r}", "%s", "%(name)s", "}{", "{"):
        for message in (
            Invitation(typed, typed, "/join"),
            LongTimer(typed, 1_700_000_000, 30_000),
            WeeklyReport("2023-11-06", "2023-11-12", (Share(typed, 5, typed, 60), Share(typed, None, None, 60))),
        ):
            usual, told = letter(message, "Ann", language), letter(message, typed, language)
            assert told.text().splitlines()[0] == usual.text().splitlines()[0].replace("Ann", typed)
            assert typed in told.text().partition("\n")[2]


@pytest.mark.parametrize("language", ALL)
def test_a_subject_is_one_line_whatever_people_are_called(language: str) -> None:
    for name in ("Ann\nBcc: eve@example.net", "Ann\r\n\r\nHello", "A\u2028B\u2029C\x85D", "\n"):
        composed = compose(
            letter(Invitation(name, name, "/join"), name, language),
            sender=address("Time", "time@example.org"),
            to=address(name, "ann@example.org"),
            message_id="<1@example.org>",
            date=datetime.fromtimestamp(1_700_000_000, UTC),
        )
        assert str(composed["Subject"]).splitlines() == [str(composed["Subject"])]


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Win at https://evil.example/now?a=1", "Win at https evil example/now?a=1"),
        ("HTTP://EVIL.EXAMPLE", "HTTP EVIL EXAMPLE"),
        ("http://192.0.2.1/x", "http 192.0.2.1/x"),
        ("(www.1and1.example)", "(www 1and1 example)"),
        ("Www.Evil.Example", "Www Evil Example"),
        ("cheap.evil.example", "cheap evil example"),
        ("bücher.рф", "bücher рф"),
        ("eve@evil.example", "eve@evil example"),
        # What is none stays as it is.
        ("Turnverein e.V. 2.0", "Turnverein e.V. 2.0"),
        ("Acme S.L., Inc.", "Acme S.L., Inc."),
        ("Dr. Who: 24/7 & A/B", "Dr. Who: 24/7 & A/B"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("Buy now, " * 20, "Buy now, Buy now, Buy now, Buy now, Buy now, Buy now, Buy n…"),
        ("www." + "evil.example " * 100, "www evil example evil example evil example evil example evi…"),
    ],
)
def test_an_invitation_carries_no_advertisements(typed: str, shown: str, language: str) -> None:
    for message in (Invitation(typed, "Acme", "/join"), Invitation("Bob", typed, "/join")):
        told = letter(message, language=language)
        usual = letter(Invitation("Bob", "Acme", "/join"), language=language)
        assert (told.subject + told.text()).count(shown) == 2
        assert shown.replace("&", "&amp;") in told.html()
        own = told.text().replace("https://time.example.org/join", "")
        assert not CLICKABLE.search(told.subject + "\n" + own)
        assert len(told.subject) <= len(usual.subject) + 60
        assert links(told.blocks) == links(usual.blocks)
    # Nor does a mail to somebody who is called so.
    greeting = letter(LostPassword("/p", 30), typed, language).text().splitlines()[0]
    assert shown in greeting
    assert not CLICKABLE.search(greeting)


def test_a_catalogue_keeps_names_in_its_quotation_marks() -> None:
    for name, opening, closing in (("de", "„", "“"), ("es", "«", "»"), ("et", "„", "”"), ("fr", "«", "»")):
        with (FOLDER / f"{name}.po").open("rb") as file:
            said = [str(it.string) for it in read_po(file) if "“{" in str(it.id)]
        assert len(said) == 5
        assert all(opening in text and closing in text and '"' not in text for text in said)


def links(blocks: tuple[object, ...]) -> list[str]:
    """Where a letter leads to."""
    return [block.url for block in blocks if isinstance(block, Link)]
