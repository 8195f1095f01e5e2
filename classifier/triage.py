"""How rules and model together say what to look at first, and which kinds of claim it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from classifier.domain import CLAIM_TYPES, ClaimType, Confidence, Finding, ScopeRuling, Severity, Triage
from classifier.model.scoring import Scorer, Weighing, calibrated, probability

_LEAST_OF_BEST = 0.5


class _Judged(Protocol):
    """What of a claim decides its triage."""

    @property
    def risk(self) -> float:
        """Give the claim's risk."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Give the claim's findings."""


def triage(claims: Sequence[_Judged], ruling: ScopeRuling, thresholds: Mapping[str, float]) -> Triage:
    """Say what to look at first.

    A claim's risk decides alone at the model's thresholds. Below them a finding of high severity and high confidence
    raises to REVIEW, when the risk is at least the ``with_finding`` threshold. A text that reads rather like information
    than advertising is looked at only when the risk is enough for PRIORITY, and then as REVIEW.
    """
    risk = max((claim.risk for claim in claims), default=0.0)
    if risk >= thresholds[calibrated("priority", ruling.language)]:
        return Triage.REVIEW if ruling.is_doubtful else Triage.PRIORITY
    if ruling.is_doubtful:
        return Triage.NONE
    least = thresholds[calibrated("with_finding", ruling.language)]
    if risk >= thresholds[calibrated("review", ruling.language)] or any(_raised(claim, least) for claim in claims):
        return Triage.REVIEW
    return Triage.NONE


def _raised(claim: _Judged, least: float) -> bool:
    strong = any(f.severity is Severity.HIGH and f.confidence is Confidence.HIGH for f in claim.findings)
    return strong and claim.risk >= least


def claim_types(weighing: Weighing, findings: Iterable[Finding], scorer: Scorer) -> tuple[ClaimType, ...]:
    """Give the likely kinds of claim, most likely first.

    Those at or above their own threshold and at least half as likely as the likeliest, those a finding names, and always
    the likeliest one.
    """
    values: list[float] = weighing.decision_values.tolist()
    named = {finding.category for finding in findings}
    best, likeliest, _ = max(scorer.types, key=lambda kind: values[kind[1]])
    half = probability(values[likeliest]) * _LEAST_OF_BEST
    kept = [
        ClaimType(type_id=name, probability=probability(values[column]))
        for name, column, least in scorer.types
        if name in named or (values[column] >= least and probability(values[column]) >= half) or name == best
    ]
    unlearnt = named.difference(scorer.type_names)
    kept += [ClaimType(type_id=name, probability=0.0) for name in CLAIM_TYPES if name in unlearnt]
    return tuple(sorted(kept, key=lambda t: (t.type_id not in named, -t.probability)))
