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
    with served(f"sqlite:///{folders[0]}/hourhand.db", folders[0]) as sqlite:
        with served(cluster.url(cluster.create()), folders[1]) as postgres:
            yield [sqlite, postgres]
