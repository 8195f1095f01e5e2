"""From an assessment to its reasoning. The costly parts are worked out here, for one ad that somebody asked about."""

from classifier.checker import Checker
from classifier.domain import CLAIM_TYPES, Assessment, ClaimAssessment, Confidence, Contribution, Finding, Language, Question, Severity
from classifier.law.permitted import match_permitted
from classifier.reasoning.likely_law import law_of_kind
from classifier.reasoning.neighbours import nearest_passages
from classifier.reasoning.reasoning import ClaimReasoning, Reasoning
from classifier.reasoning.removal import review_threshold, smallest_removal
from classifier.reasoning.sureness import how_sure

_QUIET = 0.5
_LEAST_SHARE = 0.05
_SEVERITIES, _CONFIDENCES = list(Severity), list(Confidence)


def reason_about(assessment: Assessment, checker: Checker, *, in_full: bool = True) -> Reasoning:
    """Give the reasoning behind an assessment; neighbours, removals and permitted claims only when asked for in full."""
    speaking = [claim for claim in assessment.claims if speaks(claim)]
    return Reasoning(
        assessment=assessment,
        claims=tuple(_about(claim, assessment, checker, in_full) for claim in speaking),
        n_quiet=len(assessment.claims) - len(speaking),
        missing=assessment.missing,
        not_checked=assessment.not_checked,
    )


def speaks(claim: ClaimAssessment) -> bool:
    """Say whether there is something to tell of a claim: a finding, or a risk above one half."""
    return bool(claim.findings) or claim.risk >= _QUIET


def lead_finding(findings: tuple[Finding, ...], language: Language) -> Finding | None:
    """Give the finding to say first: the most serious, the surest, then in the order of the claim types.

    Of equals, the law nearest to the ad's language is said before that of others, and a law before a code.
    """
    return max(findings, key=lambda finding: _prominence(finding, language), default=None)


def _prominence(finding: Finding, language: Language) -> tuple[int, int, int, bool, bool, int]:
    sureness = (_SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence))
    pack = finding.rule_id.split(".")[0]
    is_near = language is not Language.EN and pack == "vn"
    return (*sureness, -CLAIM_TYPES.index(finding.category), is_near, pack != "common", -len(finding.marks))


def _about(claim: ClaimAssessment, assessment: Assessment, checker: Checker, in_full: bool) -> ClaimReasoning:
    lead = lead_finding(claim.findings, assessment.ruling.language)
    kinds = tuple(sorted(claim.claim_types, key=lambda kind: lead is None or kind.type_id != lead.category))
    asked = {f.question_en: Question(rule_id=f.rule_id, verdict=f.verdict, vi=f.question_vi, en=f.question_en) for f in claim.findings}
    in_eu = "eu" in assessment.ad.jurisdictions and in_full
    return ClaimReasoning(
        code=f"{lead.category}/{lead.verdict}" if lead else f"{kinds[0].type_id}/words",
        claim=claim.claim,
        kinds=kinds,
        lead=lead,
        findings=claim.findings,
        law_of_kind=law_of_kind(claim, assessment, checker) if in_full else (),
        qualifiers=claim.qualifiers,
        permitted=match_permitted(claim.claim, assessment.ad.as_of) if in_eu else (),
        pulls_down=_strongest(claim, -1),
        pushes_up=_strongest(claim, 1),
        questions=tuple(asked.values()),
        explanation=claim.explanation,
        threshold=review_threshold(assessment, checker),
        removal=smallest_removal(claim, assessment, checker) if in_full else None,
        neighbours=nearest_passages(claim.claim) if in_full else (),
        sureness=how_sure(claim, assessment),
    )


def _strongest(claim: ClaimAssessment, sign: int) -> tuple[Contribution, ...]:
    """Give the words that weigh on one side and carry more than a twentieth of all weight, strongest first."""
    total = sum(abs(c.value) for c in claim.explanation.contributions) or 1.0
    weighing = [c for c in claim.explanation.contributions if sign * c.value > _LEAST_SHARE * total]
    return tuple(sorted(weighing, key=lambda c: -abs(c.value)))
