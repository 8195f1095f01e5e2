"""The law that would apply to a kind of claim, where the model names the kind and no phrase of a rule is met.

Such a rule is cited with low confidence at the words that carry the model's weight; it is said apart from the rules met.
"""

from classifier.checker import Checker
from classifier.domain import Assessment, ClaimAssessment, Confidence, Finding, Severity
from classifier.law.matching import finding_of
from classifier.law.rules import Rule, RulePack
from classifier.reasoning.rationale import reason_words

_LEAST_RISK = 0.5
_SEVERITIES = list(Severity)


def law_of_kind(claim: ClaimAssessment, assessment: Assessment, checker: Checker) -> tuple[Finding, ...]:
    """Give one rule a pack for the likeliest kind of a risky claim, where no rule of that kind is met."""
    kind = max(claim.claim_types, key=lambda told: told.probability).type_id
    if claim.risk < _LEAST_RISK or any(finding.category == kind for finding in claim.findings):
        return ()
    spans, ad = reason_words(claim), assessment.ad
    chosen = [_rule_for(pack, kind, assessment) for pack in checker.packs if pack.applies(ad.jurisdictions)]
    return tuple(
        finding_of(rule, authority, ad.as_of, confidence=Confidence.LOW, spans=spans)
        for rule in chosen
        if rule and spans and (authority := rule.authority_on(ad.as_of))
    )


def _rule_for(pack: RulePack, kind: str, assessment: Assessment) -> Rule | None:
    """Give the most serious rule of a pack for a kind of claim that speaks of the product on the day; of equals the first."""
    ad = assessment.ad
    fitting = [r for r in pack.active.values() if r.category == kind and r.covers(ad.product) and r.authority_on(ad.as_of)]
    return max(fitting, key=lambda rule: _SEVERITIES.index(rule.severity), default=None)
