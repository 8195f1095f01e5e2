"""How rules and model together say what to look at first, and which kinds of claim it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from classifier.domain import CLAIM_TYPES, ClaimType, Confidence, ScopeRuling, Severity, Triage
from classifier.model.scoring import Scorer, calibrated, probability

_LEAST_OF_BEST = 0.5


class _Met(Protocol):
    """What of a finding decides triage and kinds."""

    @property
    def category(self) -> str:
        """Give the kind of claim that the rule is about."""

    @property
    def severity(self) -> Severity:
        """Give the rule's severity."""

    @property
    def confidence(self) -> Confidence:
        """Give how sure it is that the rule meets the words."""


class _Judged(Protocol):
    """What of a claim decides its triage and what a summary says of it."""

    @property
    def risk(self) -> float:
        """Give the claim's risk."""

    @property
    def claim_types(self) -> tuple[ClaimType, ...]:
        """Give the likely kinds of the claim."""

    @property
    def findings(self) -> Sequence[_Met]:
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


def claim_types(values: Sequence[float], findings: Iterable[_Met], scorer: Scorer) -> tuple[ClaimType, ...]:
    """Give the likely kinds of claim by the claim's decision values, most likely first.

    Those at or above their own threshold and at least half as likely as the likeliest, those a finding names, and always
    the likeliest one.
    """
    _, likeliest, _ = max(scorer.types, key=lambda kind: values[kind[1]])
    likely = [column for _, column, least in scorer.types if values[column] >= least or column == likeliest]
    return types_among(likely, likeliest, values, findings, scorer)


def types_among(
    likely: Iterable[int], likeliest: int, values: Sequence[float], findings: Iterable[_Met], scorer: Scorer
) -> tuple[ClaimType, ...]:
    """Give the kinds of claim among those whose decision values reach their own thresholds, and those a finding names.

    ``likely`` and ``likeliest`` are columns of ``values``, in order.
    """
    half = probability(values[likeliest]) * _LEAST_OF_BEST
    chances = {column: chance for column in likely if (chance := probability(values[column])) >= half or column == likeliest}
    named = {finding.category for finding in findings}
    if not named:
        kept = [ClaimType(type_id=scorer.model.outputs[column].name, probability=chance) for column, chance in chances.items()]
        return tuple(sorted(kept, key=lambda kind: -kind.probability) if len(kept) > 1 else kept)
    kept = [
        ClaimType(type_id=name, probability=probability(values[column]))
        for name, column, _ in scorer.types
        if name in named or column in chances
    ]
    unlearnt = named.difference(scorer.type_names)
    kept += [ClaimType(type_id=name, probability=0.0) for name in CLAIM_TYPES if name in unlearnt]
    return tuple(sorted(kept, key=lambda kind: (kind.type_id not in named, -kind.probability)))


FLAGGED = (Triage.REVIEW, Triage.PRIORITY)
_MOST_TYPES = 3
LEAST_OF_RISKIEST = 0.75


def leading_types(claims: Sequence[_Judged]) -> tuple[str, ...]:
    """Give the claim types of the riskiest claims, most likely first, at most three."""
    riskiest = sorted(claims, key=lambda claim: -claim.risk)
    least = LEAST_OF_RISKIEST * riskiest[0].risk if riskiest else 0.0
    named = dict.fromkeys(kind.type_id for claim in riskiest if claim.risk >= least for kind in claim.claim_types)
    return tuple(named)[:_MOST_TYPES]
