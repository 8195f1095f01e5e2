"""What ``adcheck scan`` does between reading a row and writing it."""

import os
import sys
import time
from collections.abc import Iterable
from datetime import date
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from workload import generate

from classifier.batch import assess_many
from classifier.checker import Checker, make_ad
from ui.intake.writing import encoder
from ui.rows import COLUMNS, full_row, summary_row

DAY = date(2026, 10, 1)


def scan(texts: Iterable[str], checker: Checker | None, *, full: bool, jobs: int = 1) -> int:
    """Scan texts into nothing; give the bytes written."""
    ads = (make_ad(text, as_of=DAY) for text in texts)
    shape = full_row if full else summary_row
    _, encode = encoder(".jsonl" if full else ".csv", COLUMNS)
    size = 0
    with open(os.devnull, "wb") as out:
        for number, row in enumerate(assess_many(ads, shape, jobs=jobs, in_full=full, checker=checker)):
            size += out.write(encode({"id": str(number), **row}))
    return size


def scan_generated(n: int) -> float:
    """Give the CPU time, by advert, of scanning ``n`` generated adverts in full; making them is not counted."""
    adverts, taken, part = generate(n, 23), 0.0, 2_000
    for _ in range(0, n, part):
        texts = [text for text, _ in islice(adverts, part)]
        begun = time.process_time()
        scan(texts, None, full=True)
        taken += time.process_time() - begun
    return taken / n


def most_memory() -> float:
    """Give the most memory this process had since its program began, in MB; what its parent had before that is not counted."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
