"""Pages are asked for as the API is."""

from __future__ import annotations

from tests.api.conftest import api, cast, settings

__all__ = ["api", "cast", "settings"]
