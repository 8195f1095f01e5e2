"""The normalised view of a text, with an exact map back to the words as received.

Undoes what hides words without changing them for a reader: compatibility forms (full width, mathematical letters),
combining sequences, invisible characters, look-alike letters of other scripts, letters kept apart by dots or blanks. Words
spelt oddly are left as they are: their forms undo that (:mod:`classifier.reading.spelling`).
Standard library only; Unicode 15 as shipped with Python.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate

from classifier.domain import Disguise, Span
from classifier.reading.spelling import words_in

_LOOKALIKES = {
    "a": "аɑα⍺А", "b": "ЬƄВΒ", "c": "сϲⅽС", "d": "ԁⅾ", "e": "еҽєЕΕ", "g": "ɡց", "h": "һհНΗ", "i": "іıɩιІΙ", "j": "јϳЈ",
    "k": "кκКΚ", "l": "ӏⅼ", "m": "мⅿМΜ", "n": "пոΝ", "o": "оοօσОΟ", "p": "рρРΡ", "q": "ԛ", "s": "ѕꜱЅ", "t": "тτТΤ",
    "u": "υս", "v": "ѵνⅴ", "w": "ԝѡω", "x": "хχⅹХΧ", "y": "уүγУΥ", "z": "ᴢΖ", "đ": "ð",
}  # fmt: skip
"""Latin letter and the letters of other scripts that look like it (after Unicode confusables, our selection)."""

_TO_LATIN = {look: latin for latin, looks in _LOOKALIKES.items() for look in looks}
_TO_LATIN |= {look.lower(): latin for look, latin in _TO_LATIN.items()}

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f]"
)
_HARMLESS = {"\ufe0f", "\u200d"}
"""Emoji variation selector and joiner: in every emoji, hiding nothing."""

PLAIN_RANGES = (
    (0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x7E), (0xA0, 0xA7), (0xA9, 0xA9), (0xAB, 0xAC), (0xAE, 0xAE), (0xB0, 0xB1), (0xB6, 0xB7),
    (0xBB, 0xBB), (0xBF, 0xEF), (0xF1, 0xFF), (0x102, 0x103), (0x110, 0x111), (0x128, 0x129), (0x168, 0x169), (0x1A0, 0x1A1),
    (0x1AF, 0x1B0), (0x1EA0, 0x1EF9), (0x2010, 0x2010), (0x2012, 0x2016), (0x2018, 0x2023), (0x2026, 0x2026), (0x20AB, 0x20AC),
    (0x2190, 0x21FF), (0x2500, 0x27BF), (0x2B00, 0x2BFF), (0x1F300, 0x1FAFF), (0xFE0F, 0xFE0F),
)  # fmt: skip
"""Characters that stand for themselves, first and last: printable Latin and Vietnamese, punctuation, arrows, pictographs."""
_PLAIN = re.compile("[" + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in PLAIN_RANGES) + "]*")

LETTER = r"[^\W\d_]"
APART = re.compile(
    r"(?<![^\W_])(?:[^\W\d_][.\-_*·•|/\\~'`,]{1,2}){2,}[^\W\d_](?![^\W_])"
    r"|(?<![^\s(\"“‘])(?:[^\W\d_] ){2,}[^\W\d_](?![^\W_])"
)
"""Three or more single letters kept apart by marks (c.u.r.e) or by blanks (c u r e)."""

APART_MARKS = ".-_*·•|/\\~'`,"
_BETWEEN_MARKS = re.compile(r"[.\-_*·•|/\\~'`,][^\W\d_][.\-_*·•|/\\~'`,]")
_BETWEEN_BLANKS = re.compile(r" [^\W\d_] [^\W\d_] ")
"""What any letters kept apart hold: without these in a text, no part of it holds letters kept apart."""
_FEW_LETTERS = 3


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A view of a text: lower-cased, disguises undone.

    ``is_plain`` says that every character stands for itself. ``starts[i]`` and ``ends[i]`` are the offsets in ``original``
    of the characters that gave ``view[i]``; empty tuples mean that every offset is its own. ``reads_alike_in_parts``
    promises that any part of the text has the view that it has within the whole.
    """

    original: str
    view: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    disguises: tuple[Disguise, ...]
    is_plain: bool = False
    reads_alike_in_parts: bool = False

    def original_span(self, start: int, end: int) -> Span:
        """Give the span of the original that a non-empty range of the view came from."""
        if not self.starts:
            return Span(start, end)
        return Span(self.starts[start], self.ends[end - 1])


