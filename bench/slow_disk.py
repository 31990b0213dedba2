"""Hourhand on a disk that takes 5 ms longer for every fsync, as a plain cloud disk does.

    python -m bench.slow_disk [MOST_PER_COMMIT]

The delay is in a SQLite VFS around the usual one. With a number, no more works than that share a commit.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import apsw

from hourhand import settings
from hourhand.app import serve
from hourhand.db import sqlite_writer

SECONDS = 0.005


class SlowFile(apsw.VFSFile):
    """A file whose fsync takes longer."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("unix", name, flags)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        time.sleep(SECONDS)
        super().xSync(flags)


class SlowDisk(apsw.VFS):
    """The usual file system with such files."""

    def __init__(self) -> None:
        super().__init__("slow", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> SlowFile:  # noqa: N802 - SQLite's name
        return SlowFile(name, flags)


def main() -> None:
    """Serve as `hourhand serve` does, with settings from the environment."""
    disk = SlowDisk()
    assert disk is not None
    if len(sys.argv) > 1:
        sqlite_writer.MOST_PER_COMMIT = int(sys.argv[1])
    serve(settings.load(os.environ, cwd=Path.cwd()))


if __name__ == "__main__":
    main()
