"""Odd values, in every member of every body, in every path and query: taken exactly, or refused, and never a failure.

Both engines are asked one after the other, and give the same verdict. What is refused before a database hears of it
is asked of one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from hourhand.api.body import decode
from hourhand.core.errors import Malformed
from tests.endpoints import Endpoint, endpoints
from tests.fuzz.oddities import ARGUMENTS, BODIES, IDS, TEXTS, VALUES
from tests.matrix.stage import Stage
from tests.matrix.table import MATRIX

WITH_BODY = sorted({" ".join(key.split()[:2]) for key, row in MATRIX.items() if row.body is not None})
WITH_ID = sorted({" ".join(key.split()[:2]) for key in MATRIX if "{id}" in key})
WITH_ARGUMENTS = ["GET /me", "GET /time_entries", *sorted(name for name in MATRIX if name.startswith("GET /w"))]
# What a body needs to be well, and the thing of Ann's that it changes.
GOOD: dict[str, tuple[dict[str, Any], str]] = {
    "client": ({"name": "@"}, "client acme"),
    "project": ({"name": "@"}, "project public"),
    "tag": ({"name": "@"}, "tag acme"),
    "task": ({"name": "@", "pid": "$project public"}, "task public"),
    "time_entry": ({"created_with": "tests", "start": "2023-11-14T20:00:00Z", "duration": 60}, "entry anns"),
    "user": ({"fullname": "@"}, "person ann"),
    "workspace": ({"name": "@"}, "workspace home"),
}
# Texts that are shown again as they were said, but for white space around them.
SHOWN = {"name", "notes", "description", "fullname", "guid"}
_ODD = b'"@odd@"'


def verdict(stage: Stage, endpoint: Endpoint, path: str, content: bytes | None = None) -> tuple[int, Any]:
    """Status and answer of a request of Ann's, the answer without what may differ; a failure is 500."""
    try:
        answer = stage.api(endpoint.method, path, stage.world.people["ann"], content=content)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
        return 500, repr(error)
    return answer.status_code, _comparable(answer)
