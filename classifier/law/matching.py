"""Claims against rules: which rule meets which words, on the ad's own date."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from classifier.authority import Authority, Penalty, set_aside
from classifier.domain import Claim, Confidence, Finding, ProductKind, Qualifier, QualifierKind, Span
from classifier.law.rules import MASK, Rule, RulePack, Wording
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import Match
from classifier.reading.qualifiers import qualifiers_of
from classifier.reading.words import Reading

_WEAKER = {Confidence.HIGH: Confidence.MEDIUM, Confidence.MEDIUM: Confidence.LOW, Confidence.LOW: Confidence.LOW}
_CLEARING = (QualifierKind.NEGATION, QualifierKind.DISCLAIMER)


def match_rules(
    claim: Claim,
    reading: Reading,
    qualifiers: tuple[Qualifier, ...],
    *,
    pack: RulePack,
    product: ProductKind | None,
    as_of: date,
) -> tuple[Finding, ...]:
    """Give the findings of one pack on one claim, at most one a rule.

    ``reading`` and ``qualifiers`` are those of the claim's own text. A negated or disclaimed match gives no finding; a
    hedge or a quotation lowers the confidence by a step. A rule without an authority in force on the day stays silent.
    """
    found: dict[str, Parts] = {}
    for match in pack.phrases.find(reading, load_lexicon().find(reading)):
        part, rule_id = match.name.split(" ")
        found.setdefault(rule_id, {}).setdefault(part, []).append(match)
    masks = found.pop("*", {}).get(MASK.split(" ")[0], [])
    findings: list[Finding] = []
    for rule_id, parts in found.items():
        rule = pack.active[rule_id]
        if rule.covers(product) and (law := law_on(rule, as_of)) and (place := where_met(rule, parts, masks, reading, qualifiers)):
            findings.append(finding_at(rule, law, place, claim))
    return tuple(sorted(findings, key=lambda f: (f.spans, f.rule_id)))


Parts = dict[str, list[Match]]
"""Phrases of a rule found in a claim, by what they are to the rule: ``term``, ``near``, ``unless``."""


class Place(NamedTuple):
    """Where a rule is met in a claim, counted from the claim's start, and the qualifiers that reach it."""

    spans: tuple[Span, ...]
    qualifiers: tuple[Qualifier, ...]


def where_met(rule: Rule | Wording, parts: Parts, masks: list[Match], reading: Reading, qualifiers: tuple[Qualifier, ...]) -> Place | None:
    """Give the place where a rule's words are met and stand as they are said, None where they are not."""
    held: list[tuple[tuple[Match, ...], tuple[Qualifier, ...]]] = []
    for matches in _met(rule, parts, masks):
        reaching = qualifiers_of(matches[0], reading, qualifiers) if qualifiers else ()
        if not any(q.kind in _CLEARING for q in reaching):
            held.append((matches, reaching))
    if not held:
        return None
    plain = [matches for matches, reaching in held if not reaching]
    spans = {reading.span(match.first, match.last) for matches in (plain or [matches for matches, _ in held]) for match in matches}
    return Place(tuple(_merged(sorted(spans)) if len(spans) > 1 else spans), () if plain else held[0][1])


def confidence_at(rule: Rule, place: Place) -> Confidence:
    """Give how sure it is that a rule meets these words: less sure under a hedge or in a quotation."""
    return _WEAKER[rule.confidence] if place.qualifiers else rule.confidence


def finding_at(rule: Rule, law: "LawOfDay", place: Place, claim: Claim) -> Finding:
    """Give what a rule says where it is met in a claim."""
    return finding_of(
        rule,
        law,
        confidence=confidence_at(rule, place),
        spans=tuple([_moved(span, claim) for span in place.spans]),
        qualifiers=tuple([Qualifier(kind=q.kind, span=_moved(q.span, claim)) for q in place.qualifiers]),
    )


def _met(rule: Rule | Wording, parts: Parts, masks: list[Match]) -> Iterator[tuple[Match, ...]]:
    """Give the matches that meet a rule: a term alone, or a term with the nearest phrase it must stand near."""
    unless = [*parts.get("unless", []), *masks]
    beside = [other for other in parts.get("near", []) if not any(_share_words(other, exception) for exception in unless)]
    for term in parts.get("term", []):
        if any(_share_words(term, exception) for exception in unless):
            continue
        if not rule.near:
            yield (term,)
            continue
        close = [other for other in beside if _gap(term, other) <= rule.within_words and not _is_the_verb(other, term)]
        near = [other for other in close if not rule.near_after or term.last < other.first]
        if near:
            yield (term, min(near, key=lambda other: _gap(term, other)))


def _is_the_verb(near: Match, term: Match) -> bool:
    """Say whether a phrase is but how the term begins: without diacritics “trị” (to cure) is written like the disease “trĩ”."""
    return near.first == term.first and near.last <= term.last


class LawOfDay(NamedTuple):
    """The law behind a rule on a day."""

    authority: Authority
    beside: tuple[Authority, ...]
    penalty: Penalty | None
    set_aside: tuple[str, ...]
    marks: tuple[str, ...]


def law_on(rule: Rule, day: date) -> LawOfDay | None:
    """Give the law behind a rule on a day, None where no authority is in force. Looked up once for a rule and a day."""
    kept = _LAWS.get((id(rule), day))
    if kept is None or kept[0] is not rule:
        if len(_LAWS) >= _MOST_KEPT:
            _LAWS.clear()
        kept = _LAWS[id(rule), day] = (rule, _law_on(rule, day))
    return kept[1]


_LAWS: dict[tuple[int, date], tuple[Rule, LawOfDay | None]] = {}
_MOST_KEPT = 4_000


def _law_on(rule: Rule, day: date) -> LawOfDay | None:
    authority = rule.authority_on(day)
    if authority is None:
        return None
    return LawOfDay(authority, rule.beside_on(day), authority.penalty_on(day), set_aside(rule.authorities, day), authority.marks(day))


def finding_of(
    rule: Rule, law: LawOfDay, *, confidence: Confidence, spans: tuple[Span, ...], qualifiers: tuple[Qualifier, ...] = ()
) -> Finding:
    """Give what a rule says where it is met, with the law of the day."""
    return Finding(
        rule_id=rule.rule_id,
        category=rule.category,
        verdict=rule.verdict,
        severity=rule.severity,
        confidence=confidence,
        authority=law.authority,
        beside=law.beside,
        penalty=law.penalty,
        set_aside=law.set_aside,
        marks=law.marks,
        spans=spans,
        reason_vi=rule.reason_vi,
        reason_en=rule.reason_en,
        question_vi=rule.question_vi,
        question_en=rule.question_en,
        qualifiers=qualifiers,
    )


def _gap(one: Match, other: Match) -> int:
    return max(0, other.first - one.last, one.first - other.last)


def _share_words(one: Match, other: Match) -> bool:
    return one.first <= other.last and other.first <= one.last


def _moved(span: Span, claim: Claim) -> Span:
    return Span(span.start + claim.span.start, span.end + claim.span.start)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