def normalise(text: str) -> NormalisedText:
    """Give the normalised view of a text.

    Never raises; the view may be empty. Applying it to its own view changes nothing more.
    """
    lowered = text.lower()
    if _PLAIN.fullmatch(text) and len(lowered) == len(text):
        may_hold_apart = _BETWEEN_MARKS.search(lowered) is not None or _BETWEEN_BLANKS.search(lowered) is not None
        if not (may_hold_apart and APART.search(lowered)):
            return NormalisedText(text, lowered, (), (), (), is_plain=True, reads_alike_in_parts=not may_hold_apart)
    letters = _letters(text)
    disguises = [*_hidden(text), *_undo_lookalikes(letters)]
    letters, joined = _join_letters(letters)
    disguises += joined
    view, starts, ends = zip(*letters, strict=True) if letters else ((), (), ())
    return NormalisedText(text, "".join(view), starts, ends, tuple(sorted(disguises, key=lambda d: d.span)))


_Letters = list[tuple[str, int, int]]


def _letters(text: str) -> _Letters:
    """Give (character, start, end) triples: compatibility forms and combining sequences resolved, invisibles gone."""
    letters: _Letters = []
    position = 0
    while position < len(text):
        end = position + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _INVISIBLE.match(text[end])):
            end += 1
        cluster = _INVISIBLE.sub("", text[position:end])
        plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", cluster).lower())
        letters += [(letter, position, end) for letter in plain]
        position = end
    return letters


def _hidden(text: str) -> list[Disguise]:
    found = [
        Disguise(kind="invisible_characters", span=Span(m.start(), m.end()))
        for m in _INVISIBLE.finditer(text)
        if m.group() not in _HARMLESS
    ]
    widths = re.finditer("[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9]+", text)
    return found + [Disguise(kind="unusual_letter_forms", span=Span(m.start(), m.end())) for m in widths]


def _undo_lookalikes(letters: _Letters) -> list[Disguise]:
    """Replace look-alikes in words that also hold Latin letters or hold nothing else; real Cyrillic text stays."""
    found = []
    view = "".join(letter for letter, _, _ in letters)
    for word in re.finditer(r"[^\W\d_]+", view):
        odd = [i for i in range(word.start(), word.end()) if view[i] in _TO_LATIN]
        latin = any(unicodedata.name(c, "").startswith("LATIN") and c not in _TO_LATIN for c in word.group())
        if odd and latin:
            for i in odd:
                letters[i] = (_TO_LATIN[view[i]], letters[i][1], letters[i][2])
            found.append(Disguise(kind="lookalike_letters", span=Span(letters[word.start()][1], letters[word.end() - 1][2])))
    return found


def _join_letters(letters: _Letters) -> tuple[_Letters, list[Disguise]]:
    view = "".join(letter for letter, _, _ in letters)
    dropped: set[int] = set()
    found = []
    for run in APART.finditer(view):
        places = [i for i in range(run.start(), run.end()) if view[i].isalpha()]
        words = words_in("".join(view[i] for i in places)) if " " in run.group() else None
        if words is None and " " in run.group() and len(places) <= _FEW_LETTERS:
            continue  # S M L: sizes, not a word
        ends = set(accumulate(map(len, words or ())))
        kept = {places[n - 1] + 1 for n in ends if n < len(places)}
        dropped.update(i for i in range(run.start(), run.end()) if not view[i].isalpha() and i not in kept)
        if len(places) > _FEW_LETTERS or words:  # U.S.A. is a name
            span = Span(letters[run.start()][1], letters[run.end() - 1][2])
            found.append(Disguise(kind="letters_kept_apart", span=span))
    return [letter for i, letter in enumerate(letters) if i not in dropped], found
