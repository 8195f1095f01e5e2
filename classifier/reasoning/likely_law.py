"""The law that would apply to a kind of claim, where the model names the kind and no phrase of a rule is met.

Such a rule is cited with low confidence at the words that carry the model's weight; it is said apart from the rules met.
"""

from collections.abc import Iterator, Sequence

from classifier.authority import Authority
from classifier.domain import Ad, Assessment, ClaimAssessment, Confidence, Finding, Severity
from classifier.law.matching import finding_of, law_on
from classifier.law.rules import Rule, RulePack
from classifier.reasoning.rationale import reason_words

_SEVERITIES = list(Severity)


def law_of_kind(claim: ClaimAssessment, assessment: Assessment, packs: Sequence[RulePack]) -> tuple[Finding, ...]:
    """Give one rule a pack for the likeliest kind of a claim, where no rule of that kind is met and there are words to name."""
    kind = max(claim.claim_types, key=lambda told: told.probability).type_id
    spans, day = reason_words(claim), assessment.ad.as_of
    if not spans or any(finding.category == kind for finding in claim.findings):
        return ()
    laws = laws_about(kind, assessment.ad, packs)
    return tuple(finding_of(rule, law, confidence=Confidence.LOW, spans=spans) for rule, _ in laws if (law := law_on(rule, day)))


def laws_about(kind: str, ad: Ad, packs: Sequence[RulePack]) -> Iterator[tuple[Rule, Authority]]:
    """Give for each pack of the ad's jurisdictions its most serious rule about a kind of claim, with the authority of the day.

    Only rules that speak of the ad's product count; of equally serious ones the first.
    """
    for pack in packs:
        if pack.applies(ad.jurisdictions):
            rules = (rule for rule in pack.active.values() if rule.category == kind and rule.covers(ad.product))
            binding = [(rule, authority) for rule in rules if (authority := rule.authority_on(ad.as_of))]
            if binding:
                yield max(binding, key=lambda told: _SEVERITIES.index(told[0].severity))
