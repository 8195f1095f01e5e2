"""From an assessment to its reasoning. The costly parts are worked out here, for one ad that somebody asked about."""

from classifier.checker import Checker
from classifier.domain import Assessment, ClaimAssessment
from classifier.law.permitted import PermittedMatch, match_permitted
from classifier.reasoning.asking import questions_about
from classifier.reasoning.leading import lead_finding
from classifier.reasoning.likely_law import law_of_kind
from classifier.reasoning.neighbours import nearest_passages
from classifier.reasoning.rationale import reason_words
from classifier.reasoning.reasoning import ClaimReasoning, Reasoning
from classifier.reasoning.removal import review_threshold, smallest_removal
from classifier.reasoning.sureness import how_sure
from classifier.reasoning.weighed import weighed_words

QUIET = 0.5
"""The risk below which nothing is told of a claim that no rule met."""
_OWN_PART = 1 / 3
"""What a claim's own words must add, as a share of what the rest of the ad adds. Chosen on held-out themes: it costs no marked word."""


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


def speaks(claim: ClaimAssessment, least: float = QUIET) -> bool:
    """Say whether there is something to tell of a claim: a finding, or a risk above the least that is its own words' work.

    A brand name among bold claims takes its risk from them; nothing is told of it.
    """
    told = claim.explanation
    is_own = sum(word.value for word in told.contributions) >= _OWN_PART * told.elsewhere
    return bool(claim.findings) or (claim.risk >= least and is_own)


def _about(claim: ClaimAssessment, assessment: Assessment, checker: Checker, in_full: bool) -> ClaimReasoning:
    lead = lead_finding(claim.findings, assessment.ruling.language)
    kinds = tuple(sorted(claim.claim_types, key=lambda kind: lead is None or kind.type_id != lead.category))
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
        weighed=weighed_words(claim),
        questions=questions_about(claim.findings, assessment),
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
