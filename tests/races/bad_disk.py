"""`hourhand` on a disk that fails: from the moment that the file named by `DISK_FAILS` is there, no fsync succeeds.

python -m tests.races.bad_disk serve
"""

from __future__ import annotations

import os
from pathlib import Path

import apsw

from hourhand.cli import main

FAILS = "DISK_FAILS"


class BadFile(apsw.VFSFile):
    """A file that may not reach the disk."""

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        if Path(os.environ[FAILS]).exists():
            raise apsw.IOError("disk I/O error")
        super().xSync(flags)


class BadDisk(apsw.VFS):
    """The usual file system with such files."""

    def __init__(self) -> None:
        super().__init__("bad", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> BadFile:  # noqa: N802 - SQLite's name
        return BadFile("unix", name, flags)


if __name__ == "__main__":
    disk = BadDisk()
    main()
