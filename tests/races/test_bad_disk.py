"""A disk that breaks its promise: nothing is acknowledged any more, and whoever watches the process is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cast import assemble
from tests.races.bad_disk import FAILS
from tests.server import Peer, Server


def test_a_server_whose_disk_fails_stops_and_has_what_it_acknowledged(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "failing"
    monkeypatch.setenv(FAILS, str(failing))
    with Server(sqlite_url, tmp_path, program=(sys.executable, "-m", "tests.races.bad_disk")) as server:
        with server.visit() as (database, _):
            bob = assemble(database, tmp_path).bob
        with Peer(server, bob.token) as peer:
            start = {"time_entry": {"description": "before", "created_with": "tests"}}
            assert peer.v8("POST", "/time_entries/start", start).status == 200
            failing.touch()
            start["time_entry"]["description"] = "after"
            assert peer.v8("POST", "/time_entries/start", start).status == 503
        assert server.wait() == 4
        assert server.stderr.splitlines()[-1] == "hourhand: the disk failed: disk I/O error"
    with Server(sqlite_url, tmp_path) as server, Peer(server, bob.token) as peer:
        # Of what was refused nobody knows whether it is there.
        assert "before" in [entry["description"] for entry in peer.v8("GET", "/time_entries").json()]
