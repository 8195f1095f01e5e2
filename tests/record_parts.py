"""Run the attacks on the record part by part, gather their figures, and go on where a run was interrupted.

python record_parts.py FIGURES.jsonl [--part NAME ...] [--jobs N] [--share 1.0]

A part that ended is not run again until the file of figures is gone. PostgreSQL's tests get a server of their own, where
its programs are installed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from record_server import OwnServer, can_serve

ROOT = Path(__file__).parents[1]
PARTS = {
    "roads-postgresql": ("test_all_roads.py", "random_programs and postgresql"),
    "kills": ("test_crashes.py", "killed_worker"),
    "roads-sqlite": ("test_all_roads.py", "random_programs and sqlite"),
    "server": ("test_crashes.py", "connection_cut or lost_answer"),
    "killed-server": ("test_crashes.py", "killed_server"),
    "power": ("test_crashes.py", "power_loss or simulated_disk"),
    "failing-disk": ("test_crashes.py", "failing_operation"),
    "size": ("test_size.py", ""),
    "migrations": ("test_keeping.py", "killed_migration"),
    "backups": ("test_keeping.py", "while_others_write"),
    "replay": ("test_keeping.py", "replay"),
    "erasure": ("test_keeping.py", "erased_texts"),
    "races": ("test_races.py", ""),
    "tampering": ("test_history.py", ""),
    "papers": ("test_papers.py", ""),
    "small-world": ("test_all_roads.py", "small_world"),
    "law": ("test_law.py", ""),
    "keeping": ("test_keeping.py", "not (killed_migration or while_others_write or replay or erased_texts)"),
    "witness": ("test_witness.py test_rotation.py", ""),
    "people": ("test_workflow.py test_team.py test_oversight.py test_looking.py test_resuming.py", ""),
}
"""Every test in tests/review, the longest first: files, and which of their tests."""


def run(name: str, figures: Path, environment: dict[str, str]) -> bool:
    """Run one part; write down how it ended."""
    files, chosen = PARTS[name]
    command = [sys.executable, "-m", "pytest", "-q", *(f"tests/review/{file}" for file in files.split())]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "-k", chosen] if chosen else command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    seconds = round(time.monotonic() - began)
    failed = [line.split(" ")[1].split("::")[-1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    with figures.open("a", encoding="utf-8") as out:
        out.write(json.dumps({"part": name, "seconds": seconds, "failed": failed, "status": done.returncode}) + "\n")
    sys.stdout.write(f"{name}: {seconds} s, {done.stdout.splitlines()[-1] if done.stdout else done.stderr[-300:]}\n")
    if done.returncode:
        sys.stdout.write(done.stdout[-6_000:])
    sys.stdout.flush()
    return done.returncode == 0


def ended(figures: Path) -> set[str]:
    """Give the parts that were run to their end."""
    lines = figures.read_text("utf-8").splitlines() if figures.exists() else []
    return {told["part"] for told in map(json.loads, lines) if "part" in told and told["status"] in (0, 1)}


def main() -> int:
    """Run what is asked for and has not ended yet."""
    asked = argparse.ArgumentParser(description="Attack the record, part by part.")
    asked.add_argument("figures", type=Path)
    asked.add_argument("--part", action="append", choices=[*PARTS, ""], help="only these; all by default")
    asked.add_argument("--jobs", type=int, default=1, help="how many at once")
    asked.add_argument("--share", default="1", help="share of the full sizes")
    named = asked.parse_args()
    wanted = [name for name in PARTS if name in (named.part or PARTS) or named.part == [""]]
    left = [name for name in wanted if name not in ended(named.figures)]
    with ExitStack() as stack:
        environment = os.environ | {"ADCHECK_FULL": named.share, "ADCHECK_FIGURES": str(named.figures.resolve())}
        if can_serve() and "ADCHECK_TEST_POSTGRES" not in os.environ:
            environment["ADCHECK_TEST_POSTGRES"] = stack.enter_context(OwnServer()).url
        with ThreadPoolExecutor(named.jobs) as jobs:
            held = list(jobs.map(lambda name: run(name, named.figures, environment), left))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
