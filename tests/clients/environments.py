"""An environment of its own for each client, made once and kept in the checkout's `.tools`.

The clients are old and want versions of packages that the project does not. Each is installed as
it is published, with all that it needs, in the versions that its list names.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

_LISTS = Path(__file__).parent
_PLACE = _LISTS.parent.parent / ".tools" / "clients"
# What the sources of old packages are built with, and what they still import when they run.
_BUILT_WITH = ("setuptools==80.9.0", "poetry-core==2.1.3", "wheel==0.45.1")


def python_with(client: str) -> Path:
    """The Python of an environment that has a client; made now, unless it was before."""
    version = "".join(map(str, sys.version_info[:3]))
    return _made(client, version, _make_for_python) / "bin" / "python"


def modules_with(client: str) -> Path:
    """The folder of Node.js modules that has a client; made now, unless it was before."""
    return _made(client, "node", _make_for_node) / "node_modules"


def _made(client: str, version: str, make: Callable[[Path, Path], None]) -> Path:
    wanted = _LISTS / f"{client}.txt"
    place = _PLACE / f"{client}-{version}-{sha256(wanted.read_bytes()).hexdigest()[:12]}"
    _PLACE.mkdir(parents=True, exist_ok=True)
    with (_PLACE / f"{client}.lock").open("w") as lock:
        # Another test process may be making the same one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "ready").exists():
            shutil.rmtree(place, ignore_errors=True)
            make(place, wanted)
            (place / "ready").touch()
    return place


def _make_for_python(place: Path, wanted: Path) -> None:
    _run(sys.executable, "-m", "venv", str(place))
    install = (str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*install, *_BUILT_WITH)
    _run(*install, "--no-deps", "--no-build-isolation", "--requirement", str(wanted))


def _make_for_node(place: Path, wanted: Path) -> None:
    place.mkdir()
    options = ("--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(place))
    _run("npm", "install", *options, *wanted.read_text().split())


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
