"""Turn the figures of `make test-record` into docs/results/record.md: python record_results.py FIGURES.jsonl > FILE."""

import json
import platform
import sqlite3
import sys
from pathlib import Path

HEAD = """# How the record holds up

Written by `make test-record`, which attacks the record; everyday tests do the same at small sizes, and `ADCHECK_FULL=0.1` at
a tenth of the full ones. Each row says the size it was measured at, which may be less than the full one; times were taken on
a machine busy with other work.
Zero failures in 500 tries mean, with 95 % confidence, a rate below 0.6 %; in 1,000 below 0.3 %; in 100 below 3 %.

| what | found | bar | detail |
|---|---|---|---|
"""


def main(file: Path) -> None:
    """Print the table; of a figure measured twice the last one counts."""
    figures: dict[str, dict[str, str]] = {}
    for line in file.read_text("utf-8").splitlines():
        figure = json.loads(line)
        figures[figure["name"]] = figure
    sys.stdout.write(HEAD)
    for name in sorted(figures):
        row = figures[name]
        sys.stdout.write(f"| {name} | {row['found']} | {row['bar']} | {row['detail']} |\n")
    sys.stdout.write(f"\nPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
