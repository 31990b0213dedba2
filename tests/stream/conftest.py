"""A server process on each engine, the cast as its callers, and their devices that listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cast import Cast, Person, assemble
from tests.server import Peer, Server
from tests.stream.device import Device

Listens = Callable[..., Device]
Asks = Callable[[Person], Peer]


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


@pytest.fixture
def open_until_end() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def listens(server: Server, open_until_end: ExitStack) -> Listens:
    """Opens a device of somebody's, which listens from then on."""

    def listen(person: Person, *, since: float | None = None, path: str = "/stream") -> Device:
        device = open_until_end.enter_context(Device(server, path))
        return device.listen(person.token, since)

    return listen


@pytest.fixture
def asks(server: Server, open_until_end: ExitStack) -> Asks:
    """Opens a connection for somebody's requests."""
    return lambda person: open_until_end.enter_context(Peer(server, person.token))
