"""Cutting an ad into claims: sentences, bullets, headlines, lines set apart by pictographs."""

import re

from classifier.domain import Claim, Span
from classifier.reading.normalise import NormalisedText
from classifier.reading.words import read_words

_BREAK = re.compile(
    r"[\r\n\u2028\u2029]+"  # a new line
    r"|(?<=[^\W\d_]{2})[.!?…]+[\"'”’)\]]*(?=\s|$)"  # the end of a sentence, not of an abbreviation of one letter
    r"|(?<=[\d%)])[.!?…]+(?=\s+[^\W\d_])"  # … that ends in a number
    r"|(?<=\s)[|•·●○▪■◆►▶➤➡→✓✔✅☑✦★⭐❌❖➥☞–—*-]+(?=\s)"  # a bullet standing free
    r"|[✅✔☑❌►➤➡❖•●]"  # a bullet anywhere
    r"|[\U0001f300-\U0001faff\u2600-\u26ff\u2b50]+"  # pictographs
    r"|;(?=\s)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:tp|bs|ts|ths|gs|pgs|ds|mr|mrs|ms|dr|st|vs|e\.g|i\.e|no|approx|q|p|sđt|hcm|vd|tr|ds|ks|cn)$", re.I
)
_LEAST_WORDS = 2
_MOST_WORDS = 60


def split_claims(normalised: NormalisedText) -> tuple[Claim, ...]:
    """Cut an ad into claims that cover every word of it, in order, none overlapping another.

    A piece of fewer than two words joins its neighbour on the same line; a piece of more than sixty is cut at commas.
    """
    text = normalised.original
    spans: list[Span] = []
    for span in _pieces(text):
        if spans and _belong_together(text, spans[-1], span):
            spans[-1] = Span(spans[-1].start, span.end)
        elif _count(text, span):
            spans += _shortened(text, span)
    return tuple(Claim(span=span, text=span.of(text)) for span in spans)


def _belong_together(text: str, left: Span, right: Span) -> bool:
    """Say whether one of two neighbours on the same line is too short to stand alone."""
    short = min(_count(text, left), _count(text, right)) < _LEAST_WORDS
    return short and "\n" not in text[left.end : right.start]


def _pieces(text: str) -> list[Span]:
    pieces, start = [], 0
    for cut in _BREAK.finditer(text):
        if cut.group()[0] == "." and _ABBREVIATION.search(text[max(0, cut.start() - 8) : cut.start()]):
            continue
        ends_sentence = cut.group()[0] in ".!?…"
        pieces.append(_trimmed(text, start, cut.end() if ends_sentence else cut.start()))
        start = cut.end()
    pieces.append(_trimmed(text, start, len(text)))
    return [piece for piece in pieces if piece.start < piece.end]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _count(text: str, span: Span) -> int:
    return sum(word.text[0].isalnum() for word in read_words(span.of(text)).words)


def _shortened(text: str, span: Span) -> list[Span]:
    if _count(text, span) <= _MOST_WORDS:
        return [span]
    commas = [m.end() for m in re.finditer(r",(?=\s)", text) if span.start < m.start() < span.end]
    middle = (span.start + span.end) // 2
    if not commas:
        return [span]
    cut = min(commas, key=lambda c: abs(c - middle))
    left, right = _trimmed(text, span.start, cut), _trimmed(text, cut, span.end)
    return _shortened(text, left) + _shortened(text, right) if left.start < left.end and right.start < right.end else [span]
