"""`python -m hourhand.reports.printer FOLDER FONTS`: makes `report.pdf` of the `report.typ` in a folder.

In a process for each report, because typst keeps what it has once set, and a long report takes much memory. From the
folder nothing leads anywhere: no file outside, no package, no network.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import typst

_CPU_SECONDS = 300


def main() -> None:
    """Print, within some minutes of processor time."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    folder = Path(sys.argv[1])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[2]])
    # Packages are looked for where there are none.
    compiler = typst.Compiler(
        folder / "report.typ", root=folder, font_paths=fonts, package_path=folder, package_cache_path=folder
    )
    compiler.compile(output=folder / "report.pdf", format="pdf", pdf_tags=False)


if __name__ == "__main__":
    main()
