"""Backups of a PostgreSQL database, by PostgreSQL's own programs.

A dump is made from the snapshot its rows were counted in, and read back to count what is in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import conninfo

from hourhand.db.copies import Counts, compare
from hourhand.db.errors import Corrupt, DatabaseError
from hourhand.db.postgres import connect
from hourhand.db.tx import Row

_PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename"
_ANYTHING = """
select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%' limit 1
"""


def dump(url: str, target: Path) -> Counts:
    """Write the database, as of one moment, into a file; the rows of each table then."""
    with connect(url, _PATIENT) as connection:
        connection.execute("begin isolation level repeatable read read only")
        snapshot = connection.execute("select pg_export_snapshot()").fetchone()
        assert snapshot is not None
        counts = _count(connection)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}"]
        _run("pg_dump", url, *options, f"--file={target}")
    return counts


def verified(source: Path) -> Counts:
    """The rows of each table in a dump, all of which is read. Raises `Corrupt`."""
    if not source.exists():
        raise DatabaseError(f"{source} does not exist")
    command = [_program("pg_restore"), "--data-only", "--file=-", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603
        assert reading.stdout is not None
        assert reading.stderr is not None
        counts = _rows_in(reading.stdout)
        said = reading.stderr.read()
    if reading.returncode != 0:
        raise Corrupt(f"{source} is damaged: {_line(said)}")
    return counts


def load(url: str, source: Path) -> None:
    """Restore a dump into an empty database, all of it or nothing."""
    counts = verified(source)
    with connect(url, _PATIENT) as connection:
        if connection.execute(_ANYTHING).fetchone():
            raise DatabaseError(
                "the database is not empty, and a restore never overwrites: "
                "make a new one with createdb, and give its URL with --database"
            )
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run("pg_restore", url, *options, str(source))
        compare(counts, _count(connection))


def _rows_in(script: Any) -> Counts:
    """Count the lines between each `COPY … FROM stdin` and its end. A row is a line, whatever is in it."""
    counts: Counts = {}
    table = None
    for line in script:
        if table is None:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                table = line.split(b" ", 2)[1].decode().removeprefix("public.").strip('"')
                counts[table] = 0
        elif line == b"\\.\n":
            table = None
        else:
            counts[table] += 1
    return counts


def _count(connection: psycopg.Connection[Row]) -> Counts:
    tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
    counts = {}
    for table in tables:
        row = connection.execute(cast(Any, f'select count(*) from public."{table}"')).fetchone()
        assert row is not None
        counts[table] = int(row[0])
    return counts


def _run(program: str, url: str, *arguments: str) -> None:
    # The password goes by the environment: everybody on the machine can read a command line.
    words: dict[str, Any] = conninfo.conninfo_to_dict(url)
    password = words.pop("password", None)
    environment = os.environ if password is None else {**os.environ, "PGPASSWORD": str(password)}
    command = [_program(program), f"--dbname={conninfo.make_conninfo(**words)}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise DatabaseError(f"{program} failed: {_line(done.stderr)}")


def _program(name: str) -> str:
    """A program of PostgreSQL's: on the PATH, or where Debian keeps its newest version."""
    if found := shutil.which(name):
        return found
    installed = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    versions = sorted(installed, key=lambda path: float(path.parent.parent.name))
    if not versions:
        raise DatabaseError(f"{name} is not installed: install PostgreSQL's client programs, such as postgresql-client")
    return str(versions[-1])


def _line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it did not say why"
