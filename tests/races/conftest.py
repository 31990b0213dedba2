"""A server process on each engine, and the cast as its callers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Cast, assemble
from tests.server import Server


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server process on a fresh database."""
    with Server(database_url, tmp_path) as server:
        yield server


@pytest.fixture
def cast(server: Server, tmp_path: Path) -> Cast:
    """The cast, made beside the running server."""
    with server.visit() as (database, _):
        return assemble(database, tmp_path)
