"""Clients that people have, as they are published, do a day's work against a server; only its address is changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hourhand.core import new_accounts, passwords, tokens
from hourhand.db import Tx
from tests.clients.environments import python_with
from tests.server import Server

EMAIL = "ann@example.org"
PASSWORD = "correct horse"


@pytest.fixture(params=[("sqlite", "documented"), ("postgres", "recorded")], ids=lambda pair: "-".join(pair))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server process on each engine and in each mode of the dialect, which have nothing to do with each other."""
    engine, mode = request.param
    with Server(request.getfixturevalue(f"{engine}_url"), tmp_path, v8_mode=mode) as server:
        yield server


@pytest.fixture
def token(server: Server) -> str:
    """The API token of somebody who has nothing yet but a workspace."""
    password_hash = passwords.hashed(PASSWORD)
    with server.visit() as (database, vault):

        def make(tx: Tx) -> str | None:
            draft = new_accounts.Draft(EMAIL, name="Ann", timezone="Europe/Tallinn")
            account = new_accounts.create(tx, vault, draft, password_hash)
            return tokens.shown(tx, vault, account.id)

        token = database.write_now(make)
    assert token is not None
    return token


@pytest.mark.parametrize("client", ["toggl_cli", "togglpy"])
def test_a_published_client_does_a_days_work(server: Server, token: str, tmp_path: Path, client: str) -> None:
    driver = Path(__file__).with_name(f"drive_{client}.py")
    home = tmp_path / "home"
    home.mkdir()
    driven = subprocess.run(
        [python_with(client), "-W", "ignore", driver, server.url, token, EMAIL, PASSWORD],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert driven.returncode == 0, driven.stdout + driven.stderr
    assert "Traceback" not in server.stdout
