"""Words that turn, weaken, attribute or deny a claim: what speaks for the advertiser in the text itself."""

import re

from classifier.domain import Qualifier, QualifierKind, Span
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import Match
from classifier.reading.words import Reading

_KINDS = {"NEGATION": QualifierKind.NEGATION, "HEDGE": QualifierKind.HEDGE, "DISCLAIMER": QualifierKind.DISCLAIMER}
QUALIFYING = (*_KINDS, "SAYING")
"""Word classes that may qualify a claim; words of saying do where something is quoted beside them."""
_QUOTED = re.compile(r"“[^”\n]{3,300}”|\"[^\"\n]{3,300}\"|«[^»\n]{3,300}»")
_REACH = 6
"""How many words after its own last one a negation or a hedge reaches, within its clause: “không có hũ kem nào làm bạn trẻ lại”."""
_CLAUSE_END = re.compile(r"[,;:.!?()–—]")


def find_qualifiers(reading: Reading) -> tuple[Qualifier, ...]:
    """Give every qualifier in a text, in order. Quotation marks count only beside a word of saying."""
    matches = load_lexicon().find(reading)
    found = [Qualifier(kind=_KINDS[m.name], span=reading.span(m.first, m.last)) for m in matches if m.name in _KINDS]
    if any(m.name == "SAYING" for m in matches):
        quotes = _QUOTED.finditer(reading.normalised.original)
        found += [Qualifier(kind=QualifierKind.QUOTATION, span=Span(q.start(), q.end())) for q in quotes]
    return tuple(sorted(found, key=lambda q: q.span))


def qualifiers_of(match: Match, reading: Reading, qualifiers: tuple[Qualifier, ...]) -> tuple[Qualifier, ...]:
    """Give the qualifiers that reach the words of a match.

    A negation or hedge must stand before it in its clause, at most six words away; a quotation or disclaimer must
    cover it.
    """
    target = reading.span(match.first, match.last)
    reach_from = reading.span(max(0, match.first - _REACH), match.first).start
    text = reading.normalised.original
    return tuple(q for q in qualifiers if _reaches(q, target, reach_from, text))


def _reaches(qualifier: Qualifier, target: Span, reach_from: int, text: str) -> bool:
    if qualifier.kind in (QualifierKind.NEGATION, QualifierKind.HEDGE):
        between = text[qualifier.span.end : target.start]
        return reach_from < qualifier.span.end and qualifier.span.end <= target.start and not _CLAUSE_END.search(between)
    return qualifier.span.start <= target.start and target.end <= qualifier.span.end
