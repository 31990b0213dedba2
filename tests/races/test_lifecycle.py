"""How a server process begins, goes on after a restart, and ends; and what it prints meanwhile."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from hourhand.core import new_accounts, passwords
from hourhand.db import Tx
from tests.cast import Cast
from tests.races.crew import crew, writing
from tests.races.crowd import at_once
from tests.server import Peer, Reply, Server, command

STOP_SECONDS = 10
PASSWORD = "correct horse battery"


def add_password(server: Server, email: str) -> None:
    """An account that logs in with a password, made beside the server."""
    with server.visit() as (database, vault):
        password_hash = passwords.hashed(PASSWORD)
        draft = new_accounts.Draft(email)

        def make(tx: Tx) -> None:
            new_accounts.create(tx, vault, draft, password_hash)

        database.write_now(make)


# The end ------------------------------------------------------------------------------------------


def test_a_server_that_is_told_to_stop_answers_what_it_has_begun(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path) as server:
        ledgers = crew(server, tmp_path)
        with writing(ledgers, server, at_least=200):
            server.terminate()
            assert server.wait(STOP_SECONDS) == 0
        assert not any(ledger.torn for ledger in ledgers)
        server.start()
        # What was not answered was not done either.
        assert not any(ledger.check(server) for ledger in ledgers)


def test_a_server_that_is_told_to_stop_finishes_the_log_ins_that_wait(server: Server) -> None:
    add_password(server, "ann@example.org")

    def log_in(number: int) -> Reply:
        with Peer(server, "ann@example.org", PASSWORD) as peer:
            if number == 0:
                # By now the others are under way: each takes the server as long as a hash does.
                reply = peer.v8("GET", "/me")
                server.terminate()
                return reply
            return peer.v8("GET", "/me")

    replies = at_once([partial(log_in, number) for number in range(8)])
    assert {reply.status for reply in replies} == {200}
    assert server.wait(STOP_SECONDS) == 0


def test_an_interrupt_from_the_keyboard_is_a_stop_like_any_other(server: Server) -> None:
    server.interrupt()
    assert server.wait(STOP_SECONDS) == 0
    assert "Traceback" not in server.stderr


# The beginning ------------------------------------------------------------------------------------


def test_a_second_server_on_a_file_is_refused_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    with Server(sqlite_url, tmp_path) as server:
        refused = command(server, "serve")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert len(refused.stderr.splitlines()) == 1
        assert f"is in use by another Hourhand server (process {server.pid})" in refused.stderr
        with Peer(server) as peer:
            assert peer("GET", "/ready").status == 200


def scramble(content: bytes) -> bytes:
    return content[:5000] + bytes(byte ^ 0x5A for byte in content[5000:20000]) + content[20000:]


@pytest.mark.parametrize(
    "damage",
    [
        scramble,
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"not a database" * 99,
    ],
    ids=["scrambled", "cut off", "empty", "another file"],
)
def test_a_damaged_file_stops_the_start_and_stays_as_it_is(
    sqlite_url: str, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    with Server(sqlite_url, tmp_path) as server:
        server.terminate()
        assert server.wait(STOP_SECONDS) == 0
        path = tmp_path / "hourhand.db"
        path.write_bytes(damage(path.read_bytes()))
        before = contents(tmp_path)
        refused = command(server, "serve")
        assert (refused.returncode, refused.stdout) == (3, "")
        assert len(refused.stderr.splitlines()) == 1
        assert f"{path} cannot be used" in refused.stderr
        assert "hourhand restore" in refused.stderr
        assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, str]:
    """What each file of a folder holds, but for the lock, which says whose turn it was last."""
    files = [path for path in folder.iterdir() if path.suffix != ".lock"]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


# The life between ---------------------------------------------------------------------------------


def test_a_restart_finds_everything(server: Server, cast: Cast) -> None:
    add_password(server, "fay@example.org")
    with Peer(server, cast.bob.token) as peer:
        for path, body in (
            ("/clients", {"client": {"name": "Customer"}}),
            ("/projects", {"project": {"name": "Site"}}),
            ("/tags", {"tag": {"name": "red"}}),
            ("/time_entries/start", {"time_entry": {"description": "a", "tags": ["red"], "created_with": "races"}}),
        ):
            assert peer.v8("POST", path, body).status == 200
        before = everything(peer)
    cookie = session_cookie(server, "fay@example.org")
    server.terminate()
    assert server.wait(STOP_SECONDS) == 0
    server.start()
    with Peer(server, cast.bob.token) as peer:
        assert everything(peer) == before
        assert peer.v8("GET", "/time_entries/current").data == before["time_entries"][0]
    with Peer(server) as peer:
        assert peer("GET", "/api/v8/me", Cookie=cookie).data["email"] == "fay@example.org"


def everything(peer: Peer) -> Any:
    """What a client loads first, but for the picture, whose address has the port."""
    return peer.v8("GET", "/me?with_related_data=true").data | {"image_url": ""}


def session_cookie(server: Server, email: str) -> str:
    """The cookie of a new session, as it is sent back."""
    with Peer(server, email, PASSWORD) as peer:
        return peer.v8("POST", "/sessions").headers["set-cookie"].split(";")[0]


def test_the_log_is_json_without_a_secret_or_a_query(server: Server, cast: Cast) -> None:
    add_password(server, "fay@example.org")
    cookie = session_cookie(server, "fay@example.org")
    secrets = [PASSWORD, "wrong horse", "new horse", cookie.split("=")[1], cast.bob.token]
    secrets += [b64encode(f"{token}:api_token".encode()).decode() for token in [cast.bob.token]]
    with Peer(server, cast.bob.token) as peer:
        peer.v8("GET", f"/me?with_related_data=true&api_token={cast.bob.token}")
        peer.v8("GET", "/time_entries?start_date=wrong")
        peer.v8("PUT", "/me", {"user": {"current_password": "wrong horse", "password": "new horse"}})
        peer.v8("PUT", "/me", ["new horse"])
        secrets.append(peer.v8("POST", "/reset_token").json())
    with Peer(server, "fay@example.org", "wrong horse") as peer:
        assert peer.v8("GET", "/me").status == 403
    with Peer(server) as peer:
        assert peer("GET", "/api/v8/me", Cookie=cookie).status == 200
        assert peer("GET", "/no/such/path?password=wrong+horse").status == 404
    server.terminate()
    assert server.wait(STOP_SECONDS) == 0
    lines = [json.loads(line) for line in server.stdout.splitlines()]
    assert {"/api/v8/me", "/api/v8/sessions", "/no/such/path"} <= {line["path"] for line in lines}
    assert {line["status"] for line in lines} >= {200, 400, 403, 404}
    printed = server.stdout + server.stderr
    assert "?" not in printed
    assert [secret for secret in secrets if secret in printed] == []
    # Nothing went wrong that only the log would tell.
    assert "Traceback" not in printed
