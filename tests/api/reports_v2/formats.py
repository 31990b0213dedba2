"""Which formats of files are there already; to be removed with its uses when all of them are."""

from __future__ import annotations

import re

import pytest


def need(path: str) -> None:
    """Skip a test of a path whose format is not written yet."""
    if suffix := re.search(r"\.(csv|xlsx|xls|pdf)\b", path):
        pytest.importorskip(f"hourhand.reports.{suffix[1]}", exc_type=ImportError)
