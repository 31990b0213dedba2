"""`hourhand serve`, and commands beside a running server."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server import Peer, Server, command


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A running server, on either engine."""
    with Server(database_url, tmp_path) as server:
        yield server


def test_what_commands_change_a_running_server_sees_at_once(server: Server) -> None:
    added = command(server, "account", "add", "ann@example.org", "--password-stdin", "--json", given="correct horse")
    token = json.loads(added.stdout)["api_token"]
    assert answers(server, (token, "api_token"), ("ann@example.org", "correct horse")) == [200, 200]
    fresh = command(server, "account", "token", "ann@example.org", "--reset").stdout.strip()
    assert answers(server, (token, "api_token"), (fresh, "api_token")) == [403, 200]
    command(server, "account", "password", "ann@example.org", "--password-stdin", given="battery staple")
    assert answers(server, ("ann@example.org", "correct horse"), ("ann@example.org", "battery staple")) == [403, 200]
    command(server, "account", "disable", "ann@example.org")
    assert answers(server, (fresh, "api_token"), ("ann@example.org", "battery staple")) == [403, 403]


def test_a_server_has_as_many_connections_as_the_machine_allows(server: Server) -> None:
    allowed, most = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    assert allowed == most


def test_an_address_that_is_taken_is_refused_in_one_line(server: Server) -> None:
    address = urlsplit(server.url)
    other = f"sqlite:///{server.key.parent}/other.db"
    ended = command(server, "serve", "--port", str(address.port), "--database", other)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(f"hourhand: cannot listen on 127.0.0.1:{address.port}: Address already in use")


def answers(server: Server, *credentials: tuple[str, str]) -> list[int]:
    """Whether these let somebody in, each tried on a connection of its own."""
    found = []
    for user, password in credentials:
        with Peer(server, user, password) as peer:
            found.append(peer.v8("GET", "/me").status)
    return found
