"""Which language an ad is written in: Vietnamese with or without diacritics, English, both, or neither."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from classifier.domain import Language
from classifier.reading.syllables import SYLLABLE_SHARE, syllable_share
from classifier.reading.words import Reading

_VIETNAMESE_LETTER = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_LEAST_LATIN = 0.6
_CLEARLY_VIETNAMESE, _SOME_VIETNAMESE = 0.35, 0.08


def detect_language(reading: Reading) -> Language:
    """Tell the language from scripts, marks, syllable shapes and small words.

    UNKNOWN means neither Vietnamese nor English. A text of Latin letters that shows no other language counts as
    English, so that a slogan of two words is still read.
    """
    letters = [c for c in reading.normalised.view if c.isalpha()]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    if latin < _LEAST_LATIN * len(letters):
        return Language.UNKNOWN
    words = [form for form in reading.forms if form[0].isalpha()]
    hits = {name: sum(word in small for word in words) for name, small in _small_words().items()}
    marked = sum(bool(_VIETNAMESE_LETTER.search(word)) for word in words) / max(1, len(words))
    if marked >= _CLEARLY_VIETNAMESE:
        return Language.MIXED if hits["en"] >= 4 and hits["en"] >= 0.12 * len(words) else Language.VI
    if marked >= _SOME_VIETNAMESE:
        return Language.MIXED if hits["en"] >= 2 else Language.VI
    return _unmarked_language(words, hits)


def _unmarked_language(words: list[str], hits: dict[str, int]) -> Language:
    vietnamese, english = hits["vi_unmarked"], hits["en"]
    if vietnamese >= 2 and vietnamese > english and syllable_share(words) >= SYLLABLE_SHARE:
        return Language.VI
    other = max(count for name, count in hits.items() if name not in ("vi", "vi_unmarked", "en"))
    if other >= 3 and other > 1.5 * max(english, vietnamese):
        return Language.UNKNOWN
    return Language.EN


@cache
def _small_words() -> dict[str, frozenset[str]]:
    text = (files("classifier.reading") / "languages.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}
