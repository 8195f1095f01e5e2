"""What a reviewer is shown before the score: the assessment without anything that tells it."""

from typing import Any

from classifier.records import digest_of

_STRONGEST = 6


def reasons_of(record: dict[str, Any]) -> dict[str, Any]:
    """Give the reasons in an assessment's record, without risk, triage, probabilities or log-odds.

    Words keep only the side they speak for, strongest first; claim types keep their order.
    """
    return {
        "ad": record["ad"],
        "ruling": record["ruling"],
        "claims": [_reasons_of_claim(claim) for claim in record["claims"]],
        "missing": record["missing"],
        "disguises": record["disguises"],
        "questions": record["questions"],
        "not_checked": record["not_checked"],
        "provenance": record["provenance"],
    }


def reasons_digest(record: dict[str, Any]) -> str:
    """Give the digest of the reasons in an assessment's record."""
    return digest_of(reasons_of(record))


def _reasons_of_claim(claim: dict[str, Any]) -> dict[str, Any]:
    contributions = sorted(claim["explanation"]["contributions"], key=lambda c: -abs(c["value"]))
    return {
        "claim": claim["claim"],
        "claim_types": [kind["type_id"] for kind in claim["claim_types"]] if _has_reason(claim) else [],
        "findings": claim["findings"],
        "qualifiers": claim["qualifiers"],
        "speak_for_it": [c["span"] for c in contributions if c["value"] > 0][:_STRONGEST],
        "speak_against_it": [c["span"] for c in contributions if c["value"] < 0][:_STRONGEST],
    }


def _has_reason(claim: dict[str, Any]) -> bool:
    """Say whether there is anything to name: a finding, or words that weigh on the side of misleading."""
    return bool(claim["findings"]) or claim["explanation"]["decision_value"] > 0
