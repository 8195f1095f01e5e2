"""How fast the console answers: ``make measure-console``. Prints docs/results/console.md.

Counts of time are printed, never tested. An empty Streamlit page is measured in the same run.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from playwright.sync_api import TimeoutError, sync_playwright
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from browser.conftest import CHROMIUM, enter, serve, settle
from classifier.checker import assess, load_checker, make_ad
from classifier.records import as_record, canonical
from review.cases import open_case
from review.reasons import reasons_digest
from review.record import schema
from review.record.sealing import seal
from review.record.store import STORE_VARIABLE, Store

ROOT = Path(__file__).parents[2]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
ADS = (
    "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%, lô {n}",
    "Reverses type 2 diabetes in two weeks, no side effects, batch {n}",
    "Nồi chiên 6 lít, lòng phủ men, hẹn giờ 60 phút, mã {n}",
)


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--cases", type=int, default=100_000)
    wanted.add_argument("--reviewers", type=int, default=10)
    wanted.add_argument("--reruns", type=int, default=30)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/record.db"
        os.environ[STORE_VARIABLE] = url
        fill(url, asked.cases)
        sys.stdout.write("\n".join(report(url, asked.cases, asked.reviewers, asked.reruns)) + "\n")


def fill(url: str, n_cases: int) -> None:
    """Make a record of many waiting cases: three are opened as always, the others are their rows again, without events."""
    store, checker = Store(url), load_checker()
    records = []
    for n, ad in enumerate(ADS):
        assessment = assess(make_ad(ad.format(n=n), as_of=date.today()), checker)
        open_case(store, assessment, source="many", external_id=str(n), raw=ad.encode())
        records.append(as_record(assessment))
    with store.writing() as connection:
        kept = [seal(connection, canonical(record), "assessment") for record in records]
        for case_id in range(len(ADS) + 1, n_cases + 1):
            which = case_id % len(ADS)
            _case(store, connection, case_id, ADS[which].format(n=case_id), records[which], kept[which])
    store.close()


def _case(store: Store, connection, case_id: int, text: str, record: dict, kept: str) -> None:  # type: ignore[no-untyped-def]
    ad, now = seal(connection, text, "ad", case_id), store.now
    case = {"id": case_id, "origin_key": str(case_id), "origin": ad, "ad": ad, "raw": ad, "n_characters": len(text), "opened_at": now}
    connection.execute(insert(schema.review_case).values(**case, product="", jurisdictions="vn,eu,uk,us"))
    categories = ",".join(dict.fromkeys(found["category"] for claim in record["claims"] for found in claim["findings"]))
    told = {"id": case_id, "case_id": case_id, "number": 1, "categories": categories, "record": kept, "digest": record["digest"]}
    told |= {name: record["ruling"][name] for name in ("scope", "language")} | {"risk": record["risk"], "triage": record["triage"]}
    connection.execute(insert(schema.assessment).values(**told, reasons_digest=reasons_digest(record), made_at=now))
    connection.execute(insert(schema.task).values(id=case_id, case_id=case_id, number=1, kind="first", opened_at=now))


def report(url: str, n_cases: int, n_reviewers: int, n_reruns: int) -> list[str]:
    """Measure each step and give the lines of the report."""
    empty = AppTest.from_string("import streamlit as st\nst.write('x')", default_timeout=600)
    rows = [("an empty Streamlit page", timed(lambda: empty.run(), n_reruns))]
    begun = time.perf_counter()
    queue = page("waiting").run()
    first = time.perf_counter() - begun
    rows.append(("queue, rerun", timed(lambda: queue.run(), n_reruns)))
    words = iter(range(10**6))
    rows.append(
        (
            "queue, searched without diacritics",
            timed(lambda: queue.text_input(key="search").input(f"tieu duong {next(words) % 7}").run(), n_reruns),
        )
    )
    queue.text_input(key="search").input("").run()
    kinds = iter(["disease_cure", "absolute_safety", ""] * n_reruns)
    rows.append(("queue, filtered by kind of claim", timed(lambda: queue.selectbox(key="filter type").select(next(kinds)).run(), n_reruns)))
    numbers = iter(range(1, n_cases))
    rows.append(("case, opened", timed(lambda: page("case", case=str(next(numbers))).run(), n_reruns)))
    case = page("case", case=str(next(numbers))).run()
    rows.append(("case, rerun", timed(lambda: case.run(), n_reruns)))
    errors, spent = together(url, n_reviewers, n_cases)
    lines = ["# How fast the console answers", ""]
    lines += [
        f"Written by `make measure-console`: a SQLite record of {n_cases:,} waiting cases, {n_reruns} reruns of each step, without a",
        f"browser, on {os.cpu_count()} processors shared with other work (load {os.getloadavg()[0]:.1f}). Milliseconds, whole rerun.",
        "",
    ]
    lines += ["| step | p50 | p95 |", "|---|---:|---:|", *(f"| {name} | {p50:.0f} | {p95:.0f} |" for name, (p50, p95) in rows), ""]
    lines += [
        f"The first look at the queue after a start reads all waiting cases: {first:.1f} s, once a process.",
        f"{n_reviewers} simulated reviewers at once, "
        "each opening a case, judging a reason and recording a first view in a browser of its own: "
        f"{errors} errors; from the first click to the last score {spent[1] / 1000:.1f} s for all of them together.",
    ]
    return lines


def page(name: str, reviewer: str = "Lan", **query: str) -> AppTest:
    """Give a page, not run yet."""
    at = AppTest.from_file(str(ROOT / "ui" / "pages" / f"{name}.py"), default_timeout=600)
    at.session_state["language"], at.session_state["reviewer"] = "en", reviewer
    for key, value in query.items():
        at.query_params[key] = value
    return at


def timed(step: Callable[[], object], n: int) -> tuple[float, float]:
    """Give p50 and p95 of a step in milliseconds."""
    step()
    taken = []
    for _ in range(n):
        begun = time.perf_counter()
        step()
        taken.append(1000 * (time.perf_counter() - begun))
    return percentiles(taken)


def percentiles(taken: list[float]) -> tuple[float, float]:
    """Give p50 and p95."""
    ordered = sorted(taken)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def together(url: str, n_reviewers: int, n_cases: int) -> tuple[int, tuple[float, float]]:
    """Let several work at once in browsers on one server; give how many did not see the score, and how long each took."""
    taken: list[float] = []
    n_failed = 0
    with sync_playwright() as playwright:
        for console in serve(Path(url.removeprefix("sqlite:///"))):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            pages = [browser.new_context().new_page() for _ in range(n_reviewers)]
            for number, page in enumerate(pages):
                enter(page, console, "/batch", name=f"Reviewer {number}")
            begun = time.perf_counter()
            for number, page in enumerate(pages):
                page.evaluate(f"window.location.assign('/case?case={n_cases - 10 * number}&lang=en')")
            for key in ("a", "1", "v"):
                for page in pages:
                    page.wait_for_timeout(100)
                    settle(page)
                    page.evaluate("document.activeElement.blur()")
                    page.keyboard.press(key)
            for page in pages:
                try:
                    page.get_by_text("Of 100 claims").first.wait_for(timeout=60_000)
                except TimeoutError:
                    n_failed += 1
                taken.append(1000 * (time.perf_counter() - begun))
            browser.close()
    return n_failed, percentiles(taken)


if __name__ == "__main__":
    main()
