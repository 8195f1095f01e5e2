"""Putting what was found out about an ad together: the whole assessment with its digest, or a summary."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from classifier.domain import (
    Ad,
    Assessment,
    ClaimAssessment,
    Disguise,
    Finding,
    MissingStatement,
    NotChecked,
    Provenance,
    Qualifier,
    Question,
    Scope,
    ScopeRuling,
    Summary,
    Triage,
    VerdictType,
)
from classifier.law.missing import missing_not_checked
from classifier.law.rules import RulePack
from classifier.records import assessment_digest
from classifier.triage import FLAGGED, leading_types

_NOT_CHECKED = (
    NotChecked(what="images", why="text_only"),
    NotChecked(what="filing", why="no_product_record"),
    NotChecked(what="landing_page", why="text_only"),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found out about an ad, by whichever way of reading."""

    ad: Ad
    ruling: ScopeRuling
    risk: float | None
    triage: Triage | None
    claims: tuple[ClaimAssessment, ...]
    disguises: tuple[Disguise, ...]
    missing: tuple[MissingStatement, ...]


def summary_of(judged: Judgement | Assessment) -> Summary:
    """Give the summary of an ad."""
    types = leading_types(judged.claims) if judged.triage in FLAGGED else ()
    return Summary(ruling=judged.ruling, risk=judged.risk, triage=judged.triage, claim_types=types, missing=judged.missing)


def complete(judgement: Judgement, packs: tuple[RulePack, ...], model_digest: str) -> Assessment:
    """Give the whole assessment: with missing sentences, questions, what was not checked, provenance and the digest."""
    ad, in_scope = judgement.ad, judgement.ruling.scope is Scope.IN
    parts: dict[str, Any] = {
        "ad": ad,
        "ruling": judgement.ruling,
        "risk": judgement.risk,
        "triage": judgement.triage,
        "claims": judgement.claims,
        "missing": judgement.missing,
        "disguises": judgement.disguises,
        "questions": _questions(judgement.claims, judgement.missing),
        "not_checked": _not_checked(ad, judgement.ruling) if in_scope else (),
        "provenance": _provenance(ad.as_of, ad.jurisdictions, packs, model_digest),
    }
    return Assessment(**parts, digest=assessment_digest(parts))


def standing_apart(qualifiers: tuple[Qualifier, ...], findings: tuple[Finding, ...]) -> tuple[Qualifier, ...]:
    """Leave out qualifiers that are part of a finding's own words, as the “no” of “no side effects” is."""
    met = [span for finding in findings for span in finding.spans]
    return tuple(q for q in qualifiers if not any(span.overlaps(q.span) for span in met))


def _questions(claims: tuple[ClaimAssessment, ...], missing: tuple[MissingStatement, ...]) -> tuple[Question, ...]:
    """Give what to ask the advertiser, each question once, in the order of the findings."""
    asked: dict[str, Question] = {}
    for finding in (*(finding for claim in claims for finding in claim.findings), *(statement.finding for statement in missing)):
        if finding.question_en not in asked:
            asked[finding.question_en] = _question(finding.rule_id, finding.verdict, finding.question_vi, finding.question_en)
    return tuple(asked.values())


@lru_cache(maxsize=4_000)
def _question(rule_id: str, verdict: VerdictType, vi: str, en: str) -> Question:
    return Question(rule_id=rule_id, verdict=verdict, vi=vi, en=en)


def _not_checked(ad: Ad, ruling: ScopeRuling) -> tuple[NotChecked, ...]:
    return _gaps(missing_not_checked(ad), ad.product is None, ruling.is_doubtful)


@lru_cache(maxsize=100)
def _gaps(missing: tuple[NotChecked, ...], product_unknown: bool, is_doubtful: bool) -> tuple[NotChecked, ...]:
    doubt = (NotChecked(what="advertising", why="reads_like_information"),) if is_doubtful else ()
    product = (NotChecked(what="product_kind", why="not_stated"),) if product_unknown else ()
    return (*_NOT_CHECKED, *missing, *doubt, *product)


@lru_cache(maxsize=1_000)
def _provenance(as_of: date, jurisdictions: tuple[str, ...], packs: tuple[RulePack, ...], model_digest: str) -> Provenance:
    used = tuple((pack.name, pack.digest) for pack in packs if pack.applies(jurisdictions))
    return Provenance(code_version=version("adcheck"), model_digest=model_digest, packs=used, as_of=as_of)
