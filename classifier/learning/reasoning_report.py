"""``docs/results/reasoning.md``: the measures of the reasoning, put together and written down."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.domain import Assessment, ClaimAssessment, Triage
from classifier.law.permitted import load_permitted
from classifier.learning.corpus import Passage, read_corpus
from classifier.learning.faithfulness import Faithfulness, RiskOfText, measure_faithfulness
from classifier.learning.reasoning_measures import (
    AS_OF,
    Judged,
    agreement_when_shuffled,
    broken_quotes,
    judge,
    kinds_score,
    largest_gap,
    many_texts,
    measured_sureness,
    no_claims,
    risky_claims,
    share_lowered,
    shown_claims,
    span_score,
    why_score,
)
from classifier.learning.rule_coverage import measure_coverage
from classifier.reasoning.rationale import leading_claims
from classifier.reasoning.reason import QUIET, speaks

N_SUMS = 10_000


@dataclass(frozen=True)
class Measurement:
    """The page, line by line, and what the reasoning says of its own sureness from now on."""

    lines: tuple[str, ...]
    sureness: dict[str, Any]


def measure_reasoning(data: Path, real: Path | None, *, n_faithful: int) -> Measurement:
    """Measure the reasoning on the frozen test part; on texts from elsewhere too where a folder of them is given."""
    checker = load_checker()
    passages = read_corpus(data / "corpus")
    judged = judge((p for p in passages if p.is_for_testing), checker)
    lines = [*_head(checker, judged), *_exact(checker, passages, judged), *_right(checker, judged)]
    lines += _faithful(checker, judged, n_faithful)
    lines += _quotes(checker, [p.text for p in passages], real)
    lines += _untouched(checker, data)
    if real is not None and real.is_dir():
        lines += _real_kinds(checker, real)
    return Measurement(tuple(lines), measured_sureness(judged, checker))


def _head(checker: Checker, judged: Sequence[Judged]) -> Iterator[str]:
    n_active = sum(pack.n_active for pack in checker.packs)
    yield "# How good the reasoning is"
    yield ""
    yield "Written by `adcheck reasoning measure`. Frozen test part of the corpus unless said otherwise: "
    n_misleading = sum(one.passage.label == "misleading" for one in judged)
    yield f"{len(judged)} passages, {n_misleading} misleading. Model {checker.scorer.model.digest[:8]}."
    yield f"{n_active} active rules; {len(load_permitted().claims)} permitted EU claims."


def _exact(checker: Checker, passages: Sequence[Passage], judged: Sequence[Judged]) -> Iterator[str]:
    n, gap = largest_gap(many_texts(passages, N_SUMS), checker.scorer)
    n_claims, lowered = share_lowered(judged, checker.scorer)
    agreement = agreement_when_shuffled([one.passage.text for one in judged], checker.scorer)
    yield from ("", "## Exact", "", "| measure | figure |", "|---|---|")
    yield f"| largest gap between sum of parts and decision value, {n:,} texts | {gap:.1e} |"
    yield f"| flagged claims whose risk falls when the three first-named words are deleted, {n_claims} claims | {lowered:.1%} |"
    yield f"| rank correlation of word weights with those of a model with shuffled weights | {agreement:+.3f} |"


def _right(checker: Checker, judged: Sequence[Judged]) -> Iterator[str]:
    misleading = [one for one in judged if one.passage.label == "misleading"]
    flagged = [one for one in misleading if one.is_flagged]
    spoken_of = [one for one in misleading if shown_claims(one.assessment)]
    packs = checker.packs
    yield from ("", "## The right words, the right why", "")
    yield from _ASKED
    yield from (
        "",
        "| F1 | passages | the right words | the right kind with its law | of it, by rules met alone |",
        "|---|---:|---|---|---|",
    )
    for name, some, claims_of, by_kind_of in (
        ("asked of every misleading passage", misleading, leading_claims, leading_claims),
        ("asked of those that were flagged", flagged, leading_claims, leading_claims),
        ("as shown, misleading passages", misleading, shown_claims, risky_claims),
        ("as shown, every passage", judged, shown_claims, risky_claims),
        ("as shown, misleading passages something is shown of", spoken_of, shown_claims, risky_claims),
    ):
        why, by_rules = why_score(some, packs, by_kind_of), why_score(some, packs, no_claims)
        yield f"| {name} | {len(some)} | {span_score(some, claims_of)} | {why} | {by_rules} |"
    yield from _why_they_differ(judged, misleading, spoken_of)


def _why_they_differ(judged: Sequence[Judged], misleading: Sequence[Judged], spoken_of: Sequence[Judged]) -> Iterator[str]:
    """Say what the difference between asked and as shown consists of, and what showing more would cost."""
    silent = [one for one in misleading if not shown_claims(one.assessment)]
    missed, of_silent = (span_score(some, shown_claims).missed for some in (misleading, silent))
    yield from ("", "The two differ almost only by passages of which nothing is shown, not by claims left out beside others:")
    yield f"{len(silent)} of the misleading passages lie below a risk of one half and meet no rule; they hold {of_silent:,} of the"
    yield f"{missed:,} marked words missed. On the {len(spoken_of)} others shown and asked are nearly alike."
    yield "Naming reasons from a lower risk on flags no ad more, but shows reasons of harmless passages too:"
    yield from ("", "| reasons shown from | right words, misleading | right words, every passage | passages not misleading shown reasons |")
    yield "|---|---|---|---:|"
    for least in (0.3, 0.4, QUIET):
        shown = partial(_shown_from, least=least)
        harmless = sum(bool(shown(one.assessment)) for one in judged if one.passage.label != "misleading")
        yield f"| {least:.1f} | {span_score(misleading, shown)} | {span_score(judged, shown)} | {harmless} |"
    yield "\nOne half stays: below it a sentence that begins “likely misleading” would say what the model does not hold likely."


def _shown_from(assessment: Assessment, *, least: float) -> tuple[ClaimAssessment, ...]:
    return tuple(claim for claim in assessment.claims if speaks(claim, least))


_ASKED = (
    "The words named as the reason, against the marked words; and the law cited, against the marked kinds: right where a rule of",
    "one of the kinds is cited at words of the mark, met there by its phrases or, failing that, as the law of the model's kind.",
    "*Asked*: of the claims at least half as risky as the riskiest, whether or not the passage is flagged, as rationales are",
    "compared in ERASER. *As shown*: what a screen says by itself, from a risk of one half on; a passage that the model lets pass",
    "counts as missed there, and a harmless one that it stops at as wrong.",
)


def _faithful(checker: Checker, judged: Sequence[Judged], n: int) -> Iterator[str]:
    yield from (
        "",
        "## Faithful",
        "",
        "ERASER: how far the risk falls when the first-named words are deleted (comprehensiveness, higher is",
    )
    yield "better) and when only they are kept (sufficiency, lower is better). Flagged passages, on this machine."
    yield from ("", "| language | explainer | texts | comprehensiveness | sufficiency | ms a text |", "|---|---|---:|---:|---:|---:|")
    for language in ("vi", "en"):
        texts = [one.passage.text for one in judged if one.is_flagged and one.passage.language == language][:n]
        if texts:
            yield from (_row(language, told) for told in measure_faithfulness(texts, RiskOfText(checker.scorer, language)))


def _row(language: str, told: Faithfulness) -> str:
    numbers = f"{told.comprehensiveness:.3f} | {told.sufficiency:.3f} | {1000 * told.seconds:.2f}"
    return f"| {language} | {told.name} | {told.n_texts} | {numbers} |"


def _quotes(checker: Checker, texts: Sequence[str], real: Path | None) -> Iterator[str]:
    more = list(_real_texts(real)) if real is not None and real.is_dir() else []
    n, broken = broken_quotes(assess(make_ad(text, as_of=AS_OF), checker) for text in (*texts, *more))
    yield from ("", "## Quotations", "")
    where = f"{len(texts):,} passages of the corpus" + (f" and {len(more):,} real texts" if more else "")
    yield f"{n:,} quotations of rules in {where}; {broken} are not words of their claim in the ad as received."


def _untouched(checker: Checker, data: Path) -> Iterator[str]:
    fine = [p for p in read_corpus(data / "corpus") if p.label != "misleading"]
    coverage = measure_coverage(fine, checker.packs)
    by_id = {p.passage_id: p for p in fine}
    high = {r for pack in checker.packs for r, rule in pack.active.items() if rule.severity == "high"}
    met = {(by_id[i].label, i, rule in high) for rule, told in coverage.items() for i in told.unwanted}
    yield from (
        "",
        "## Rules on passages that should stay untouched",
        "",
        "| label | passages | met by a rule | by a rule of high severity |",
    )
    yield "|---|---:|---:|---:|"
    for label in ("acceptable", "out_of_scope"):
        any_rule, serious = {i for name, i, _ in met if name == label}, {i for name, i, is_high in met if name == label and is_high}
        yield f"| {label} | {sum(p.label == label for p in fine)} | {len(any_rule)} | {len(serious)} |"
    yield "\nOut-of-scope passages are counted before the gate, which refuses a part of them before a rule is asked."


def _real_kinds(checker: Checker, real: Path) -> Iterator[str]:
    yield from ("", "## Kinds of claim on texts from elsewhere", "")
    for file in sorted(real.glob("gold2_dev_*.csv")):
        rows = [(assess(make_ad(row["text"], as_of=AS_OF), checker), row) for row in _rows(file) if row["label"] == "misleading"]
        flagged = [(a, frozenset(row["claim_types"].split(";"))) for a, row in rows if a.triage in (Triage.REVIEW, Triage.PRIORITY)]
        yield f"- {file.stem}: {len(flagged)} of {len(rows)} misleading rows flagged; micro-F1 of their kinds {kinds_score(flagged)};"
        yield f"  of the kinds that rules alone name {kinds_score(flagged, rules_only=True)}"


def _real_texts(real: Path) -> Iterator[str]:
    for file in sorted(real.glob("*.csv")):
        yield from (row["text"] for row in _rows(file))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
