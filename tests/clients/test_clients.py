"""Clients that people have, as they are published, do a day's work against a server; only its address is changed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hourhand.core import members, new_accounts, passwords, tokens
from hourhand.core.actor import Actor
from hourhand.db import Tx
from tests.clients.environments import modules_with, python_with
from tests.server import Server

EMAIL = "ann@example.org"
PASSWORD = "correct horse"


@pytest.fixture(params=[("sqlite", "documented"), ("postgres", "recorded")], ids=lambda pair: "-".join(pair))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server process on each engine and in each mode of the dialect, which have nothing to do with each other."""
    engine, mode = request.param
    url = request.getfixturevalue(f"{engine}_url")
    with Server(url, tmp_path, v8_mode=mode, signup="open") as server:
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


@pytest.fixture
def team(server: Server, token: str) -> list[int]:
    """The workspace that the token's owner has, and two colleagues who are in it."""
    with server.visit() as (database, vault):

        def gather(tx: Tx) -> list[int]:
            ann = tokens.owner(tx, token)
            assert ann.default_workspace_id is not None
            drafts = [new_accounts.Draft(f"{name.lower()}@example.org", name=name) for name in ("Bob", "Cleo")]
            people = [new_accounts.create(tx, vault, draft, None).id for draft in drafts]
            for person in people:
                members.join(tx, Actor(ann.id, tx.now), ann.default_workspace_id, person, "member")
            return [ann.default_workspace_id, *people]

        return database.write_now(gather)


@pytest.mark.parametrize("client", ["toggl_cli", "togglpy", "togglwrapper"])
def test_a_published_client_does_a_days_work(server: Server, token: str, tmp_path: Path, client: str) -> None:
    driver = Path(__file__).with_name(f"drive_{client}.py")
    drive([python_with(client), "-W", "ignore", driver, server.url, token, EMAIL, PASSWORD], tmp_path)
    assert "Traceback" not in server.stdout


@pytest.mark.skipif(not shutil.which("npm"), reason="Node.js and npm are not installed")
def test_every_operation_of_the_node_library_works(server: Server, token: str, team: list[int], tmp_path: Path) -> None:
    driver = Path(__file__).with_name("drive_toggl_api.js")
    node = shutil.which("node") or "node"
    modules = modules_with("toggl_api")
    words: list[str | Path] = [node, "--no-deprecation", driver, server.url, token, EMAIL, PASSWORD, *map(str, team)]
    drive(words, tmp_path, NODE_PATH=str(modules))
    assert "Traceback" not in server.stdout


def drive(words: list[str | Path], folder: Path, **more: str) -> None:
    """Run a driver, which must succeed."""
    home = folder / "home"
    home.mkdir()
    driven = subprocess.run(
        words,
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert driven.returncode == 0, driven.stdout + driven.stderr
