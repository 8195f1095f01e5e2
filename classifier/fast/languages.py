"""The language of each text of a page, by the same measures as :mod:`classifier.reading.language`."""

import numpy as np

from classifier.domain import Language
from classifier.fast.page import Page
from classifier.fast.words import LETTERS, LISTED, SYLLABLE, VIETNAMESE
from classifier.reading.language import CLEARLY_VIETNAMESE, SOME_VIETNAMESE
from classifier.reading.syllables import SYLLABLE_SHARE

_OTHERS = [column for name, column in LISTED.items() if name not in ("vi", "vi_unmarked", "en")]


def languages_of(page: Page) -> list[Language]:
    """Tell the language of each text."""
    counts = page.counts(page.of_texts)
    letters, english, unmarked = counts[:, LETTERS], counts[:, LISTED["en"]], counts[:, LISTED["vi_unmarked"]]
    marked = counts[:, VIETNAMESE] / np.maximum(1, letters)
    clearly, some = marked >= CLEARLY_VIETNAMESE, marked >= SOME_VIETNAMESE
    mixed = np.where(clearly, (english >= 4) & (english >= 0.12 * letters), english >= 2)
    syllables = counts[:, SYLLABLE] / np.maximum(1, letters)
    bare = (unmarked >= 2) & (unmarked > english) & (syllables >= SYLLABLE_SHARE)
    other = counts[:, _OTHERS].max(axis=1)
    strange = (other >= 3) & (other > 1.5 * np.maximum(english, unmarked))
    named = np.select([some & mixed, some, bare, strange], [0, 1, 1, 2], 3)
    languages = (Language.MIXED, Language.VI, Language.UNKNOWN, Language.EN)
    return [languages[n] for n in named.tolist()]
