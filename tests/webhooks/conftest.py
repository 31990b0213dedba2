"""A site with webhooks, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hourhand.db import Database
from tests.cast import assemble
from tests.clock import Clock
from tests.webhooks.receiver import Receiver, receiving
from tests.webhooks.site import Site


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody to be told."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def site(database: Database, tmp_path: Path, clock: Clock, receiver: Receiver) -> Iterator[Site]:
    """An application with webhooks."""
    site = Site(database, assemble(database, tmp_path), clock, receiver)
    yield site
    site.close()
