"""A throw-away PostgreSQL cluster, from the binaries that are installed on this machine.

Each test process has a cluster of its own. It listens on 127.0.0.1 and a free port, flushes to
disk as a real one does, and ends with the process that began it, even if that is killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

_START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}

_END_OTHERS = """
select pg_terminate_backend(pid, 10000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
# As a replica, because a replica does not ask the foreign keys and so needs no order.
_EMPTY_TABLES = """
select 'set session_replication_role = replica'
union all
select format('delete from %I', tablename) from pg_tables
where schemaname = 'public' and tablename <> 'schema_migrations'
"""


class Cluster:
    """A running cluster; a context manager that stops it and removes its files."""

    def __init__(self) -> None:
        self._binaries = find_binaries()
        # Not where TMPDIR says: PostgreSQL's user may have no way there, and a socket's path has to be short.
        self._folder = Path(tempfile.mkdtemp(prefix="hourhand-postgres-", dir="/tmp"))
        self._port = _free_port()
        self._databases = 0
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Cluster:
        try:
            self._make()
            self._server = self._start()
            self._wait()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def url(self, database: str) -> str:
        """The URL of a database of this cluster."""
        return f"postgresql://hourhand@127.0.0.1:{self._port}/{database}"

    def create(self) -> str:
        """A fresh database without a schema; its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        self._execute("create database {} template template0", name)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute("drop database {} with (force)", name)

    def clear(self, name: str) -> None:
        """Make a migrated database as good as new, in a tenth of the time that a new one takes."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            for (statement,) in connection.execute(_EMPTY_TABLES).fetchall():
                connection.execute(statement)

    def crash(self) -> None:
        """End the server at once, without a checkpoint and without a word to whoever is connected."""
        assert self._server is not None
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(_START_SECONDS)

    def revive(self) -> None:
        """Start the server again after a crash; returns when it has recovered."""
        self._server = self._start()
        self._wait()

    def _make(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        options = ["--username=hourhand", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        command = [*_as_owner(), str(self._binaries / "initdb"), *options, f"--pgdata={self._folder / 'data'}"]
        made = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {**_SETTINGS, "port": str(self._port), "unix_socket_directories": str(self._folder)}
        command = [*_as_owner(), str(self._binaries / "postgres"), "-D", str(self._folder / "data")]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._execute("select 1")
            except psycopg.OperationalError as error:
                assert self._server is not None
                if self._server.poll() is not None or time.monotonic() > end:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start: {log}") from error
                time.sleep(0.02)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _end(self) -> None:
        if self._server is not None:
            # What PostgreSQL calls a fast shutdown: it ends its sessions itself.
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(timeout=_START_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def find_binaries() -> Path:
    """Where PostgreSQL's programs are: on the PATH, or where Debian keeps its newest version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not versions:
        raise RuntimeError(
            "the tests need PostgreSQL, and initdb is neither on the PATH nor in /usr/lib/postgresql/*/bin: "
            "run `make test`, which installs it, or install the package `postgresql`"
        )
    return max(versions, key=lambda path: float(path.parent.name))


def _as_owner() -> list[str]:
    """Run what follows as someone PostgreSQL accepts (it refuses root), and have it end with us."""
    if os.geteuid() != 0 and not shutil.which("setpriv"):
        return []
    owner = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *owner, "--pdeathsig=INT"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
