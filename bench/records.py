"""``python -m bench.records``: all measurements of records, one after the other, into ``var/bench-records.json``."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from bench.machine import ROOT
from bench.report import kept

FILE: Final = ROOT / "var" / "bench-records.json"
PARTS: Final = ("photos", "dicom")  # modules bench.records_*, each with a main() that prints and returns its figures


def main() -> int:
    """Gives the exit code: 1 when a part missed a goal. Each part's figures are kept at once, beside those of other runs."""
    failed: list[str] = []
    for part in PARTS:
        if find_spec(f"bench.records_{part}") is None:
            continue
        found: dict[str, Any] = import_module(f"bench.records_{part}").main()
        kept({part: found}, FILE)
        failed += found["failed"]
    if failed:
        print(f"missed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
