"""From an assessment to its reasoning. The costly parts are worked out here, for one ad that somebody asked about."""

from classifier.checker import Checker
from classifier.domain import CLAIM_TYPES, Assessment, ClaimAssessment, Confidence, Contribution, Finding, Language, Question, Severity
from classifier.law.permitted import PermittedMatch, match_permitted
from classifier.reasoning.likely_law import law_of_kind
from classifier.reasoning.neighbours import nearest_passages
from classifier.reasoning.rationale import reason_words
from classifier.reasoning.reasoning import ClaimReasoning, Reasoning
from classifier.reasoning.removal import review_threshold, smallest_removal
from classifier.reasoning.sureness import how_sure

QUIET = 0.5
"""The risk below which nothing is told of a claim that no rule met."""
_OWN_PART = 1 / 3
"""What a claim's own words must add, as a share of what the rest of the ad adds. Chosen on held-out themes: it costs no marked word."""
_LEAST_SHARE = 0.05
_SEVERITIES, _CONFIDENCES = list(Severity), list(Confidence)


def reason_about(assessment: Assessment, checker: Checker, *, in_full: bool = True) -> Reasoning:
    """Give the reasoning behind an assessment; neighbours, removals and the law by kind only when asked for in full."""
    speaking = [claim for claim in assessment.claims if speaks(claim)]
    return Reasoning(
        assessment=assessment,
        claims=tuple(_about(claim, assessment, checker, in_full) for claim in speaking),
        n_quiet=len(assessment.claims) - len(speaking),
        permitted=_permitted([claim for claim in assessment.claims if not speaks(claim)], assessment),
        missing=assessment.missing,
        not_checked=assessment.not_checked,
    )


def speaks(claim: ClaimAssessment) -> bool:
    """Say whether there is something to tell of a claim: a finding, or a risk above one half that is its own words' work.

    A brand name among bold claims takes its risk from them; nothing is told of it.
    """
    told = claim.explanation
    is_own = sum(word.value for word in told.contributions) >= _OWN_PART * told.elsewhere
    return bool(claim.findings) or (claim.risk >= QUIET and is_own)


def lead_finding(findings: tuple[Finding, ...], language: Language) -> Finding | None:
    """Give the finding to say first: of the most serious kind of claim, by the law nearest to the ad's language.

    Of equals, the most serious is said first, then the surest, and a law before a code.
    """
    if not findings:
        return None
    gravest = max(findings, key=lambda finding: (_SEVERITIES.index(finding.severity), -CLAIM_TYPES.index(finding.category)))
    return max((f for f in findings if f.category == gravest.category), key=lambda finding: _prominence(finding, language))


def _prominence(finding: Finding, language: Language) -> tuple[bool, int, int, bool, int]:
    pack = finding.rule_id.split(".")[0]
    is_near = (pack == "vn") != (language is Language.EN)
    severity, confidence = _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)
    return (is_near, severity, confidence, pack != "common", -len(finding.marks))


def _about(claim: ClaimAssessment, assessment: Assessment, checker: Checker, in_full: bool) -> ClaimReasoning:
    lead = lead_finding(claim.findings, assessment.ruling.language)
    kinds = tuple(sorted(claim.claim_types, key=lambda kind: lead is None or kind.type_id != lead.category))
    asked = {f.question_en: Question(rule_id=f.rule_id, verdict=f.verdict, vi=f.question_vi, en=f.question_en) for f in claim.findings}
    return ClaimReasoning(
        code=f"{lead.category}/{lead.verdict}" if lead else f"{kinds[0].type_id}/words",
        claim=claim.claim,
        words=reason_words(claim),
        kinds=kinds,
        lead=lead,
        findings=claim.findings,
        law_of_kind=law_of_kind(claim, assessment, checker.packs) if in_full and claim.risk >= QUIET else (),
        qualifiers=claim.qualifiers,
        permitted=_permitted([claim], assessment),
        pulls_down=_strongest(claim, -1),
        pushes_up=_strongest(claim, 1),
        questions=tuple(asked.values()),
        explanation=claim.explanation,
        threshold=review_threshold(assessment, checker),
        removal=smallest_removal(claim, assessment, checker) if in_full else None,
        neighbours=nearest_passages(claim.claim) if in_full else (),
        sureness=how_sure(claim, assessment),
    )


def _permitted(claims: list[ClaimAssessment], assessment: Assessment) -> tuple[PermittedMatch, ...]:
    """Give the permitted EU claims that claims come near to, where the ad is meant for the European Union."""
    if "eu" not in assessment.ad.jurisdictions:
        return ()
    return tuple(match for claim in claims for match in match_permitted(claim.claim, assessment.ad.as_of))


def _strongest(claim: ClaimAssessment, sign: int) -> tuple[Contribution, ...]:
    """Give the words that weigh on one side and carry more than a twentieth of all weight, strongest first."""
    total = sum(abs(c.value) for c in claim.explanation.contributions) or 1.0
    weighing = [c for c in claim.explanation.contributions if sign * c.value > _LEAST_SHARE * total]
    return tuple(sorted(weighing, key=lambda c: -abs(c.value)))
