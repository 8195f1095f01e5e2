"""Claims against rules: which rule meets which words, on the ad's own date."""

from collections.abc import Iterator
from datetime import date

from classifier.authority import Authority, set_aside
from classifier.domain import Claim, Confidence, Finding, ProductKind, Qualifier, QualifierKind, Span
from classifier.law.rules import MASK, Rule, RulePack
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
    found: dict[str, dict[str, list[Match]]] = {}
    for match in pack.phrases.find(reading, load_lexicon().find(reading)):
        part, rule_id = match.name.split(" ")
        found.setdefault(rule_id, {}).setdefault(part, []).append(match)
    masks = found.pop("*", {}).get(MASK.split(" ")[0], [])
    findings: list[Finding] = []
    for rule_id, parts in found.items():
        rule = pack.active[rule_id]
        authority = rule.authority_on(as_of)
        if authority and "term" in parts and rule.covers(product):
            findings += _findings(rule, authority, claim, reading, qualifiers, list(_met(rule, parts, masks)), as_of)
    return tuple(sorted(findings, key=lambda f: (f.spans, f.rule_id)))


def _met(rule: Rule, parts: dict[str, list[Match]], masks: list[Match]) -> Iterator[tuple[Match, ...]]:
    """Give the matches that meet a rule: a term alone, or a term with the nearest phrase it must stand near."""
    unless = [*parts.get("unless", []), *masks]
    beside = [other for other in parts.get("near", []) if not any(_share_words(other, exception) for exception in unless)]
    for term in parts.get("term", []):
        if any(_share_words(term, exception) for exception in unless):
            continue
        if not rule.near:
            yield (term,)
            continue
        near = [other for other in beside if _gap(term, other) <= rule.within_words and (not rule.near_after or term.last < other.first)]
        if near:
            yield (term, min(near, key=lambda other: _gap(term, other)))


def _findings(
    rule: Rule,
    authority: Authority,
    claim: Claim,
    reading: Reading,
    qualifiers: tuple[Qualifier, ...],
    met: list[tuple[Match, ...]],
    as_of: date,
) -> Iterator[Finding]:
    held: list[tuple[tuple[Match, ...], tuple[Qualifier, ...]]] = []
    for matches in met:
        reaching = qualifiers_of(matches[0], reading, qualifiers)
        if not any(q.kind in _CLEARING for q in reaching):
            held.append((matches, reaching))
    if not held:
        return
    plain = [(matches, reaching) for matches, reaching in held if not reaching]
    reaching = () if plain else held[0][1]
    spans = {reading.span(match.first, match.last) for matches, _ in (plain or held) for match in matches}
    yield finding_of(
        rule,
        authority,
        as_of,
        confidence=_WEAKER[rule.confidence] if reaching else rule.confidence,
        spans=tuple(_moved(span, claim) for span in _merged(sorted(spans))),
        qualifiers=tuple(Qualifier(kind=q.kind, span=_moved(q.span, claim)) for q in reaching),
    )


def finding_of(
    rule: Rule,
    authority: Authority,
    day: date,
    *,
    confidence: Confidence,
    spans: tuple[Span, ...],
    qualifiers: tuple[Qualifier, ...] = (),
) -> Finding:
    """Give what a rule says where it is met, with the law of the day."""
    return Finding(
        rule_id=rule.rule_id,
        category=rule.category,
        verdict=rule.verdict,
        severity=rule.severity,
        confidence=confidence,
        authority=authority,
        beside=rule.beside_on(day),
        penalty=authority.penalty_on(day),
        set_aside=set_aside(rule.authorities, day),
        marks=authority.marks(day),
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
