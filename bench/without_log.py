"""`python -m bench.without_log`: Hourhand, but nothing is written to the event log."""

from __future__ import annotations

import os
from pathlib import Path

from hourhand import settings
from hourhand.app import serve
from hourhand.core import events


def forget(*told: object, **more: object) -> None:
    """Take what is to be recorded, and do nothing about it."""


def main() -> None:
    """Serve as `hourhand serve` does, with settings from the environment."""
    events.record = forget
    serve(settings.load(os.environ, cwd=Path.cwd()))


if __name__ == "__main__":
    main()
