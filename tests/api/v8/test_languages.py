"""Refusals are said in the language of the caller's profile; the English ones are the contract's, to the letter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hourhand.api.http import House
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.api.v8.sending import START, entry, set_password
from tests.cast import Cast, Person

NOBODYS = 1 << 50
LANGUAGES = ("de_DE", "fr_FR", "es_ES", "et_EE")
HOSTILE = ("xx", "de", "", "DE_DE", "../../../etc/passwd", "{label}", "%s", "de_DE\n", "e" * 10_000)


@pytest.fixture(params=["documented", "recorded"])
def mode(request: pytest.FixtureRequest, database: Database, cast: Cast) -> Iterator[Api]:
    """The application in each mode, with sign-up for everybody."""
    api = Api(House(database, cast.vault, Settings(log="off", v8_mode=request.param, signup="open")))
    yield api
    api.close()


def refused(mode: Api, method: str, path: str, person: Person | None, body: object = None) -> list[str]:
    """What a failed create or update says; in the recorded mode that is one line."""
    answer = mode(method, path, person, body)
    if mode.house.settings.v8_mode == "recorded":
        assert answer.status_code == 400, answer.text
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        return [answer.text.removesuffix("\n")]
    assert answer.status_code == 404, answer.text
    lines: list[str] = answer.json()
    return lines


def speak(api: Api, person: Person, language: str) -> None:
    assert api.data("PUT", "/me", person, {"user": {"language": language}})["language"] == language


def test_each_caller_is_refused_in_the_language_of_their_profile(mode: Api, cast: Cast) -> None:
    wid, ann = cast.acme.id, cast.ann
    tag = {"tag": {"name": "Büro", "wid": wid}}
    mode.data("POST", "/tags", ann, tag)
    for method, path, person, body, english, german in (
        ("POST", "/clients", ann, {"client": {}}, "Name can't be blank", "Das Feld „Name“ darf nicht leer sein"),
        ("POST", "/clients", ann, {}, "Client can't be blank", "Das Feld „Kunde“ darf nicht leer sein"),
        ("POST", "/time_entries", ann, {}, "time_entry can't be blank", "Das Feld „time_entry“ darf nicht leer sein"),
        ("POST", "/tasks", ann, {"task": {"name": "x"}}, "pid can't be blank", "Das Feld „pid“ darf nicht leer sein"),
        ("POST", "/tags", ann, tag, "Tag already exists: Büro", "Dieses Schlagwort gibt es bereits: Büro"),
        ("PUT", "/me", ann, {"user": {"timezone": "Mars"}}, "Timezone is invalid", "Das Feld „Zeitzone“ ist ungültig"),
        (
            *("POST", "/projects", cast.bob, {"project": {"name": "x", "wid": wid, "is_private": False}}),
            "Only admins can change project visibility",
            "Nur Administratoren können die Sichtbarkeit von Projekten ändern",
        ),
        (
            *("PUT", f"/clients/{NOBODYS}", ann, {"client": {}}),
            f"User {ann.id} cannot access client {NOBODYS}",
            f"Benutzer {ann.id} hat keinen Zugriff auf den Kunden {NOBODYS}",
        ),
        (
            *("POST", "/time_entries", ann, entry(start=START, duration=1, description="x" * 3001)),
            "Maximum length for description (3000 chars) exceeded",
            "Die Beschreibung überschreitet die Höchstlänge von 3000 Zeichen",
        ),
        (
            *("POST", "/time_entries", ann, {"time_entry": {"start": START, "duration": 1}}),
            "created_with needs to be provided an a valid string",
            "created_with muss angegeben werden und ein gültiger Text sein",
        ),
    ):
        for language, line in (("de_DE", german), ("en_US", english)):
            speak(mode, person, language)
            assert refused(mode, method, path, person, body) == [line]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en_US", ["Start is invalid", "Tags are limited to 50 per time entry"]),
        ("de_DE", ["Das Feld „Beginn“ ist ungültig", "Pro Zeiteintrag sind höchstens 50 Schlagwörter erlaubt"]),
        (
            "fr_FR",
            [
                "Le champ «\N{NO-BREAK SPACE}Début\N{NO-BREAK SPACE}» n’est pas valide",
                "Une entrée de temps peut avoir 50 étiquettes au maximum",
            ],
        ),
        ("es_ES", ["El campo «Inicio» no es válido", "Cada entrada de tiempo admite un máximo de 50 etiquetas"]),
        ("et_EE", ["Väli „Algus” on vigane", "Ühel ajakandel võib olla kuni 50 silti"]),
    ],
)
def test_all_that_is_wrong_is_said_in_one_language(mode: Api, cast: Cast, language: str, lines: list[str]) -> None:
    speak(mode, cast.bob, language)
    sent = entry(start="soon", duration=1, tags=[f"tag {number}" for number in range(51)])
    said = refused(mode, "POST", "/time_entries", cast.bob, sent)
    assert said == (lines[:1] if mode.house.settings.v8_mode == "recorded" else lines)


def test_lines_that_are_no_failed_create_are_translated_too(mode: Api, database: Database, cast: Cast) -> None:
    speak(mode, cast.ann, "de_DE")
    left = mode("DELETE", f"/workspaces/{cast.acme.id}/leave", cast.ann)
    assert (left.status_code, left.text) == (403, "Der Eigentümer kann den Arbeitsbereich nicht verlassen\n")
    for bound, line in (("start", "Ungültiges Startdatum"), ("end", "Ungültiges Enddatum")):
        listed = mode("GET", f"/time_entries?{bound}_date=soon", cast.ann)
        assert (listed.status_code, listed.text) == (400, line + "\n")
    set_password(database, cast.ann)
    sent = {"user": {"password": "new password", "current_password": "wrong"}}
    assert refused(mode, "PUT", "/me", cast.ann, sent) == ["Das aktuelle Passwort ist nicht korrekt"]
    tried = [mode("PUT", "/me", cast.ann, sent) for _ in range(10)][-1]
    assert (tried.status_code, tried.text) == (429, "Zu viele Anmeldeversuche\n")


def test_a_profile_that_changes_its_language_changes_what_is_said_next(mode: Api, cast: Cast) -> None:
    wrong = {"user": {"email": "nonsense", "language": "de_DE"}}
    assert refused(mode, "PUT", "/me", cast.ann, wrong) == ["Invalid e-mail"]
    assert refused(mode, "PUT", "/me", cast.ann, wrong) == ["Invalid e-mail"]
    speak(mode, cast.ann, "et_EE")
    assert refused(mode, "PUT", "/me", cast.ann, wrong) == ["Vigane e-posti aadress"]
    assert refused(mode, "PUT", "/me", cast.bob, wrong) == ["Invalid e-mail"]


def test_a_language_that_nobody_speaks_is_refused(mode: Api, cast: Cast) -> None:
    for language in HOSTILE:
        assert refused(mode, "PUT", "/me", cast.ann, {"user": {"language": language}}) == ["Language is invalid"]
    speak(mode, cast.ann, "fr_FR")
    for language in HOSTILE:
        (line,) = refused(mode, "PUT", "/me", cast.ann, {"user": {"language": language}})
        assert line == "Le champ «\N{NO-BREAK SPACE}Langue\N{NO-BREAK SPACE}» n’est pas valide"
    assert mode.data("GET", "/me", cast.ann)["language"] == "fr_FR"


@pytest.mark.parametrize("language", ["en_US", *LANGUAGES])
def test_what_a_person_typed_is_said_as_they_typed_it(mode: Api, cast: Cast, language: str) -> None:
    speak(mode, cast.ann, language)
    for name in ("{account_id}", "{0}", "{name!r:>99}", "{", "}", "{label.__class__}", "%(name)s", "Name"):
        tag = {"tag": {"name": name, "wid": cast.acme.id}}
        assert mode("POST", "/tags", cast.ann, tag).status_code == 200
        (line,) = refused(mode, "POST", "/tags", cast.ann, tag)
        assert line.endswith(f": {name}")


def test_a_stranger_who_signs_up_is_refused_in_the_language_they_ask_for(
    mode: Api, database: Database, cast: Cast
) -> None:
    set_password(database, cast.bob)
    english = "User with this email already exists"
    taken = {"email": "bob@example.org", "password": "long enough"}
    for language, line in (
        ("de_DE", "Es gibt bereits ein Konto mit dieser E-Mail-Adresse"),
        ("fr_FR", "Un compte existe déjà avec cette adresse e-mail"),
        ("es_ES", "Ya existe una cuenta con esta dirección de correo electrónico"),
        ("et_EE", "Selle e-posti aadressiga konto on juba olemas"),
        ("en_US", english),
        (None, english),
        *((hostile, english) for hostile in HOSTILE),
    ):
        assert refused(mode, "POST", "/signups", None, {"user": {**taken, "language": language}}) == [line]
    assert refused(mode, "POST", "/signups", None, {"language": "de_DE"}) == ["User can't be blank"]


def test_a_closed_sign_up_says_so_in_the_language_it_is_asked_in(api: Api, recorded: Api) -> None:
    for mode in (api, recorded):
        answer = mode("POST", "/signups", None, {"user": {"email": "x@example.org", "language": "fr_FR"}})
        assert (answer.status_code, answer.text) == (403, "Les inscriptions sont fermées sur ce serveur\n")


def test_only_the_profile_decides(mode: Api, cast: Cast) -> None:
    header = {"Accept-Language": "de-DE,de;q=0.9"}
    answer = mode("POST", "/clients", cast.ann, headers=header, content=b'{"client": {}}')
    assert "Name can't be blank" in answer.text
    answer = mode("POST", "/signups", headers=header, content=b'{"user": {"password": "long enough"}}')
    assert "Emails should not be blank" in answer.text


def test_what_a_program_reads_is_english_for_everybody(mode: Api, cast: Cast) -> None:
    speak(mode, cast.ann, "de_DE")
    for method, path, body, said in (
        ("GET", "/clients/x", None, "Invalid client_id\n"),
        ("GET", "/nowhere", None, "404 page not found\n"),
        ("GET", f"/clients/{NOBODYS}", None, "null\n"),
        ("POST", "/clients", b"{", "Input data was truncated"),
    ):
        assert said in mode(method, path, cast.ann, content=body).text
