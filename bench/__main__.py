"""`python -m bench [--quick] [--folder FOLDER]`: measure, print, and write `docs/performance.md`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import report
from bench.rounds import Plan, measure

FULL = Plan(
    sizes=(20_000, 1_000_000),
    sittings=3,
    rounds=6,
    slow_rounds=3,
    listeners=1000,
    changes=40,
    told=300,
    deliveries=3000,
    turns=15,
    report_rounds=8,
)
QUICK = Plan(
    sizes=(20_000, 60_000),
    sittings=1,
    rounds=4,
    slow_rounds=1,
    listeners=1000,
    changes=10,
    told=50,
    deliveries=500,
    turns=5,
    report_rounds=1,
)
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def main() -> int:
    """Measure. Returns 1 if a limit is missed."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measure what a request costs.")
    arguments.add_argument("--quick", action="store_true", help="measure less, and write no page")
    arguments.add_argument("--folder", help="where the databases are made for the while; the usual place for such")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="hourhand-bench-", dir=given.folder) as folder:
        found = measure(Path(folder), QUICK if given.quick else FULL)
    page = report.page(found)
    print(page)
    if not given.quick:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    return 0 if report.kept(found) else 1


if __name__ == "__main__":
    sys.exit(main())
