"""Turn the figures of `make test-record` into docs/results/record.md: python record_results.py FIGURES.jsonl BEFORE.md > FILE.

While not every part has ended, rows of the file before that were not measured anew stay, marked as such.
"""

import json
import platform
import sqlite3
import sys
from pathlib import Path
from typing import Any

from record_parts import PARTS as PARTS_OF_ALL

HEAD = """# How the record holds up

Written by `make test-record`, which attacks the record part by part; everyday tests do the same at small sizes. Each row says
the size it was measured at; times were taken on a machine busy with other work.
Zero failures in 500 tries mean, with 95 % confidence, a rate below 0.6 %; in 1,000 below 0.3 %; in 100 below 3 %.

| what | found | bar | detail |
|---|---|---|---|
"""
NOT_HELD = "\n## Not held\n\n"
PARTS = "\n## Parts\n\n| part | seconds | ended |\n|---|---|---|\n"


def before(file: Path) -> dict[str, dict[str, str]]:
    """Read the rows of an earlier table."""
    rows = [line.strip("| \n").split(" | ") for line in file.read_text("utf-8").splitlines() if line.startswith(("| T", "| One"))]
    kept = {}
    for name, found, bar, *detail in rows:
        told = " ".join(detail).removeprefix("|").strip().removesuffix(BEFORE).rstrip("; ")
        kept[name] = {"found": found, "bar": bar.removesuffix(" |"), "detail": f"{told}; {BEFORE}" if told else BEFORE}
    return kept


def not_held_before(file: Path, done: set[str]) -> list[str]:
    """Give what an earlier table says did not hold, of parts that have not ended since."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("- ")]
    left = [line for line in lines if line.removeprefix("- ").split(":")[0] not in done]
    return [f"{line.removesuffix(f'; {BEFORE}')}; {BEFORE}\n" for line in left]


BEFORE = "from a run before"


def main(file: Path, earlier: Path) -> None:
    """Print the tables; of what was measured twice the last one counts."""
    figures: dict[str, dict[str, str]] = {}
    parts: dict[str, dict[str, Any]] = {}
    for line in file.read_text("utf-8").splitlines():
        told = json.loads(line)
        if "part" in told:
            parts[told["part"]] = told
        else:
            figures[told["name"]] = told
    done, left = {name for name, told in parts.items() if told["status"] in (0, 1)}, []
    if not set(PARTS_OF_ALL) <= done:
        figures, left = before(earlier) | figures, not_held_before(earlier, done)
    sys.stdout.write(HEAD)
    for name in sorted(figures):
        row = figures[name]
        sys.stdout.write(f"| {name} | {row['found']} | {row['bar']} | {row['detail']} |\n")
    failed = [
        f"- {name}: {test}\n" for name, told in sorted(parts.items()) for test in told["failed"] or ["did not end"] * (told["status"] > 1)
    ]
    failed += left
    sys.stdout.write(NOT_HELD + "".join(failed) if failed else "")
    ends = {0: "held", 1: "not all held"}
    sys.stdout.write(
        PARTS + "".join(f"| {n} | {t['seconds']} | {ends.get(t['status'], 'broke off')} |\n" for n, t in sorted(parts.items()))
    )
    sys.stdout.write(f"\nPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
