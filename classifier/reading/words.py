"""Words of a normalised view, and the reading of a whole text that every later step shares."""

import re
from dataclasses import dataclass
from functools import cached_property

from classifier.domain import Span
from classifier.reading.normalise import NormalisedText, fold, normalise
from classifier.reading.syllables import SYLLABLE_SHARE, syllable_share

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


@dataclass(frozen=True)
class Reading:
    """A text with its normalised view and the words of that view.

    ``unmarked`` is true when the text may be Vietnamese written without diacritics; phrases are then compared without
    them.
    """

    normalised: NormalisedText
    words: tuple[Word, ...]

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Give each word as it is compared: its text, with the tone mark where newer spelling puts it."""
        return tuple(word.text[:-2] + _OLD_TONES.get(word.text[-2:], word.text[-2:]) for word in self.words)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Give each word without diacritics."""
        return tuple(fold(form) for form in self.forms)

    @cached_property
    def unmarked(self) -> bool:
        """Say whether hardly a word carries a diacritic, though most have the shape of a Vietnamese syllable."""
        letters = [form for form in self.forms if form[0].isalpha()]
        marked = sum(bool(_MARKED.search(form)) for form in letters)
        return marked < 0.05 * len(letters) and syllable_share(letters) >= SYLLABLE_SHARE

    def span(self, first: int, last: int) -> Span:
        """Give the original span from word ``first`` to word ``last``, both included."""
        return self.normalised.original_span(self.words[first].start, self.words[last].end)


def read_words(text: str) -> Reading:
    """Read a text: its normalised view and the words in it."""
    normalised = normalise(text)
    words = tuple(Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(normalised.view))
    return Reading(normalised, words)
