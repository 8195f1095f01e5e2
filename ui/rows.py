"""An assessment as a row of results: the columns others build on."""

from typing import Any

from classifier.assembly import summary_of
from classifier.domain import Assessment, ClaimAssessment, Summary
from classifier.json_text import claim_text_of, listed
from classifier.records import Written, written
from classifier.triage import FLAGGED

COLUMNS = ("id", "scope", "scope_reason", "language", "risk", "triage", "flagged", "claim_types")

WHOLE_COLUMNS = (*COLUMNS, "missing_rules")
"""The columns where whole ads are looked at: then required sentences can be missing."""


def summary_row(told: Assessment | Summary) -> dict[str, Any]:
    """Give the columns of CSV and Parquet, without the id. Claim types stand only for flagged ads, most likely first.

    ``missing_rules`` are the rules whose required sentence a whole ad does not hold as prescribed.
    """
    summary = told if isinstance(told, Summary) else summary_of(told)
    return {
        "scope": summary.ruling.scope.value,
        "scope_reason": summary.ruling.reason,
        "language": summary.ruling.language.value,
        "risk": summary.risk,
        "triage": summary.triage.value if summary.triage else None,
        "flagged": int(summary.triage in FLAGGED),
        "claim_types": list(summary.claim_types),
        "missing_rules": [statement.rule_id for statement in summary.missing],
    }


def full_row(assessment: Assessment) -> dict[str, Any]:
    """Give the keys of JSONL, without the id: the summary and everything behind it."""
    return summary_row(assessment) | {
        "claims": Written(listed(map(_claim, assessment.claims))),
        "missing": written(assessment.missing),
        "disguises": written(assessment.disguises),
        "questions": written(assessment.questions),
        "not_checked": written(assessment.not_checked),
        "provenance": written(assessment.provenance),
        "digest": assessment.digest,
    }


def _claim(claim: ClaimAssessment) -> bytes:
    """Give a claim's part of a row, as canonical JSON."""
    start, end, text, risk, claim_types, findings, qualifiers, base, contributions, elsewhere, decision = claim_text_of(claim)
    pieces = (
        (b'{"base":', base, b',"claim_types":', claim_types, b',"contributions":', contributions, b',"decision_value":', decision),
        (b',"elsewhere":', elsewhere, b',"end":', end, b',"findings":', findings, b',"qualifiers":', qualifiers),
        (b',"risk":', risk, b',"start":', start, b',"text":', text, b"}"),
    )
    return b"".join([piece for part in pieces for piece in part])
