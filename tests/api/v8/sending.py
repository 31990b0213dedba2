"""What tests of API v8 send."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hourhand.core import accounts, passwords
from hourhand.db import Database
from tests.api.conftest import Api
from tests.cast import Person

PASSWORD = "correct horse"
START = "2023-11-14T09:00:00+02:00"


def basic(name: str, password: str) -> dict[str, str]:
    """The header of Basic credentials."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def set_password(database: Database, person: Person, password: str = PASSWORD) -> None:
    """Give a person a password."""
    stored = passwords.hashed(password)
    database.write_now(lambda tx: accounts.set_password(tx, person.at(tx), person.id, stored))


def log_in(api: Api, person: Person) -> dict[str, str]:
    """The header of a new session of a person's."""
    return {"Cookie": api("POST", "/sessions", person).headers["set-cookie"].split(";")[0]}


def entry(**members: Any) -> dict[str, Any]:
    """A time entry as a caller sends it."""
    return {"time_entry": {"created_with": "tests", **members}}


def tracked(api: Api, person: Person, start: str = START, duration: object = 60, **members: Any) -> Any:
    """A new time entry."""
    return api.data("POST", "/time_entries", person, entry(start=start, duration=duration, **members))


def made(api: Api, person: Person, noun: str, **members: Any) -> Any:
    """A new client, project, tag or task."""
    return api.data("POST", f"/{noun}s", person, {noun: members})
