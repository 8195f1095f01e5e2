"""Ads that are not plain, read letter by letter: disguises undone, each claim read as if it stood alone."""

from collections.abc import Sequence
from dataclasses import replace

from classifier.assembly import Judgement, standing_apart
from classifier.domain import Ad, Claim, ClaimAssessment, Qualifier, Scope, ScopeRuling, Span
from classifier.gate import MOST_CHARACTERS, judge_scope
from classifier.law.matching import match_rules
from classifier.law.missing import find_missing
from classifier.law.rules import RulePack
from classifier.model.scoring import Scorer, calibrated, claim_value, probability
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import read_words
from classifier.reasoning.explain import Weighed, explain_risk
from classifier.triage import claim_types, triage


def judge_closely(ads: Sequence[Ad], packs: tuple[RulePack, ...], scorer: Scorer) -> list[Judgement]:
    """Read, gate, split, match and score ads of any kind."""
    readings = [read_words(ad.text if len(ad.text) <= MOST_CHARACTERS else "") for ad in ads]
    wholes = [Weighed(reading, weighing) for reading, weighing in zip(readings, scorer.weigh_many(readings), strict=True)]
    rulings = [judge_scope(ad.text, whole.reading, whole.weighing, scorer) for ad, whole in zip(ads, wholes, strict=True)]
    split = [split_claims(whole.reading) if ruling.scope is Scope.IN else () for whole, ruling in zip(wholes, rulings, strict=True)]
    parts = [whole.reading.part(claim.span) for whole, claims in zip(wholes, split, strict=True) for claim in claims]
    alone = iter([*zip(parts, scorer.weigh_many(parts), strict=True)])
    return [
        _judgement(ad, whole, ruling, [(claim, Weighed(*next(alone), claim.span.start)) for claim in claims], packs, scorer)
        for ad, whole, ruling, claims in zip(ads, wholes, rulings, split, strict=True)
    ]


def _judgement(
    ad: Ad, whole: Weighed, ruling: ScopeRuling, split: list[tuple[Claim, Weighed]], packs: tuple[RulePack, ...], scorer: Scorer
) -> Judgement:
    disguises = whole.reading.disguises
    if ruling.scope is not Scope.IN:
        return Judgement(ad, ruling, None, None, (), disguises, ())
    output = scorer.position[calibrated("risk", ruling.language)]
    crowd = scorer.crowd(output, max(1, len(split)))
    claims = tuple([_judge_claim(claim, alone, whole, output, crowd, ad, packs, scorer) for claim, alone in split])
    risk = max((claim.risk for claim in claims), default=0.0)
    return Judgement(
        ad, ruling, risk, triage(claims, ruling, scorer.model.thresholds), claims, disguises, find_missing(ad, whole.reading, packs)
    )


def _judge_claim(
    claim: Claim, alone: Weighed, whole: Weighed, output: int, crowd: float, ad: Ad, packs: tuple[RulePack, ...], scorer: Scorer
) -> ClaimAssessment:
    qualifiers = find_qualifiers(alone.reading)
    findings = tuple(
        finding
        for pack in packs
        if pack.applies(ad.jurisdictions)
        for finding in match_rules(claim, alone.reading, qualifiers, pack=pack, product=ad.product, as_of=ad.as_of)
    )
    return ClaimAssessment(
        claim=claim,
        risk=probability(claim_value(alone.weighing, whole.weighing, output, crowd)),
        claim_types=claim_types(alone.weighing.decision_values.tolist(), findings, scorer),
        findings=findings,
        qualifiers=standing_apart(tuple([_placed(claim, qualifier) for qualifier in qualifiers]), findings),
        explanation=explain_risk(claim, alone, whole, output, crowd),
    )


def _placed(claim: Claim, qualifier: Qualifier) -> Qualifier:
    start = claim.span.start
    return replace(qualifier, span=Span(start + qualifier.span.start, start + qualifier.span.end))
