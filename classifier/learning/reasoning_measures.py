"""How good the reasoning is, on the frozen test part of the corpus: exact, faithful, the right words, the right why."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.checker import Checker, assess, make_ad
from classifier.domain import Assessment, ClaimAssessment, Language, Scope, Span
from classifier.law.rules import RulePack
from classifier.learning.corpus import Passage
from classifier.learning.faithfulness import RiskOfText, decision_value_by_features, keep_words
from classifier.model.scoring import Scorer
from classifier.reading.words import read_words
from classifier.reasoning.likely_law import law_of_kind
from classifier.reasoning.rationale import LEAST_OF_RISKIEST, reason_words
from classifier.reasoning.reason import QUIET, speaks
from classifier.reasoning.sureness import text_kinds

AS_OF = date(2026, 11, 24)
ClaimsOf = Callable[[Assessment], tuple[ClaimAssessment, ...]]
_BINS = 8
_REMOVED = 3
_SEED = 20261124


@dataclass(frozen=True)
class Judged:
    """A labelled passage with what was made of it."""

    passage: Passage
    assessment: Assessment

    @property
    def is_flagged(self) -> bool:
        """Say whether it was put up for review."""
        return self.assessment.triage is not None and self.assessment.triage != "none"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, wrong and missed, and what follows from them."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall; 0 where nothing was right."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.right + self.wrong), self.right / max(1, self.right + self.missed)
        return f"{self.f1:.3f} (precision {precision:.3f}, recall {recall:.3f})"


def judge(passages: Iterable[Passage], checker: Checker) -> list[Judged]:
    """Assess passages."""
    return [Judged(passage, assess(make_ad(passage.text, as_of=AS_OF), checker)) for passage in passages]


def largest_gap(texts: Iterable[str], scorer: Scorer) -> tuple[int, float]:
    """Give how many texts were weighed, and the largest gap between the sum of the words' parts and the decision value.

    The decision value is worked out apart, feature by feature from the model's weights.
    """
    gap, n, column = 0.0, 0, RiskOfText(scorer, "vi").column
    for text in texts:
        weighing = scorer.weigh(read_words(text))
        summed = float(weighing.base[column]) + sum(float(part) for part in weighing.parts[:, column])
        gap, n = max(gap, abs(summed - decision_value_by_features(text, scorer, column))), n + 1
    return n, gap


def many_texts(passages: Sequence[Passage], n: int) -> Iterator[str]:
    """Give ``n`` texts: the passages, then runs of words drawn from them, always the same."""
    words = [word for passage in passages for word in passage.text.split()]
    draw = np.random.default_rng(_SEED)
    yield from (passage.text for passage in passages[:n])
    for _ in range(n - len(passages)):
        start = int(draw.integers(0, len(words) - 40))
        yield " ".join(words[start : start + int(draw.integers(1, 40))])


def share_lowered(judged: Iterable[Judged], scorer: Scorer) -> tuple[int, float]:
    """Give the flagged claims looked at, and the share whose risk falls when their first-named words are deleted."""
    lowered = []
    for one in judged:
        risk = RiskOfText(scorer, _language(one.assessment))
        for claim in _flagged_claims(one):
            reading = read_words(claim.claim.text)
            values = scorer.weigh(reading).parts[:, risk.column]
            named = {int(i) for i in np.argsort(-values, kind="stable")[:_REMOVED] if values[i] > 0}
            shorter = keep_words(reading, lambda i, named=named: i not in named)  # type: ignore[misc]
            lowered.append(risk.risk(shorter) < risk.risk(claim.claim.text))
    return len(lowered), float(np.mean(lowered)) if lowered else float("nan")


def agreement_when_shuffled(texts: Sequence[str], scorer: Scorer) -> float:
    """Give the mean rank correlation of word weights with those of a model whose weights are shuffled over its features."""
    order = np.random.default_rng(_SEED).permutation(len(scorer.model.features))
    shuffled = Scorer(replace(scorer.model, rounded=scorer.model.rounded[order], scales=scorer.model.scales[order]))
    column = RiskOfText(scorer, "vi").column
    told = [(scorer.weigh(read_words(t)).parts[:, column], shuffled.weigh(read_words(t)).parts[:, column]) for t in texts]
    return float(np.mean([_rank_correlation(one, other) for one, other in told if len(one) > 2]))


def span_score(judged: Iterable[Judged], claims_of: ClaimsOf) -> Score:
    """Compare the words named as the reason for some claims with the words marked in the corpus, word by word."""
    right = wrong = missed = 0
    for one in judged:
        told = [span for claim in claims_of(one.assessment) for span in reason_words(claim)]
        for span in _word_spans(one.passage.text):
            is_marked = any(span.overlaps(mark) for mark in one.passage.spans)
            is_told = any(span.overlaps(other) for other in told)
            right += is_marked and is_told
            wrong += is_told and not is_marked
            missed += is_marked and not is_told
    return Score(right, wrong, missed)


def why_score(judged: Iterable[Judged], packs: Sequence[RulePack], by_kind_of: ClaimsOf) -> Score:
    """Score the law cited: a marked claim is right where a rule of one of its kinds is cited at words of it.

    Cited is what a rule met and, for the claims of ``by_kind_of``, the law by the model's kind. Citations of one kind at the
    same words, from several packs, count once; a kind that no mark of the passage bears is wrong, whatever its words.
    Acceptable passages count: every citation there is wrong.
    """
    right = wrong = missed = 0
    for one in judged:
        told = one.assessment
        cited = [finding for claim in told.claims for finding in claim.findings]
        cited += [finding for claim in by_kind_of(told) for finding in law_of_kind(claim, told, packs)]
        found = {(finding.category, finding.spans) for finding in cited}
        marks = list(zip(one.passage.spans, one.passage.types, strict=True))
        for span, types in marks:
            hit = any(category in types and any(s.overlaps(span) for s in spans) for category, spans in found)
            right += hit
            missed += not hit
        wrong += sum(not any(category in types for _, types in marks) for category in {category for category, _ in found})
    return Score(right, wrong, missed)


def shown_claims(assessment: Assessment) -> tuple[ClaimAssessment, ...]:
    """Give the claims that a screen says something of."""
    return tuple(claim for claim in assessment.claims if speaks(claim))


def risky_claims(assessment: Assessment) -> tuple[ClaimAssessment, ...]:
    """Give the claims whose law by kind a screen tells."""
    return tuple(claim for claim in shown_claims(assessment) if claim.risk >= QUIET)


def no_claims(_: Assessment) -> tuple[ClaimAssessment, ...]:
    """Give none, to see what rules alone do."""
    return ()


def kinds_score(rows: Iterable[tuple[Assessment, frozenset[str]]], *, rules_only: bool = False) -> Score:
    """Compare the kinds of claim told of flagged misleading ads, all or those that rules name, with those labelled."""
    right = wrong = missed = 0
    for assessment, labelled in rows:
        least = max((claim.risk for claim in assessment.claims), default=0.0) / 2
        riskiest = [claim for claim in assessment.claims if claim.risk >= least]
        by_rules = {finding.category for claim in riskiest for finding in claim.findings}
        told = by_rules if rules_only else {kind.type_id for claim in riskiest for kind in claim.claim_types}
        right += len(told & labelled)
        wrong += len(told - labelled)
        missed += len(labelled - told)
    return Score(right, wrong, missed)


def broken_quotes(assessments: Iterable[Assessment]) -> tuple[int, int]:
    """Count the quotations of rules, and those that are not words of their claim in the ad as received."""
    n = broken = 0
    for assessment in assessments:
        for claim in assessment.claims:
            inside = claim.claim.span
            for span in (span for finding in claim.findings for span in finding.spans):
                n += 1
                is_inside = inside.start <= span.start < span.end <= inside.end
                broken += not (is_inside and span.of(assessment.ad.text).strip() and span.of(assessment.ad.text) in assessment.ad.text)
    return n, broken


def measured_sureness(judged: Sequence[Judged], checker: Checker) -> dict[str, Any]:
    """Give what ``measured.json`` holds: reliability by risk, a language at a time, and how often each kind of text is wrong."""
    in_scope = [one for one in judged if one.assessment.ruling.scope is Scope.IN]
    kinds: dict[str, Counter[str]] = {"all": Counter()}
    for one in in_scope:
        is_wrong = one.is_flagged != (one.passage.label == "misleading")
        for kind in ("all", *text_kinds(one.assessment)):
            kinds.setdefault(kind, Counter()).update({"n": 1, "wrong": int(is_wrong)})
    return {
        "model_digest": checker.scorer.model.digest,
        "bins": {name: _bins([one for one in in_scope if _language(one.assessment) == name]) for name in ("vi", "en")},
        "kinds": {kind: {"n": told["n"], "wrong": told["wrong"]} for kind, told in sorted(kinds.items())},
    }


def _bins(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """Cut passages into runs of rising risk, equally many each; the last reaches to 1."""
    ordered = sorted(judged, key=lambda one: one.assessment.risk or 0.0)
    parts = [ordered[len(ordered) * i // _BINS : len(ordered) * (i + 1) // _BINS] for i in range(_BINS)]
    told = [
        {
            "most": round(max(one.assessment.risk or 0.0 for one in part), 6),
            "n": len(part),
            "misleading": sum(one.passage.label == "misleading" for one in part),
        }
        for part in parts
        if part
    ]
    if told:
        told[-1]["most"] = 1.0
    return told


def _language(assessment: Assessment) -> str:
    return "en" if assessment.ruling.language is Language.EN else "vi"


def _flagged_claims(one: Judged) -> list[ClaimAssessment]:
    least = LEAST_OF_RISKIEST * (one.assessment.risk or 0.0)
    return [claim for claim in one.assessment.claims if one.is_flagged and claim.risk >= least]


def _word_spans(text: str) -> list[Span]:
    reading = read_words(text)
    return [reading.span(i, i) for i in range(len(reading.words))]


def _rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    first, second = (np.argsort(np.argsort(values)).astype(float) for values in (one, other))
    value = float(np.corrcoef(first, second)[0, 1])
    return 0.0 if np.isnan(value) else value
