"""The whole path for ads: read, gate, split, match rules, score, explain."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

from classifier.domain import (
    JURISDICTIONS,
    Ad,
    Assessment,
    Channel,
    Claim,
    ClaimAssessment,
    ClaimType,
    Finding,
    MissingStatement,
    NotChecked,
    ProductKind,
    Provenance,
    Qualifier,
    Question,
    Scope,
    ScopeRuling,
    Span,
    Triage,
)
from classifier.gate import MOST_CHARACTERS, judge_scope
from classifier.law.loading import load_packs
from classifier.law.matching import match_rules
from classifier.law.missing import find_missing, missing_not_checked
from classifier.law.rules import RulePack
from classifier.model.artifact import TrainedModel, load_model
from classifier.model.scoring import Scorer, calibrated, claim_value, probability
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import PhraseSet
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import read_words
from classifier.reasoning.explain import Weighed, explain_risk
from classifier.records import assessment_digest
from classifier.triage import claim_types, triage

_NOT_CHECKED = (
    ("images", "text_only"),
    ("filing", "no_product_record"),
    ("landing_page", "text_only"),
)


@dataclass(frozen=True, eq=False)
class Checker:
    """Rule packs and a model, ready to assess. ``terms`` are all rules' terms, named by pack: they tell which packs to ask."""

    packs: tuple[RulePack, ...]
    scorer: Scorer

    @cached_property
    def terms(self) -> PhraseSet:
        """Compile the terms of all packs once."""
        return PhraseSet((term, pack.name) for pack in self.packs for rule in pack.active.values() for term in rule.terms)


def load_checker(model: TrainedModel | None = None, own_packs: Path | None = None) -> Checker:
    """Give a checker with the packs and the model that ship with the package, or another model, or own packs besides."""
    return Checker(packs=load_packs(own_packs), scorer=Scorer(model or load_model()))


def make_ad(
    text: str,
    *,
    as_of: date,
    jurisdictions: tuple[str, ...] = JURISDICTIONS,
    product: ProductKind | None = None,
    channel: Channel | None = None,
    is_whole: bool = False,
    raw: bytes | None = None,
) -> Ad:
    """Make an ad of a text. ``raw`` is the bytes it was received in; by default its UTF-8."""
    received = text.encode("utf-8", "surrogatepass") if raw is None else raw
    digest = hashlib.sha256(received).hexdigest()
    return Ad(
        text=text,
        raw_digest=digest,
        as_of=as_of,
        jurisdictions=jurisdictions,
        product=product,
        channel=channel,
        is_whole=is_whole,
    )


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its risk, kinds and findings, and what they were worked out from."""

    claim: Claim
    alone: Weighed
    risk: float
    claim_types: tuple[ClaimType, ...]
    findings: tuple[Finding, ...]
    qualifiers: tuple[Qualifier, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a summary of an ad needs; :func:`complete` gives the whole assessment."""

    ad: Ad
    whole: Weighed
    ruling: ScopeRuling
    risk: float | None
    triage: Triage | None
    claims: tuple[JudgedClaim, ...]
    missing: tuple[MissingStatement, ...]


def assess(ad: Ad, checker: Checker) -> Assessment:
    """Say everything the machine has to say about an ad.

    Pure: the same ad, packs, model and date give the same assessment, digest included, alone or among others.
    """
    return complete(judge_many([ad], checker)[0], checker)


def judge_many(ads: Sequence[Ad], checker: Checker) -> list[Judgement]:
    """Read, gate, split, match and score ads together: much faster than one by one, and the same numbers."""
    scorer = checker.scorer
    readings = [read_words(ad.text if len(ad.text) <= MOST_CHARACTERS else "") for ad in ads]
    wholes = [Weighed(reading, weighing) for reading, weighing in zip(readings, scorer.weigh_many(readings), strict=True)]
    rulings = [judge_scope(ad.text, whole.reading, whole.weighing, scorer) for ad, whole in zip(ads, wholes, strict=True)]
    split = [split_claims(whole.reading) if ruling.scope is Scope.IN else () for whole, ruling in zip(wholes, rulings, strict=True)]
    parts = [whole.reading.part(claim.span) for whole, claims in zip(wholes, split, strict=True) for claim in claims]
    alone = iter([*zip(parts, scorer.weigh_many(parts), strict=True)])
    return [
        _judgement(ad, whole, ruling, [(claim, Weighed(*next(alone), claim.span.start)) for claim in claims], checker)
        for ad, whole, ruling, claims in zip(ads, wholes, rulings, split, strict=True)
    ]


