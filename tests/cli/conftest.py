"""The real console script, run in a folder of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(sys.executable).with_name("hourhand")
PASSWORD = "correct horse"


class Cli:
    """Runs `hourhand`, with a database unless its arguments name another."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOURHAND_")},
            "HOURHAND_DATABASE": url,
            "HOURHAND_KEY_FILE": str(folder / "secret.key"),
        }

    def __call__(self, *words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """What came of a command, run without a terminal."""
        return subprocess.run(
            [SCRIPT, *words],
            input=stdin,
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def done(self, *words: str, stdin: str = "") -> str:
        """What a command that must succeed says."""
        ended = self(*words, stdin=stdin)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    def refused(self, *words: str, stdin: str = "", code: int = 2, **environment: str) -> str:
        """The one line of a command that must fail, saying nothing else."""
        ended = self(*words, stdin=stdin, **environment)
        assert (ended.returncode, ended.stdout) == (code, "")
        [line] = ended.stderr.splitlines()
        assert line.startswith("hourhand: ")
        return line.removeprefix("hourhand: ")

    def add(self, email: str, *words: str) -> Any:
        """A new account, as JSON has it."""
        return json.loads(self.done("account", "add", email, "--password-stdin", "--json", *words, stdin=PASSWORD))

    def on_terminal(self, *words: str, answers: tuple[str, ...] = (), code: int = 0) -> str:
        """What a command that ends so shows on a terminal, where somebody answers each of its questions."""
        ours, theirs = pty.openpty()
        environment = {**self.environment, "TERM": "xterm", "COLUMNS": "200"}
        # In a session without a terminal of its own, so that passwords are asked for on this one.
        process = subprocess.Popen(
            [SCRIPT, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=self.folder,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        left = list(answers)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
            if left and shown.endswith(b": "):
                os.write(ours, left.pop(0).encode() + b"\n")
        os.close(ours)
        assert process.wait(60) == code, shown
        return shown.decode().replace("\r\n", "\n")


@pytest.fixture
def cli(tmp_path: Path, database_url: str) -> Cli:
    """The command line on a fresh, migrated database of either engine."""
    return Cli(tmp_path, database_url)


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_url: str) -> Cli:
    """The command line on a fresh, migrated SQLite file, for what has nothing to do with the engine."""
    return Cli(tmp_path, sqlite_url)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when nobody has the other end any more.
        return b""
