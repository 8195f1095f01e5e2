"""The meters, against values known beforehand; what rises and moves; what is learnt from decisions, and what replaces a model."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifier.agreement import krippendorff_alpha
from classifier.learning.corpus import read_corpus
from classifier.learning.decided import beside_corpus
from classifier.learning.promotion import compare_models, install
from classifier.model.artifact import read_model
from conftest import CURE_EN, CURE_VI, HARMLESS, ROOT, HandClock, n_rows
from record_support import Assess, decide, engage, figure, opened
from review.aftermath import file_appeal, set_share
from review.domain import AppealResult, Outcome
from review.oversight.agreement import agreement
from review.oversight.drift import drift, moved_weights
from review.oversight.golden import add_golden, golden_stock
from review.oversight.learning import false_alarms, labelled_passages
from review.oversight.promotion import record_promotion
from review.oversight.reliance import Judged, rate, reliance
from review.oversight.report import oversight_report
from review.oversight.trends import Seen, by_week, rising
from review.papers.exports import json_lines
from review.record.store import Store
from ui.oversight_text import report_lines

M, N = Outcome.MISLEADING, Outcome.NOT_MISLEADING
# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: 12 units, 4 observers, values missing.
PUBLISHED = ["1 1 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1", "2 2 2 2", "5 5 5", "1 1", "3"]


def test_alpha_is_the_published_one() -> None:
    """The published example for nominal data comes out at 0.743; full agreement is 1; no variation says nothing."""
    alpha = krippendorff_alpha([unit.split() for unit in PUBLISHED])
    assert alpha == pytest.approx(0.743, abs=0.0005)
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1
    assert krippendorff_alpha([("a", "a")]) is None and krippendorff_alpha([]) is None
    assert krippendorff_alpha([("a", "b"), ("b", "a")]) == pytest.approx(-0.5)


def test_a_rate_has_its_interval() -> None:
    """Wilson's interval holds the share; nothing counted gives nothing."""
    found = rate(15, 100)
    assert found.share == 0.15 and (found.low, found.high) == (pytest.approx(0.0931, abs=1e-3), pytest.approx(0.2328, abs=1e-3))
    assert rate(0, 0).share is None


def test_the_meter_reads_a_known_truth() -> None:
    """T5.6: over a synthetic log with known rates each meter comes within one point; swapped rates do not pass."""
    draw = random.Random(11)
    truth = {"over": 0.3, "under": 0.1, "helped": 0.6, "stood_firm": 0.8}
    n = 40_000
    log = []
    for _ in range(n):
        answer = draw.choice((M, N))
        other = N if answer is M else M
        is_right, first_right = draw.random() < 0.5, draw.random() < 0.7
        machine = answer if is_right else other
        first = answer if first_right else other
        log.append(Judged(month="2026-10", language="vi", machine=machine, first_view=first, outcome="", answer=answer))
    decided = [_decided(one, truth, draw) for one in log]
    found = reliance(decided)
    exact = _exact(decided)
    gaps = {name: abs((getattr(found, name).share or 0) - exact[name]) for name in truth}
    gaps |= {f"{name}, truth": abs((getattr(found, name).share or 0) - truth[name]) for name in ("helped", "stood_firm")}
    figure("T5.6 oversight meters, largest gap to the truth", f"{100 * max(gaps.values()):.2f} points", "within 1 point", f"{n} decisions")
    assert max(gaps.values()) < 0.01


def _decided(one: Judged, truth: dict[str, float], draw: random.Random) -> Judged:
    """Decide as people of known habits would."""
    other = N if one.answer == M else M
    if one.machine == one.answer:
        right = draw.random() < truth["helped"] if one.first_view != one.answer else True
    else:
        right = draw.random() < truth["stood_firm"] if one.first_view == one.answer else False
    outcome = one.answer if right else other
    return Judged(
        month=one.month, language=one.language, machine=one.machine, first_view=one.first_view, outcome=outcome, answer=one.answer
    )


def _exact(log: list[Judged]) -> dict[str, float]:
    """Count the meters apart from the code, one loop each."""
    counts = {name: [0, 0] for name in ("over", "under", "helped", "stood_firm")}
    for one in log:
        wrong = one.machine != one.answer
        counts["over" if wrong else "under"][1] += 1
        counts["over" if wrong else "under"][0] += (one.outcome == one.machine) == wrong
        if not wrong and one.first_view != one.answer:
            counts["helped"][1] += 1
            counts["helped"][0] += one.outcome == one.answer
        if wrong and one.first_view == one.answer:
            counts["stood_firm"][1] += 1
            counts["stood_firm"][0] += one.outcome == one.answer
    return {name: a / b for name, (a, b) in counts.items()}


def test_the_report_reads_the_record(store: Store, assessed: Assess, clock: HandClock) -> None:
    """Golden cases, agreement, appeals and changes are read from decisions; both languages can say it; no person is named."""
    engage(store)
    for n, ad in enumerate((CURE_VI, CURE_EN, HARMLESS)):
        opened(store, assessed(ad), str(n))
    add_golden(store, 1, M, by="an")
    add_golden(store, 2, N, by="an")
    stock = golden_stock(store)
    assert (stock.n_cases, stock.n_machine_wrong) == (2, 1)
    decide(store, 1, clock)
    decide(store, 2, clock, first=N)
    set_share(store, 1.0, by="an")
    decide(store, 3, clock, outcome=N)
    decide(store, 3, clock, reviewer="minh", outcome=N)
    file_appeal(store, 1, "x", by="lan")
    decide(store, 1, clock, reviewer="thu", outcome=N, result=AppealResult.OVERTURNED)
    report = oversight_report(store, "ly")
    assert (report.overall.over.n, report.overall.over.of) == (1, 1) and report.overall.is_alarming
    assert (report.appeals.n, report.appeals.of) == (1, 1) and report.overall.changed.n == 1
    assert report.agreement[0].n_cases == 1 and report.median_look_seconds == 0
    for language in ("vi", "en"):
        lines = "\n".join(report_lines(report, language))
        assert not any(name in lines.split() for name in ("lan", "minh", "thu"))


