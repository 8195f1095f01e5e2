"""Words of a normalised view, and the reading of a whole text that every later step shares."""

import re
from bisect import bisect_left
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from classifier.domain import Disguise, Span
from classifier.reading.folding import fold
from classifier.reading.memo import Memo
from classifier.reading.normalise import NormalisedText, normalise
from classifier.reading.spelling import LIKELY, letters_for_digits, said_once
from classifier.reading.syllables import SYLLABLE_SHARE, is_syllable

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%!?$€£₫+]")
_MARKED = re.compile(r"[à-ỹđ]")
_OLD_TONES = dict(
    zip(
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        strict=True,
    )
)
"""The tone mark of an open syllable where older spelling puts it, and where newer spelling does: hóa and hoá are one word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters, a number or one of ``% ! ? $ € £ ₫ +``, with its range in the view."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WordShape:
    """What is asked of a word again and again: does it begin with a letter, carry a mark, look like a Vietnamese syllable."""

    is_letters: bool
    is_marked: bool
    is_syllable: bool


def form_of(text: str) -> str:
    """Give the form of a word as it is compared: with the tone mark where newer spelling puts it."""
    return text[:-2] + _OLD_TONES.get(text[-2:], text[-2:])


def _shape(form: str) -> WordShape:
    is_letters = form[0].isalpha()
    return WordShape(is_letters, is_letters and bool(_MARKED.search(form)), is_letters and is_syllable(form))


_Chunk = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]


def chunk_words(text: str) -> _Chunk:
    """Give the words of a normalised view between two blanks: their forms, starts and ends. A word never holds a blank.

    The form of a word that is spelt oddly is the word it stands for.
    """
    is_odd = LIKELY.search(text) is not None
    found = list(_WORD.finditer(letters_for_digits(text) if is_odd else text))
    forms = (said_once(m.group()) for m in found) if is_odd else (m.group() for m in found)
    return tuple(map(form_of, forms)), tuple(m.start() for m in found), tuple(m.end() for m in found)


def is_respelt(form: str, written: str) -> bool:
    """Say whether the form of a word is another word than the lower-case one written."""
    return form != form_of(written)


_CHUNKS: Memo[str, _Chunk] = Memo(chunk_words)
_FOLDED: Memo[str, str] = Memo(fold)
SHAPES: Memo[str, WordShape] = Memo(_shape)


@dataclass(frozen=True)
class Reading:
    """A text with its normalised view and the words of that view, column by column.

    ``forms`` are the words as they are compared: with the tone mark where newer spelling puts it.
    ``unmarked`` is true when the text may be Vietnamese written without diacritics; phrases are then compared without
    them. A part of a longer text that reads like its slice of it says so in ``whole``, with the number of its first word
    there; ``kept`` holds what later steps worked out, so that nothing is worked out twice.
    """

    normalised: NormalisedText
    forms: tuple[str, ...]
    starts: list[int]
    ends: list[int]
    whole: "Reading | None" = None
    first: int = 0
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Give each word with its range in the view."""
        view = self.normalised.view
        return tuple(Word(view[start:end], start, end) for start, end in zip(self.starts, self.ends, strict=True))

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Give each word without diacritics."""
        return tuple(map(_FOLDED.__getitem__, self.forms))

    @cached_property
    def unmarked(self) -> bool:
        """Say whether hardly a word carries a diacritic, though most have the shape of a Vietnamese syllable."""
        shapes = [shape for shape in map(SHAPES.__getitem__, self.forms) if shape.is_letters]
        if sum([shape.is_marked for shape in shapes]) >= 0.05 * len(shapes):
            return False
        return sum([shape.is_syllable for shape in shapes]) >= SYLLABLE_SHARE * max(1, len(shapes))

    @cached_property
    def disguises(self) -> tuple[Disguise, ...]:
        """Give what hides words from a machine: characters, and words spelt oddly."""
        view = self.normalised.view
        if not LIKELY.search(view):
            return self.normalised.disguises
        words = zip(self.forms, self.starts, self.ends, strict=True)
        odd = [self.normalised.original_span(start, end) for form, start, end in words if is_respelt(form, view[start:end])]
        found = [*self.normalised.disguises, *(Disguise(kind="odd_spelling", span=span) for span in odd)]
        return tuple(sorted(found, key=lambda disguise: disguise.span))

    def span(self, first: int, last: int) -> Span:
        """Give the original span from word ``first`` to word ``last``, both included."""
        return self.normalised.original_span(self.starts[first], self.ends[last])

    def part(self, span: Span) -> "Reading":
        """Read a part of the text as if it stood alone; where nothing at its edges reads differently, it is a slice."""
        text = span.of(self.normalised.original)
        if not self.normalised.reads_alike_in_parts:
            return read_words(text)
        first, end = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        if (first and self.ends[first - 1] > span.start) or (end > first and self.ends[end - 1] > span.end):
            return read_words(text)
        at = span.start
        view = NormalisedText(text, self.normalised.view[at : span.end], (), (), (), is_plain=True, reads_alike_in_parts=True)
        starts, ends = [s - at for s in self.starts[first:end]], [e - at for e in self.ends[first:end]]
        return Reading(view, self.forms[first:end], starts, ends, whole=self, first=first)


def read_words(text: str) -> Reading:
    """Read a text: its normalised view and the words in it."""
    normalised = normalise(text)
    pieces = normalised.view.split(" ")
    places = accumulate(map(len, pieces), lambda place, length: place + length + 1, initial=0)
    chunks = [(place, *_CHUNKS[piece]) for piece, place in zip(pieces, places, strict=False) if piece]
    forms = tuple([form for _, found, _, _ in chunks for form in found])
    starts = [place + start for place, _, found, _ in chunks for start in found]
    ends = [place + end for place, _, _, found in chunks for end in found]
    return Reading(normalised, forms, starts, ends)
