"""Words spelt so that a machine will not know them: digits for letters (c4nc3r), letters said again (freeee), letters set apart.

What is undone must give a word that is known: one of ``known_words.txt``, a word a line, or one of them without diacritics.
The list is made from the corpus by ``adcheck data words``.
"""

import re
from functools import cache
from importlib.resources import files

from classifier.reading.folding import fold

LIKELY = re.compile(r"([^\W\d_])\1\1|[^\W\d_]\d|\d[^\W\d_]")
"""What any word holds that may be spelt oddly: a letter three times, or a letter beside a digit."""
_RUN = re.compile(r"[^\W_]+")
_AGAIN = re.compile(r"([^\W\d_])\1{2,}")
_LETTER_OF = str.maketrans("013457", "oieast")
_SHORTEST, _LONGEST = 3, 20
_ONE_LETTER = frozenset("aioyàáạảãeêôơuưíìịỉýỷổởồốờớ")


@cache
def known_words() -> frozenset[str]:
    """Give the known words, as written and without diacritics; all lower case."""
    words = (files("classifier.reading") / "known_words.txt").read_text("utf-8").split()
    return frozenset(words) | frozenset(map(fold, words))


def letters_for_digits(text: str) -> str:
    """Give a lower-case text of the same length in which digits are letters wherever that makes an unknown run a known word."""
    return _RUN.sub(lambda run: _as_word(run.group()), text)


def _as_word(run: str) -> str:
    """Give the word that a run of letters and digits spells; itself where its letters are a word already (size 5, No. 1)."""
    word = run.translate(_LETTER_OF)
    if word == run or len(word) < _SHORTEST or word not in known_words():
        return run
    bare = run.strip("0123456789")
    is_numbered = len(run) - len(bare) == 1 and bare in known_words()
    return run if is_numbered or len(bare) < 2 else word


def said_once(word: str) -> str:
    """Give the known word that a word with letters said three times or more stands for; itself where there is none."""
    once, twice = _AGAIN.sub(r"\1", word), _AGAIN.sub(r"\1\1", word)
    likelier = (twice, once) if max(map(len, (m.group() for m in _AGAIN.finditer(word))), default=0) > _SHORTEST else (once, twice)
    return next((found for found in likelier if len(found) > 1 and found in known_words()), word)


def words_in(letters: str) -> list[str] | None:
    """Give the fewest known words that letters without blanks between them spell one after the other; None where there are none.

    What is reached up to each place: how many words, and where the last of them begins.
    """
    reached = {0: (0, 0)}
    for end in range(1, len(letters) + 1):
        starts = [start for start in range(max(0, end - _LONGEST), end) if start in reached and _is_word(letters[start:end])]
        if starts:
            reached[end] = min((reached[start][0] + 1, start) for start in starts)
    words, end = list[str](), len(letters)
    while end:
        if end not in reached:
            return None
        start = reached[end][1]
        words.append(letters[start:end])
        end = start
    return words[::-1]


def _is_word(letters: str) -> bool:
    return letters in _ONE_LETTER if len(letters) == 1 else letters in known_words()
