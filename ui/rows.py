"""An assessment as a row of results: the columns others build on."""

from typing import Any

from classifier.checker import JudgedClaim, Judgement
from classifier.domain import Assessment, ClaimAssessment, Triage
from classifier.records import written

COLUMNS = ("id", "scope", "scope_reason", "language", "risk", "triage", "flagged", "claim_types")
WHOLE_COLUMNS = (*COLUMNS, "missing_rules")
"""The columns where whole ads are looked at: then required sentences can be missing."""

_MOST_TYPES = 3
_LEAST_OF_RISKIEST = 0.75


def summary_row(assessment: Assessment | Judgement) -> dict[str, Any]:
    """Give the columns of CSV and Parquet, without the id. Claim types stand only for flagged ads, most likely first.

    ``missing_rules`` are the rules whose required sentence a whole ad does not hold as prescribed.
    """
    flagged = assessment.triage in (Triage.REVIEW, Triage.PRIORITY)
    return {
        "scope": assessment.ruling.scope.value,
        "scope_reason": assessment.ruling.reason,
        "language": assessment.ruling.language.value,
        "risk": assessment.risk,
        "triage": assessment.triage.value if assessment.triage else None,
        "flagged": int(flagged),
        "claim_types": _types(assessment) if flagged else [],
        "missing_rules": [statement.rule_id for statement in assessment.missing],
    }


def full_row(assessment: Assessment) -> dict[str, Any]:
    """Give the keys of JSONL, without the id: the summary and everything behind it."""
    return summary_row(assessment) | {
        "claims": written([_claim(claim) for claim in assessment.claims]),
        "missing": written(assessment.missing),
        "disguises": written(assessment.disguises),
        "questions": written(assessment.questions),
        "not_checked": written(assessment.not_checked),
        "provenance": written(assessment.provenance),
        "digest": assessment.digest,
    }


def _types(assessment: Assessment | Judgement) -> list[str]:
    """Give the claim types of the riskiest claims, most likely first, at most three."""
    claims: tuple[ClaimAssessment | JudgedClaim, ...] = assessment.claims
    riskiest = sorted(claims, key=lambda claim: -claim.risk)
    least = _LEAST_OF_RISKIEST * riskiest[0].risk if riskiest else 0.0
    named = dict.fromkeys(kind.type_id for claim in riskiest if claim.risk >= least for kind in claim.claim_types)
    return list(named)[:_MOST_TYPES]


def _claim(claim: ClaimAssessment) -> dict[str, Any]:
    explanation = claim.explanation
    return {
        "start": claim.claim.span.start,
        "end": claim.claim.span.end,
        "text": claim.claim.text,
        "risk": claim.risk,
        "claim_types": claim.claim_types,
        "findings": claim.findings,
        "qualifiers": claim.qualifiers,
        "base": explanation.base,
        "contributions": explanation.contributions,
        "elsewhere": explanation.elsewhere,
        "decision_value": explanation.decision_value,
    }
