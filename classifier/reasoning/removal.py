"""Remove this and see: the smallest deletion that brings a claim under the threshold, tried out and not only computed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import log

from classifier.checker import Checker, assess
from classifier.domain import Assessment, ClaimAssessment, Contribution, Span
from classifier.model.scoring import calibrated
from classifier.reasoning.asking import questions_about
from classifier.reasoning.reasoning import Removal
from classifier.reasoning.weighed import phrase_units

_MOST_TRIALS = 16
_SLACK = 1.0
"""How far, in log-odds, the linear estimate of a deletion may miss the threshold for the deletion still to be tried."""


def smallest_removal(claim: ClaimAssessment, assessment: Assessment, checker: Checker) -> Removal | None:
    """Give the smallest deletion found, in words, after which the claim lies under the threshold of review.

    One run of words is preferred to several of as many words. None where the claim lies under it anyway, or where no
    deletion short of the whole claim does it.
    """
    threshold = review_threshold(assessment, checker)
    if claim.risk < threshold:
        return None
    for trial, spans in enumerate(_deletions(claim, log(threshold / (1 - threshold)))):
        if trial == _MOST_TRIALS:
            break
        left = assess(replace(assessment.ad, text=_without(assessment.ad.text, spans), raw_digest=""), checker)
        removal = _removal(claim, spans, threshold, left)
        if removal.risk_after < threshold:
            return removal
    return None


def review_threshold(assessment: Assessment, checker: Checker) -> float:
    """Give the risk from which a claim of an ad is put up for review."""
    return checker.scorer.model.thresholds[calibrated("review", assessment.ruling.language)]


def _deletions(claim: ClaimAssessment, wanted: float) -> Iterator[tuple[Span, ...]]:
    """Give deletions that may be enough by the linear estimate, smallest first; no phrase is cut in half."""
    words = phrase_units(claim)
    needed = claim.explanation.decision_value - wanted - _SLACK
    ranked = sorted(words, key=lambda word: -word.value)
    for n in range(1, len(words)):
        run = max((words[i : i + n] for i in range(len(words) - n + 1)), key=_sum)
        if _sum(run) >= needed:
            yield (Span(run[0].span.start, run[-1].span.end),)
        elif n > 1 and _sum(ranked[:n]) >= needed:
            yield tuple(sorted(word.span for word in ranked[:n]))


def _sum(words: Iterable[Contribution]) -> float:
    return sum(word.value for word in words)


def _without(text: str, spans: tuple[Span, ...]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def _of_region(left: Assessment, claim: ClaimAssessment, spans: tuple[Span, ...]) -> tuple[ClaimAssessment, ...]:
    """Give the claims of the shortened ad that lie where the claim was."""
    cut = sum(span.end - span.start for span in spans)
    region = Span(claim.claim.span.start, max(claim.claim.span.start + 1, claim.claim.span.end - cut))
    return tuple(one for one in left.claims if one.claim.span.overlaps(region))


def _removal(claim: ClaimAssessment, spans: tuple[Span, ...], threshold: float, left: Assessment) -> Removal:
    told = _of_region(left, claim, spans)
    findings = tuple(finding for one in told for finding in one.findings)
    still, before = {finding.category for finding in findings}, dict.fromkeys(finding.category for finding in claim.findings)
    return Removal(
        spans=spans,
        risk_before=claim.risk,
        risk_after=max((one.risk for one in told), default=0.0),
        threshold=threshold,
        gone=tuple(category for category in before if category not in still),
        kept=questions_about(findings, left),
    )