def _judgement(ad: Ad, whole: Weighed, ruling: ScopeRuling, split: list[tuple[Claim, Weighed]], checker: Checker) -> Judgement:
    if ruling.scope is not Scope.IN:
        return Judgement(ad, whole, ruling, None, None, (), ())
    output = checker.scorer.position[calibrated("risk", ruling.language)]
    crowd = checker.scorer.crowd(output, max(1, len(split)))
    claims = tuple([_judge_claim(claim, alone, whole, output, crowd, ad, checker) for claim, alone in split])
    risk = max((claim.risk for claim in claims), default=0.0)
    missing = find_missing(ad, whole.reading, checker.packs)
    return Judgement(ad, whole, ruling, risk, triage(claims, ruling, checker.scorer.model.thresholds), claims, missing)


def _judge_claim(claim: Claim, alone: Weighed, whole: Weighed, output: int, crowd: float, ad: Ad, checker: Checker) -> JudgedClaim:
    qualifiers = find_qualifiers(alone.reading)
    woken = {match.name for match in checker.terms.find(alone.reading, load_lexicon().find(alone.reading))}
    findings = tuple(
        finding
        for pack in checker.packs
        if pack.name in woken and pack.applies(ad.jurisdictions)
        for finding in match_rules(claim, alone.reading, qualifiers, pack=pack, product=ad.product, as_of=ad.as_of)
    )
    value = claim_value(alone.weighing, whole.weighing, output, crowd)
    return JudgedClaim(claim, alone, probability(value), claim_types(alone.weighing, findings, checker.scorer), findings, qualifiers)


def complete(judgement: Judgement, checker: Checker) -> Assessment:
    """Give the whole assessment behind a judgement: explanations, questions, what was not checked, and the digest."""
    ad, ruling, reading = judgement.ad, judgement.ruling, judgement.whole.reading
    in_scope = ruling.scope is Scope.IN
    risk_output = checker.scorer.position[calibrated("risk", ruling.language)]
    crowd = checker.scorer.crowd(risk_output, max(1, len(judgement.claims)))
    claims = tuple([_complete_claim(judged, judgement.whole, risk_output, crowd) for judged in judgement.claims])
    assessment = Assessment(
        ad=ad,
        ruling=ruling,
        risk=judgement.risk,
        triage=judgement.triage,
        claims=claims,
        missing=judgement.missing,
        disguises=reading.normalised.disguises,
        questions=_questions(claims, judgement.missing),
        not_checked=_not_checked(ad, ruling) if in_scope else (),
        provenance=_provenance(ad.as_of, ad.jurisdictions, checker),
        digest="",
    )
    return replace(assessment, digest=assessment_digest(assessment))


def _complete_claim(judged: JudgedClaim, whole: Weighed, risk_output: int, crowd: float) -> ClaimAssessment:
    claim = judged.claim
    return ClaimAssessment(
        claim=claim,
        risk=judged.risk,
        claim_types=judged.claim_types,
        findings=judged.findings,
        qualifiers=_standing_apart(tuple([replace(q, span=_within(claim, q.span)) for q in judged.qualifiers]), judged.findings),
        explanation=explain_risk(claim, judged.alone, whole, risk_output, crowd),
    )


def _standing_apart(qualifiers: tuple[Qualifier, ...], findings: tuple[Finding, ...]) -> tuple[Qualifier, ...]:
    """Leave out qualifiers that are part of a finding's own words, as the “no” of “no side effects” is."""
    met = [span for finding in findings for span in finding.spans]
    return tuple(q for q in qualifiers if not any(span.overlaps(q.span) for span in met))


def _within(claim: Claim, span: Span) -> Span:
    return Span(claim.span.start + span.start, claim.span.start + span.end)


def _questions(claims: tuple[ClaimAssessment, ...], missing: tuple[MissingStatement, ...]) -> tuple[Question, ...]:
    """Give what to ask the advertiser, each question once, in the order of the findings."""
    asked: dict[str, Question] = {}
    findings = (*(finding for claim in claims for finding in claim.findings), *(statement.finding for statement in missing))
    for finding in findings:
        question = Question(rule_id=finding.rule_id, verdict=finding.verdict, vi=finding.question_vi, en=finding.question_en)
        asked.setdefault(finding.question_en, question)
    return tuple(asked.values())


def _not_checked(ad: Ad, ruling: ScopeRuling) -> tuple[NotChecked, ...]:
    always = tuple(NotChecked(what=what, why=why) for what, why in _NOT_CHECKED)
    always += missing_not_checked(ad)
    if ruling.is_doubtful:
        always += (NotChecked(what="advertising", why="reads_like_information"),)
    if ad.product is None:
        always += (NotChecked(what="product_kind", why="not_stated"),)
    return always


@lru_cache(maxsize=1_000)
def _provenance(as_of: date, jurisdictions: tuple[str, ...], checker: Checker) -> Provenance:
    used = tuple((pack.name, pack.digest) for pack in checker.packs if pack.applies(jurisdictions))
    return Provenance(code_version=version("adcheck"), model_digest=checker.scorer.model.digest, packs=used, as_of=as_of)
