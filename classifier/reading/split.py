"""Cutting an ad into claims: sentences, bullets, headlines, lines set apart by pictographs."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from classifier.domain import Claim, Span
from classifier.reading.words import Reading, read_words

_WITHIN = r"[\u0300-\u036f\u200b-\u200d\u2060\ufeff]"
"""Marks over letters and characters nobody sees: what stands before them is a letter of a word."""
_BREAK = re.compile(
    r"[\r\n\u2028\u2029]+"  # a new line
    rf"|(?:(?<=[^\W\d_]{{2}})|(?<={_WITHIN})|(?<={_WITHIN}[^\W\d_]))[.!?…]+[\"'”’)\]]*(?=\s|$)"  # a sentence's end, not one letter's
    r"|(?<=[\d%)])[.!?…]+(?=\s+[^\W\d_])"  # … that ends in a number
    r"|(?<=\s)[|•·●○▪■◆►▶➤➡→✓✔✅☑✦★⭐❌❖➥☞–—*-]+(?=\s)"  # a bullet standing free
    r"|[✅✔☑❌►➤➡❖•●]"  # a bullet anywhere
    r"|[\U0001f300-\U0001faff\u2600-\u26ff\u2b50]+"  # pictographs
    r"|;(?=\s)"
)
_MAY_BREAK = re.compile(r"[\r\n\u2028\u2029.!?…|•·●○▪■◆►▶➤➡→✓✔✅☑✦★⭐❌❖➥☞–—*;\-\U0001f300-\U0001faff\u2600-\u26ff\u2b50]")
"""The characters a break begins with: where none stands, none is looked for."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms → the letters and marks they stand for, one for one."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:tp|bs|ts|ths|gs|pgs|ds|mr|mrs|ms|dr|st|vs|e\.g|i\.e|no|approx|q|p|sđt|hcm|vd|tr|ds|ks|cn)$", re.I
)
LEAST_WORDS = 2
MOST_WORDS = 60


def split_claims(reading: Reading) -> tuple[Claim, ...]:
    """Cut an ad into claims that cover every word of it, in order, none overlapping another.

    A piece of fewer than two words joins its neighbour on the same line; a piece of more than sixty is cut at commas.
    """
    text = reading.normalised.original
    spans = join_pieces(text, _pieces(text), lambda span: _count(reading, span))
    return tuple(Claim(span=span, text=span.of(text)) for span in spans)


def join_pieces(text: str, pieces: Iterable[Span], count_words: Callable[[Span], int]) -> list[Span]:
    """Give the claims that the pieces of a text make: short ones joined, long ones cut."""
    spans: list[Span] = []
    counts: list[int] = []
    for span in pieces:
        count = count_words(span)
        if spans and min(count, counts[-1]) < LEAST_WORDS and "\n" not in text[spans[-1].end : span.start]:
            spans[-1] = Span(spans[-1].start, span.end)
            counts[-1] = count_words(spans[-1])
        elif count:
            shorter = [span] if count <= MOST_WORDS else _shortened(text, span, count_words)
            spans += shorter
            counts += [count] if len(shorter) == 1 else [count_words(part) for part in shorter]
    return spans


def _pieces(text: str) -> list[Span]:
    pieces, start = [], 0
    for end, after in cuts_of(text):
        pieces.append(_trimmed(text, start, end))
        start = after
    pieces.append(_trimmed(text, start, len(text)))
    return [piece for piece in pieces if piece.start < piece.end]


def may_break(text: str) -> bool:
    """Say whether a claim could end in a text."""
    return _MAY_BREAK.search(text if text.isascii() else text.translate(_NARROW)) is not None


def cuts_of(text: str) -> list[tuple[int, int]]:
    """Give each place where a claim ends: the end of what stands before it, and the start of what stands after it.

    It depends on no more than the letters round it: those of the same chunk, whether a blank or nothing stands before and
    after that, and whether the next chunk begins with a letter.
    """
    cuts = []
    text = text if text.isascii() else text.translate(_NARROW)
    for cut in _breaks(text):
        if cut.group()[0] == "." and _ABBREVIATION.search(text[max(0, cut.start() - 8) : cut.start()]):
            continue
        ends_sentence = cut.group()[0] in ".!?…"
        cuts.append((cut.end() if ends_sentence else cut.start(), cut.end()))
    return cuts


def _breaks(text: str) -> Iterator[re.Match[str]]:
    """Give each break, in order, looking only where one can begin."""
    end = 0
    for place in _MAY_BREAK.finditer(text):
        if place.start() >= end and (found := _BREAK.match(text, place.start())):
            end = found.end()
            yield found


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return Span(end, end)
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(bare))


def _count(reading: Reading, span: Span) -> int:
    """Count the words and numbers of a part; marks such as ``!`` are none."""
    if reading.normalised.reads_alike_in_parts:
        first, end = bisect_left(reading.starts, span.start), bisect_left(reading.starts, span.end)
        forms = reading.forms[first:end]
    else:
        forms = read_words(span.of(reading.normalised.original)).forms
    return sum([form[0].isalnum() for form in forms])


def _shortened(text: str, span: Span, count_words: Callable[[Span], int]) -> list[Span]:
    if count_words(span) <= MOST_WORDS:
        return [span]
    commas = [m.end() for m in re.finditer(r",(?=\s)", text) if span.start < m.start() < span.end]
    middle = (span.start + span.end) // 2
    if not commas:
        return [span]
    cut = min(commas, key=lambda c: abs(c - middle))
    left, right = _trimmed(text, span.start, cut), _trimmed(text, cut, span.end)
    if left.start >= left.end or right.start >= right.end:
        return [span]
    return _shortened(text, left, count_words) + _shortened(text, right, count_words)
