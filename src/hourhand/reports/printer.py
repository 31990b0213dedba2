"""`python -m hourhand.reports.printer`: makes a PDF, on its standard output, of the data on its standard input.

In a process for each report, because typst keeps what it has once set, and a long report takes much memory. The
template and the fonts lie in the folder that is all it can read; there are no packages in it, and none are fetched.
"""

from __future__ import annotations

import ctypes
import resource
import signal
import sys
from pathlib import Path

import typst

_FOLDER = Path(__file__).with_name("printing")
_CPU_SECONDS = 300
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Print, within some minutes of processor time, and for no longer than somebody waits for it."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")])
    compiler = typst.Compiler(
        _FOLDER / "report.typ",
        root=_FOLDER,
        font_paths=fonts,
        sys_inputs={"data": sys.stdin.read()},
        package_path=_FOLDER,
        package_cache_path=_FOLDER,
    )
    made = compiler.compile(format="pdf", pdf_tags=False)
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
