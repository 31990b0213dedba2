"""An environment of its own for each client, made once and kept in the checkout's `.tools`.

The clients are old and want versions of packages that the project does not. Each is installed as
it is published, with all that it needs, in the versions that its list names.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

_LISTS = Path(__file__).parent
_PLACE = _LISTS.parent.parent / ".tools" / "clients"
# What the sources of old packages are built with, and what they still import when they run.
_BUILT_WITH = ("setuptools==80.9.0", "poetry-core==2.1.3", "wheel==0.45.1")


def python_with(client: str) -> Path:
    """The Python of an environment that has a client; made now, unless it was before."""
    wanted = (_LISTS / f"{client}.txt").read_bytes()
    version = "".join(map(str, sys.version_info[:3]))
    place = _PLACE / f"{client}-{version}-{sha256(wanted).hexdigest()[:12]}"
    _PLACE.mkdir(parents=True, exist_ok=True)
    with (_PLACE / f"{client}.lock").open("w") as lock:
        # Another test process may be making the same one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "ready").exists():
            shutil.rmtree(place, ignore_errors=True)
            _make(place, _LISTS / f"{client}.txt")
            (place / "ready").touch()
    return place / "bin" / "python"


def _make(place: Path, wanted: Path) -> None:
    _run(sys.executable, "-m", "venv", str(place))
    install = (str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*install, *_BUILT_WITH)
    _run(*install, "--no-deps", "--no-build-isolation", "--requirement", str(wanted))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
