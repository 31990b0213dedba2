"""A real server process, and callers that talk to it through a socket."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from hourhand.core.secrets import Vault, open_vault
from hourhand.db import Database, open_database

HOURHAND = str(Path(sys.executable).parent / "hourhand")
_START_SECONDS = 30
_ADDRESS = re.compile(rb"is at (http://127\.0\.0\.1:\d+)$", re.MULTILINE)


class Server:
    """A server process on a free port; a context manager that starts it, and kills it if it still runs.

    `folder` takes the key and all that the process prints. Settings are given by their names; what is asked
    often here is let through. `program` is what is run, if not `hourhand`.
    """

    def __init__(
        self, database_url: str, folder: Path, *, program: tuple[str, ...] = (HOURHAND,), **settings: object
    ) -> None:
        self._program = program
        self.database_url = database_url
        self.key = folder / "secret.key"
        self.url = ""
        self._given = {"database": database_url, "key_file": self.key, "port": 0, "rate_limit": "off", **settings}
        self._stdout = folder / "stdout"
        self._stderr = folder / "stderr"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> float:
        """Start the process; how many seconds passed until it was ready."""
        began = time.monotonic()
        printed = self._stderr.stat().st_size if self._stderr.exists() else 0
        with self._stdout.open("ab") as stdout, self._stderr.open("ab") as stderr:
            self._process = subprocess.Popen(
                [*self._program, "serve"], env=self.environment, stdout=stdout, stderr=stderr
            )
        while (said := _ADDRESS.search(self._stderr.read_bytes(), printed)) is None:
            if self._process.poll() is not None or time.monotonic() > began + _START_SECONDS:
                raise AssertionError(f"the server did not start: {self.stderr}")
            time.sleep(0.005)
        self.url = said.group(1).decode()
        with Peer(self) as peer:
            assert peer("GET", "/ready").status == 200
        return time.monotonic() - began

    def terminate(self) -> None:
        """Ask the process to stop, as an operator does."""
        self._running.send_signal(signal.SIGTERM)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._running.send_signal(signal.SIGINT)

    def wait(self, seconds: float = 10) -> int:
        """The exit code of the process; fails if it takes longer than that to end."""
        return self._running.wait(seconds)

    def kill(self) -> None:
        """End the process without a warning, as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._running.pid

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the process, also for commands beside it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOURHAND_")}
        return kept | {f"HOURHAND_{name.upper()}": str(value) for name, value in self._given.items()}

    @property
    def stdout(self) -> str:
        """All that the process, and those before it, wrote to the standard output."""
        return self._stdout.read_text()

    @property
    def stderr(self) -> str:
        """All that the process, and those before it, wrote to the standard error."""
        return self._stderr.read_text()

    @contextmanager
    def visit(self) -> Iterator[tuple[Database, Vault]]:
        """The database and the key, as a command beside the server has them."""
        database = open_database(self.database_url)
        try:
            yield database, open_vault(self.key)
        finally:
            database.close()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process


def command(server: Server, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """What `hourhand` with these words does on the server's database; `given` is its standard input."""
    return subprocess.run(
        [HOURHAND, *words], env=server.environment, input=given, capture_output=True, text=True, timeout=30, check=False
    )


class Reply(Struct, frozen=True):
    """An answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """What an answer that must be a success holds under `data`."""
        assert self.status == 200, self
        return self.json()["data"]


class Peer:
    """A connection of one caller or of nobody, kept open until the block ends."""

    def __init__(self, server: Server, token: str | None = None, password: str = "api_token") -> None:
        address = urlsplit(server.url)
        assert address.hostname is not None
        self._connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        credentials = b64encode(f"{token}:{password}".encode()).decode()
        self._headers = {} if token is None else {"Authorization": f"Basic {credentials}"}

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """The answer to a request. Raises `OSError` or `HTTPException` where there is none."""
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, path, sent, {**self._headers, **headers})
        with self._connection.getresponse() as response:
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, lower, response.read())

    def v8(self, method: str, path: str, body: object = None) -> Reply:
        """The answer of API v8."""
        return self(method, f"/api/v8{path}", body)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
