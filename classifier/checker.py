"""The whole path for one ad: read, gate, split, match rules, score, explain."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from classifier.domain import (
    JURISDICTIONS,
    Ad,
    Assessment,
    Channel,
    Claim,
    ClaimAssessment,
    Finding,
    Language,
    MissingStatement,
    NotChecked,
    ProductKind,
    Provenance,
    Qualifier,
    Question,
    Scope,
    ScopeRuling,
    Span,
)
from classifier.gate import judge_scope
from classifier.law.loading import load_packs
from classifier.law.matching import match_rules
from classifier.law.missing import find_missing, missing_not_checked
from classifier.law.rules import RulePack
from classifier.model.artifact import TrainedModel, load_model
from classifier.model.scoring import Scorer, calibrated, probability
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import read_words
from classifier.reasoning.explain import Weighed, explain_score
from classifier.records import assessment_digest
from classifier.triage import claim_types, triage

_NOT_CHECKED = (
    ("images", "text_only"),
    ("filing", "no_product_record"),
    ("landing_page", "text_only"),
)


@dataclass(frozen=True)
class Checker:
    """Rule packs and a model, ready to assess."""

    packs: tuple[RulePack, ...]
    scorer: Scorer


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


def assess(ad: Ad, checker: Checker) -> Assessment:
    """Say everything the machine has to say about an ad.

    Pure: the same ad, packs, model and date give the same assessment, digest included.
    """
    reading = read_words(ad.text)
    whole = Weighed(reading, checker.scorer.weigh(reading))
    ruling = judge_scope(whole, checker.scorer)
    in_scope = ruling.scope is Scope.IN
    claims = (
        tuple(_assess_claim(claim, whole, ruling.language, ad, checker) for claim in split_claims(reading.normalised)) if in_scope else ()
    )
    risk = max((claim.risk for claim in claims), default=0.0) if in_scope else None
    missing = find_missing(ad, reading, checker.packs) if in_scope else ()
    assessment = Assessment(
        ad=ad,
        ruling=ruling,
        risk=risk,
        triage=triage(claims, ruling, checker.scorer.model.thresholds) if in_scope else None,
        claims=claims,
        missing=missing,
        disguises=reading.normalised.disguises,
        questions=_questions(claims, missing),
        not_checked=_not_checked(ad, ruling) if in_scope else (),
        provenance=_provenance(ad, checker),
        digest="",
    )
    return replace(assessment, digest=assessment_digest(assessment))


def _assess_claim(claim: Claim, whole: Weighed, language: Language, ad: Ad, checker: Checker) -> ClaimAssessment:
    reading = read_words(claim.text)
    qualifiers = find_qualifiers(reading)
    findings = [
        finding
        for pack in checker.packs
        if pack.applies(ad.jurisdictions)
        for finding in match_rules(claim, reading, qualifiers, pack=pack, product=ad.product, as_of=ad.as_of)
    ]
    alone = Weighed(reading, checker.scorer.weigh(reading), claim.span.start)
    explanation = explain_score(claim, alone, whole, checker.scorer.position[calibrated("risk", language)])
    return ClaimAssessment(
        claim=claim,
        risk=probability(explanation.decision_value),
        claim_types=claim_types(alone.weighing, findings, checker.scorer),
        findings=tuple(findings),
        qualifiers=_standing_apart(tuple(replace(q, span=_within(claim, q.span)) for q in qualifiers), findings),
        explanation=explanation,
    )


def _standing_apart(qualifiers: tuple[Qualifier, ...], findings: list[Finding]) -> tuple[Qualifier, ...]:
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


def _provenance(ad: Ad, checker: Checker) -> Provenance:
    used = tuple((pack.name, pack.digest) for pack in checker.packs if pack.applies(ad.jurisdictions))
    return Provenance(code_version=version("adcheck"), model_digest=checker.scorer.model.digest, packs=used, as_of=ad.as_of)
