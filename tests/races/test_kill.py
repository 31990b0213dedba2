"""A server that is killed at any moment has kept every write that it acknowledged, and no half of any other."""

from __future__ import annotations

import random
import statistics
from pathlib import Path

from tests.postgres import Cluster
from tests.races.crew import crew, wait_until_acknowledged, writing
from tests.races.history import assert_whole
from tests.races.ledger import Ledger
from tests.server import Server

ROUNDS = 20
READY_SECONDS = 3
FOUND_SECONDS = 5


def assert_nothing_lost(ledgers: list[Ledger], server: Server) -> None:
    for ledger in ledgers:
        ledger.check(server)
    with server.visit() as (database, _):
        assert_whole(database)


def test_a_killed_server_has_lost_nothing_that_it_acknowledged(database_url: str, tmp_path: Path) -> None:
    choose = random.Random(4)
    seconds = []
    with Server(database_url, tmp_path) as server:
        ledgers = crew(server, tmp_path)
        for _ in range(ROUNDS):
            with writing(ledgers, server, choose.randint(20, 200)):
                server.kill()
            seconds.append(server.start())
            assert_nothing_lost(ledgers, server)
    # Not the slowest: this machine may be busy with something else for a moment.
    assert statistics.median(seconds) <= READY_SECONDS


def test_a_database_server_that_goes_down_takes_nothing_along_and_is_found_again(tmp_path: Path) -> None:
    with Cluster() as cluster, Server(cluster.url(cluster.create()), tmp_path) as server:
        ledgers = crew(server, tmp_path)
        for _ in range(3):
            with writing(ledgers, server, 50) as at_work:
                cluster.crash()
                cluster.revive()
                wait_until_acknowledged(ledgers, 50, at_work, FOUND_SECONDS)
            assert_nothing_lost(ledgers, server)
    assert "Traceback" not in server.stderr + server.stdout
