"""Texts that nobody thinks of as long: passwords, and what software says its name is."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hourhand.core.accounts import LONGEST_PASSWORD
from hourhand.core.texts import LONGEST_SOFTWARE
from hourhand.db import Database
from hourhand.settings import Settings
from tests.api.conftest import Api
from tests.cast import Cast


@pytest.fixture
def settings() -> Settings:
    return Settings(log="off", rate_limit="off", signup="open")


def sign_up(api: Api, name: str, **more: str) -> int:
    body = {"user": {"email": f"{name}@example.org", "password": "correct horse", **more}}
    return api("POST", "/signups", body=body).status_code


def test_whoever_may_sign_up_with_a_password_can_log_in_with_it(api: Api) -> None:
    longest = "x" * LONGEST_PASSWORD
    assert sign_up(api, "short", password=longest) == 200
    header = {"Authorization": "Basic " + b64encode(f"short@example.org:{longest}".encode()).decode()}
    assert api("GET", "/me", headers=header).status_code == 200
    assert sign_up(api, "long", password=longest + "x") == 404


def test_what_an_entry_was_made_with_has_a_name_of_some_length(api: Api, cast: Cast) -> None:
    sent = {"start": "2023-11-14T20:00:00Z", "duration": 60, "created_with": "x" * LONGEST_SOFTWARE}
    assert api("POST", "/time_entries", cast.bob, {"time_entry": sent}).status_code == 200
    refused = api("POST", "/time_entries", cast.bob, {"time_entry": {**sent, "created_with": "x" * 256}})
    assert refused.json() == ["Created with is too long (maximum is 255 characters)"]


def test_the_log_notes_no_more_of_a_callers_name(api: Api, database: Database, cast: Cast) -> None:
    body = {"client": {"name": "Big", "wid": cast.acme.id}}
    assert api("POST", "/clients", cast.bob, body, headers={"User-Agent": "y" * 5000}).status_code == 200
    assert sign_up(api, "new", created_with="z" * 5000) == 200
    [callers, makers] = database.write_now(
        lambda tx: [tx.rows("select caller from events"), tx.rows("select created_with from accounts")]
    )
    assert max(len(name) for (name,) in callers if name) == LONGEST_SOFTWARE
    assert max(len(name) for (name,) in makers if name) == LONGEST_SOFTWARE
