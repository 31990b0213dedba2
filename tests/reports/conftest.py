"""What the tests of reports begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from hourhand.db import Database
from tests.cast import Cast, assemble


@pytest.fixture
def cast(database: Database, tmp_path: Path) -> Cast:
    """Everybody, on a fresh database."""
    return assemble(database, tmp_path)
