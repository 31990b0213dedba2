"""Worker processes whose clocks go fast, to be killed at any moment.

What a killed worker had claimed comes free when a minute is over, which is too long for a test. The patience of
their line is shorter in proportion, so that no call outlives its claim.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from multiprocessing.process import BaseProcess
from pathlib import Path

from hourhand.calls.calling import Answer, Line
from hourhand.core.secrets import open_vault
from hourhand.db import open_database
from hourhand.jobs.crew import Crew
from hourhand.jobs.kinds import Tools
from hourhand.settings import Settings
from tests.clock import FastClock
from tests.webhooks.ledger import WORKER

SPEED = 15
_PATIENCE = 1.5
# Each is a process of its own, but what it imports was imported once.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


class _Named(Line, frozen=True, kw_only=True):
    """A line that tells the receiver which worker calls."""

    worker: str

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        return await super().post(url, {**headers, WORKER: self.worker}, body)


class Workers:
    """Workers on a database, by name."""

    def __init__(self, database_url: str, key: Path) -> None:
        self.clock = FastClock(time.time(), SPEED)
        self._given = database_url, key, self.clock
        self._processes: dict[str, BaseProcess] = {}

    def start(self, name: str) -> None:
        """Start one more."""
        process = _PROCESSES.Process(target=_work, args=(name, *self._given), daemon=True)
        process.start()
        self._processes[name] = process

    def kill(self, name: str) -> None:
        """End one without a warning, as `kill -9` does."""
        process = self._processes.pop(name)
        assert process.is_alive(), f"worker {name} ended by itself"
        process.kill()
        process.join()

    def kill_all(self) -> None:
        """End all that are left."""
        for name in list(self._processes):
            self.kill(name)


@contextmanager
def workers(database_url: str, key: Path) -> Iterator[Workers]:
    """Workers that are killed at the end of the block."""
    found = Workers(database_url, key)
    try:
        yield found
    finally:
        found.kill_all()


def _work(name: str, database_url: str, key: Path, clock: FastClock) -> None:
    """Do what `hourhand worker` does."""
    database = open_database(database_url, clock=clock)
    line = _Named((ip_network("127.0.0.0/8"),), total_seconds=_PATIENCE, worker=name)
    tools = Tools(database, open_vault(key), Settings(), lambda record: print(name, record))
    asyncio.run(_as_long_as_the_test(Crew(tools, line)))


async def _as_long_as_the_test(crew: Crew) -> None:
    """Have a crew work, but not on and on if the test ends without a word."""
    test = multiprocessing.parent_process()
    assert test is not None
    asyncio.get_running_loop().add_reader(test.sentinel, crew.stop)
    await crew.run()
