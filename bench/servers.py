"""The server processes that are measured, each started on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
from msgspec import Struct

START_SECONDS = 60
STOP_SECONDS = 30
_BESIDE_PYTHON = Path(sys.executable).parent
# The load has the last core to itself: one that wanders between servers and load slows both, at random.
LOAD_CORE = max(os.sched_getaffinity(0))
_CORES = os.sched_getaffinity(0) - {LOAD_CORE} or {LOAD_CORE}


class Server(Struct, frozen=True):
    """A running server process."""

    process: psutil.Process
    port: int

    def cpu(self) -> float:
        """Seconds of processor time that all threads of the process have used, in user mode and in the kernel."""
        # The kernel's own clock of the process: psutil's figures come in hundredths of a second.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def megabytes(self) -> tuple[float, float]:
        """Memory that is the process's alone, and all of it that lies in RAM, in MiB."""
        memory = self.process.memory_full_info()
        return memory.uss / 2**20, memory.rss / 2**20


@contextmanager
def hourhand(database: Path, key: Path, **settings: str) -> Iterator[Server]:
    """Hourhand as it comes, but for the limit on how often a caller may ask; its log goes to a file."""
    with _running([str(_BESIDE_PYTHON / "hourhand"), "serve"], _free_port(), database, key, **settings) as server:
        yield server


@contextmanager
def worker(database: Path, key: Path, **settings: str) -> Iterator[Server]:
    """A worker; nobody can talk to it."""
    with _running([str(_BESIDE_PYTHON / "hourhand"), "worker"], 0, database, key, **settings) as server:
        yield server


@contextmanager
def unlogged_hourhand(database: Path, key: Path) -> Iterator[Server]:
    """Hourhand without its event log."""
    with _running([sys.executable, "-m", "bench.without_log"], _free_port(), database, key) as server:
        yield server


@contextmanager
def slow_hourhand(database: Path, key: Path, most_per_commit: int | None = None) -> Iterator[Server]:
    """Hourhand on a slow disk."""
    limit = [] if most_per_commit is None else [str(most_per_commit)]
    with _running([sys.executable, "-m", "bench.slow_disk", *limit], _free_port(), database, key) as server:
        yield server


@contextmanager
def bare(database: Path) -> Iterator[Server]:
    """The bare application."""
    port = _free_port()
    with _running([sys.executable, "-m", "bench.baseline", str(database), str(port)], port, database, None) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, database: Path, key: Path | None, **settings: str) -> Iterator[Server]:
    """A process that listens on a port, or on none if that is 0."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOURHAND_")}
    if key is not None:
        environment["HOURHAND_DATABASE"] = f"sqlite:///{database}"
        environment["HOURHAND_KEY_FILE"] = str(key)
        environment["HOURHAND_PORT"] = str(port)
        environment["HOURHAND_RATE_LIMIT"] = "off"
        # It stands in answers, which are to be the same whatever port is free.
        environment["HOURHAND_PUBLIC_URL"] = "http://localhost:8300"
        environment |= {f"HOURHAND_{name.upper()}": value for name, value in settings.items()}
    log = database.with_suffix(".log")
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, preexec_fn=partial(os.sched_setaffinity, 0, _CORES)
        )
    try:
        if port:
            _wait(process, port, log)
        yield Server(psutil.Process(process.pid), port)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at its start: {log.read_text(errors='replace')[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
