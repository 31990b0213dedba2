"""The world of the matrix, once for each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix.stage import Stage, served


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The world on one engine, for all tests of a module: each leaves it as it was."""
    folder = tmp_path_factory.mktemp("world")
    url = f"sqlite:///{folder}/hourhand.db"
    if request.param == "postgres":
        cluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.create())
    with served(url, folder) as stage:
        yield stage
