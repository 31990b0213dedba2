"""The programs that the page about receivers shows, run as a reader would."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

PAGE = Path(__file__).parents[2] / "docs" / "webhook-receivers.md"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
NODE = shutil.which("node")
# A program is there, or has printed what it is to print, sooner than that.
_SECONDS = 20


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def _with_the_library(program: str, variant: str) -> str:
    """The program in Python with the variant of its function in the place of that."""
    found, places = re.subn(r"def is_signed.*?\n\n\n", lambda _: f"{variant}\n\n", program, flags=re.DOTALL)
    assert places == 1
    return found


_PYTHON, _VARIANT = _blocks("python")
[_JS] = _blocks("js")
# By name: how it is run, the name of its file, what is in that, and a way of handling that never ends.
PROGRAMS = {
    "python": (sys.executable, "receiver.py", _PYTHON, "    threading.Event().wait()"),
    "standardwebhooks": (
        sys.executable,
        "receiver.py",
        _with_the_library(_PYTHON, _VARIANT),
        "    threading.Event().wait()",
    ),
    "node": (NODE or "node", "receiver.mjs", _JS, "  await new Promise(() => {});"),
}


class Program:
    """A receiver in a process, in a folder of its own; a context manager that starts it, and kills it.

    One that is `busy` is never done with its first event.
    """

    def __init__(self, name: str, folder: Path, *, busy: bool = False) -> None:
        runner, file, text, forever = PROGRAMS[name]
        if busy:
            text = re.sub(r"(?<=yours to write\n).*\n", lambda _: f"{forever}\n", text)
            assert forever in text
        (folder / file).write_text(text, encoding="utf-8")
        self._command = [runner, file]
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}/"

    def __enter__(self) -> Program:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it in its folder, with all that earlier runs left there; returns once it listens."""
        self.run()
        end = time.monotonic() + _SECONDS
        while not self._listens():
            assert self._running.poll() is None, self._said
            assert time.monotonic() < end, self._said
            time.sleep(0.01)

    def run(self) -> None:
        """Start it, whatever becomes of it."""
        given = {**os.environ, "HOOK_PORT": str(self._port), "HOOK_SECRET": SECRET}
        with (self._folder / "printed").open("ab") as printed, (self._folder / "said").open("ab") as said:
            self._process = subprocess.Popen(self._command, cwd=self._folder, env=given, stdout=printed, stderr=said)

    def ended(self) -> int:
        """The exit code; fails where it does not end by itself."""
        return self._running.wait(_SECONDS)

    def kill(self) -> None:
        """End it without a warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """What it answers to a request. Raises `OSError` or `HTTPException` where it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def printed(self, least: int) -> list[str]:
        """All lines that it printed, once there are so many."""
        end = time.monotonic() + _SECONDS
        while True:
            lines = (self._folder / "printed").read_text().splitlines()
            if len(lines) >= least:
                return lines
            assert time.monotonic() < end, (lines, self._said)
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self._port)) == 0

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def _said(self) -> str:
        return (self._folder / "said").read_text()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
