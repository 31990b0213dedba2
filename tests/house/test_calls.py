"""Nothing but `hourhand.calls` dials what people name: what the linter's contract cannot see is looked for here."""

from __future__ import annotations

from pathlib import Path

import hourhand

DIALS = ("urllib.request", "http.client", "open_connection", "create_connection", "sock_connect", "urlopen")
# The mail server is the operator's own.
MAY = ("calls", "mail/smtp.py")


def test_nothing_else_dials() -> None:
    root = Path(hourhand.__file__).parent
    found = {
        f"{path.relative_to(root)}: {word}"
        for path in root.rglob("*.py")
        for word in DIALS
        if word in path.read_text(encoding="utf-8") and not str(path.relative_to(root)).startswith(MAY)
    }
    assert found == set()
    assert any(word in path.read_text(encoding="utf-8") for path in (root / "calls").glob("*.py") for word in DIALS)
