"""The same world on both engines at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix.stage import Stage, served
from tests.postgres import Cluster


@pytest.fixture(scope="module")
def stages(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stage]]:
    """SQLite and PostgreSQL, side by side. Their clocks stand still, so that they can be compared."""
    folders = [tmp_path_factory.mktemp(engine) for engine in ("sqlite", "postgres")]
    urls = (f"sqlite:///{folders[0]}/hourhand.db", cluster.url(cluster.create()))
    with served(urls[0], folders[0]) as sqlite, served(urls[1], folders[1]) as postgres:
        yield [sqlite, postgres]
