"""Which language an ad is written in: Vietnamese with or without diacritics, English, both, or neither."""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files

from classifier.domain import Language
from classifier.reading.memo import Memo
from classifier.reading.syllables import SYLLABLE_SHARE
from classifier.reading.words import SHAPES, Reading

_VIETNAMESE_LETTER = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_LEAST_LATIN = 0.6
CLEARLY_VIETNAMESE, SOME_VIETNAMESE = 0.35, 0.08


def detect_language(reading: Reading) -> Language:
    """Tell the language from scripts, marks, syllable shapes and small words.

    UNKNOWN means neither Vietnamese nor English. A text of Latin letters that shows no other language counts as
    English, so that a slogan of two words is still read.
    """
    if not reading.normalised.is_plain and not _mostly_latin(reading.normalised.view):
        return Language.UNKNOWN
    words = [form for form, shape in zip(reading.forms, map(SHAPES.__getitem__, reading.forms), strict=True) if shape.is_letters]
    hits = Counter(name for names in map(_LISTED.__getitem__, words) if names for name in names)
    marked = sum(map(_VIETNAMESE.__getitem__, words)) / max(1, len(words))
    if marked >= CLEARLY_VIETNAMESE:
        return Language.MIXED if hits["en"] >= 4 and hits["en"] >= 0.12 * len(words) else Language.VI
    if marked >= SOME_VIETNAMESE:
        return Language.MIXED if hits["en"] >= 2 else Language.VI
    return _unmarked_language(words, hits)


def _mostly_latin(view: str) -> bool:
    """Say whether most letters are Latin; in a plain view all of them are."""
    letters = [c for c in view if c.isalpha()]
    return sum(unicodedata.name(c, "").startswith("LATIN") for c in letters) >= _LEAST_LATIN * len(letters)


def _unmarked_language(words: list[str], hits: Counter[str]) -> Language:
    vietnamese, english = hits["vi_unmarked"], hits["en"]
    if vietnamese >= 2 and vietnamese > english and _syllable_share(words) >= SYLLABLE_SHARE:
        return Language.VI
    other = max((count for name, count in hits.items() if name not in ("vi", "vi_unmarked", "en")), default=0)
    if other >= 3 and other > 1.5 * max(english, vietnamese):
        return Language.UNKNOWN
    return Language.EN


def _syllable_share(words: list[str]) -> float:
    return sum(SHAPES[word].is_syllable for word in words) / max(1, len(words))


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Give the small words of each language by which it is told from others."""
    text = (files("classifier.reading") / "languages.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


def lists_of(word: str) -> tuple[str, ...]:
    """Give the languages of which a word is a small word."""
    return tuple(name for name, small in small_words().items() if word in small)


def has_vietnamese_letter(word: str) -> bool:
    """Say whether a word has a letter that only Vietnamese has."""
    return _VIETNAMESE_LETTER.search(word) is not None


_LISTED: Memo[str, tuple[str, ...]] = Memo(lists_of)
_VIETNAMESE: Memo[str, bool] = Memo(has_vietnamese_letter)
