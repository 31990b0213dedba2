"""The world of the matrix, once for each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.matrix.stage import Stage, served

ENGINES = ("sqlite", "postgres")


@pytest.fixture(scope="module", params=ENGINES)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The world on one engine, for all tests of a module: each leaves it as it was."""
    folder = tmp_path_factory.mktemp("world")
    with served(url_for(request, folder), folder) as stage:
        yield stage


def url_for(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a database without a schema, on the engine that a fixture is asked for."""
    if request.param == "sqlite":
        return f"sqlite:///{folder}/hourhand.db"
    cluster = request.getfixturevalue("cluster")
    url: str = cluster.url(cluster.create())
    return url