def test_agreement_is_told_by_month_and_category(store: Store, assessed: Assess, clock: HandClock) -> None:
    """Cases decided twice blind are counted, with their disagreements, over all and by category."""
    engage(store)
    set_share(store, 1.0, by="an")
    for n in range(4):
        opened(store, assessed((CURE_VI, CURE_EN)[n % 2]), str(n))
        decide(store, n + 1, clock, outcome=(M, N)[n % 2])
        decide(store, n + 1, clock, reviewer="minh", outcome=(M, N, M, M)[n])
    overall, month = agreement(store)
    assert (overall.n_cases, overall.n_disagreements, month.group) == (4, 1, "2026-10")
    assert overall.alpha == pytest.approx(krippendorff_alpha([(M, M), (N, N), (M, M), (N, M)]))
    assert "disease_cure" in {found.group for found in agreement(store, "category")}


def seen_at(day: int, text: str, *categories: str) -> Seen:
    """Give an ad as trends see it."""
    at = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day)
    return Seen(made_at=at, text=text, product="food", jurisdictions=("vn",), seller="", categories=categories)


def test_what_rises_and_moves_is_named() -> None:
    """T6.1: a new phrase and category in one ad of five are found with their week; nothing is found where nothing moved."""
    old = [seen_at(n % 28, f"trà thảo mộc số {n} hỗ trợ giấc ngủ", "superlative") for n in range(200)]
    same = [seen_at(28 + n % 28, f"trà thảo mộc số {n} hỗ trợ giấc ngủ", "superlative") for n in range(200)]
    new = [s if n % 5 else seen_at(28 + n % 28, "viên sủi thải độc gan thần tốc", "miracle_secret") for n, s in enumerate(same)]
    since = datetime(2026, 9, 29, tzinfo=UTC)
    moved = drift(old + new, since)
    assert {m.category for m in moved.categories} == {"miracle_secret", "superlative"}
    assert moved.categories[0].since_week in ("2026-W39", "2026-W40") and "thải độc" in {r.words for r in rising(old + new, since)}
    quiet = drift(old + same, since)
    assert (quiet.categories, quiet.rising) == ((), ()) and quiet.is_enough
    assert not drift(old[:10] + new[:10], since).is_enough
    assert by_week(old)["2026-W36"]["superlative"] > 0


def test_settled_decisions_become_passages(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """Yes and no decisions come out with marked spans; golden, escalated, appealed and doubted ones do not; training takes them."""
    engage(store)
    ads = (CURE_VI, CURE_EN, HARMLESS, "Kem trị nám tận gốc sau 7 ngày", "Reverses diabetes | in ten days ⟦now⟧")
    for n, ad in enumerate(ads):
        opened(store, assessed(ad), str(n))
    add_golden(store, 4, M, by="an")
    grounds = [tuple(dict.fromkeys(f.rule_id for c in assessed(ad).claims for f in c.findings)) or ("other",) for ad in ads]
    for n in range(5):
        decide(store, n + 1, clock, outcome=N if n in (2,) else M, grounds=grounds[n])
    file_appeal(store, 2, "x", by="lan")
    rows = list(labelled_passages(store))
    assert [row["id"] for row in rows] == ["case-1", "case-3", "case-5"] and rows[0]["spans"]
    decide(store, 2, clock, reviewer="thu", outcome=N, result=AppealResult.OVERTURNED)
    assert false_alarms(store) == (CURE_EN,)
    file = tmp_path / "decisions.jsonl"
    file.write_text("".join(json_lines(labelled_passages(store))), "utf-8")
    folder = beside_corpus(ROOT / "data", file, tmp_path / "both")
    decided = [p for p in read_corpus(folder / "corpus") if p.theme == "decided"]
    assert {p.label for p in decided} == {"misleading", "acceptable"} and CURE_EN in {p.text for p in decided}


def test_a_change_of_model_is_written_down(sqlite_store: Store, tmp_path: Path) -> None:
    """The same model again is no worse; what replaces it is written into the record, and the new folder is whole."""
    engage(sqlite_store)
    present, target = ROOT / "classifier" / "model" / "trained", tmp_path / "target"
    corpus = tmp_path / "data" / "corpus" / "vi"
    corpus.mkdir(parents=True)
    source = next(iter(sorted((ROOT / "data" / "corpus" / "vi").glob("*.tsv"))))
    (corpus / source.name).write_text("\n".join(source.read_text("utf-8").splitlines()[:200]) + "\n", "utf-8")
    install(present, target)
    found = compare_models(tmp_path / "data", target, present)
    assert found.holds and found.worse == ()
    record_promotion(sqlite_store, found.present, found.candidate, found.as_record(), by="an")
    assert read_model(target).digest == read_model(present).digest and n_rows(sqlite_store, "model_change") == 1
    name, old, new = moved_weights(read_model(present), read_model(target))[0]
    assert name and old == new
