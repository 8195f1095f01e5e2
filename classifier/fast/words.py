"""Every distinct word met so far, numbered, with all that is asked of it as numbers."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier.fast.growing import Growing
from classifier.fast.id_table import Ints
from classifier.fast.names import Hashes, NameIndex, hash_of, hash_runs, hash_strings, power, prefix_sums
from classifier.fast.plain import CODES, Kinds, codes_of
from classifier.fast.rows import Rows, places, spread
from classifier.model.features import LONGEST_GRAM, SHORTEST_GRAM, own_features, shown_form
from classifier.reading.folding import fold
from classifier.reading.language import has_vietnamese_letter, lists_of, small_words
from classifier.reading.lexicon import load_lexicon
from classifier.reading.normalise import PLAIN_RANGES
from classifier.reading.syllables import is_syllable
from classifier.reading.words import SHAPES

SHOWN, LETTERS, MARKED, SYLLABLE, VIETNAMESE, COUNTED, NUMBER = range(7)
"""Facts about a word: the number of the word it is shown as to the model; then 0 or 1: begins with a letter, carries a mark, has
the shape of a syllable, has a letter only Vietnamese has, is a word or a number and no mark, stands for a number."""
LISTED = {name: NUMBER + 1 + i for i, name in enumerate(small_words())}
"""Facts that count for a language: is one of its small words."""
N_FACTS = NUMBER + 1 + len(LISTED)
_COLUMNS = {word: [LISTED[name] for name in lists_of(word)] for small in small_words().values() for word in small}


class Numbers(dict[str, int]):
    """Numbers strings as they come; ``fresh`` are those not yet dealt with."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh: list[str] = []

    def __missing__(self, text: str) -> int:
        self.fresh.append(text)
        self[text] = number = len(self)
        return number

    def of(self, texts: Sequence[str]) -> Ints:
        """Give the numbers of some strings."""
        return np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))


class Words:
    """The words. The first ones stand for the word classes: nothing but their names is asked of them."""

    def __init__(self, classes: Sequence[str], index: NameIndex, rows: Rows) -> None:
        self.numbers, self.forms = Numbers(), [""] * len(classes)
        self._index, self._rows = index, rows
        self._facts, self._row = Growing(np.int32, (N_FACTS,)), Growing(np.int64)
        self._hashes, self._lengths = Growing(np.uint64, (2,)), Growing(np.int64, (2,))
        self.numbers.update((f"{{{name}}}", number) for number, name in enumerate(classes))
        self._name(list(classes), list(classes))
        self._facts.add(np.zeros((len(classes), N_FACTS), np.int32))
        self._row.add(np.zeros(len(classes), np.int64))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def facts(self) -> Ints:
        """Give the facts about each word."""
        return self._facts.values

    @property
    def row(self) -> Ints:
        """Give the row of what each word adds by itself."""
        return self._row.values

    def of(self, forms: Sequence[str]) -> Ints:
        """Give the numbers of some words; what is new is learnt."""
        numbers = self.numbers.of(forms)
        if self.numbers.fresh:
            self._learn()
        return numbers

    def pair_hashes(self, kind: str, lefts: Ints, rights: Ints, *, folded: bool) -> Hashes:
        """Give the hash of ``<kind>:<left> <right>`` for pairs of words."""
        form = int(folded)
        hashes, lengths = self._hashes.values[:, form], self._lengths.values[:, form]
        left = hash_of(f"{kind}:") + power(np.array([2]))[0] * hashes[lefts]
        right = hash_of(" ") + power(np.array([1]))[0] * hashes[rights]
        joined: Hashes = left + power(2 + lengths[lefts]) * right
        return joined

    def _learn(self) -> None:
        """Learn the fresh words; the form a number is shown in is a word too."""
        fresh = self.numbers.fresh
        shown = self.numbers.of(list(map(shown_form, fresh)))
        shown = np.concatenate([shown, self.numbers.of([shown_form(form) for form in fresh[len(shown) :]])])
        self.forms += fresh
        self.numbers.fresh = []
        self._facts.add(_facts(fresh, shown))
        shown_forms = list(map(shown_form, fresh))
        self._name(shown_forms, list(map(fold, shown_forms)))
        self._row.add(self._rows.add(*_own_features(fresh, self._index)))

    def _name(self, shown: list[str], folded: list[str]) -> None:
        named = [hash_strings(shown), hash_strings(folded)]
        self._hashes.add(np.column_stack([hashes for hashes, _ in named]))
        self._lengths.add(np.column_stack([lengths for _, lengths in named]))


def _facts(forms: list[str], shown: Ints) -> NDArray[np.int32]:
    """Give the facts about words: by the kinds of their letters, of all words at once, and by the lists they stand in."""
    kinds = _letter_kinds()[codes_of("".join(forms))]
    begins = places(np.fromiter(map(len, forms), np.int64, len(forms)))[:-1]
    first, of_any = kinds[begins], np.bitwise_or.reduceat(kinds, begins)
    is_letters = first & _LETTER != 0
    facts = np.zeros((len(forms), N_FACTS), np.int32)
    facts[:, SHOWN], facts[:, LETTERS], facts[:, COUNTED], facts[:, NUMBER] = shown, is_letters, first & _COUNTED != 0, first & _DIGIT != 0
    facts[:, MARKED], facts[:, VIETNAMESE] = is_letters & (of_any & _MARK != 0), is_letters & (of_any & _VIETNAMESE != 0)
    facts[:, SYLLABLE] = is_letters & np.fromiter(map(is_syllable, forms), bool, len(forms))
    numbers = load_lexicon().numbers
    for n, form in enumerate(forms):
        if form in _COLUMNS:
            facts[n, _COLUMNS[form]] = 1
        if form in numbers:
            facts[n, NUMBER] = 1
    return facts


_LETTER, _COUNTED, _DIGIT, _MARK, _VIETNAMESE = (1 << bit for bit in range(5))


@cache
def _letter_kinds() -> Kinds:
    """Give what is to be known of each plain character in a word, as bits."""
    kinds = np.zeros(CODES, np.uint8)
    for code in (code for first, last in PLAIN_RANGES for code in range(first, last + 1)):
        letter = chr(code)
        told = (letter.isalpha(), letter.isalnum(), letter.isdigit(), SHAPES[letter].is_marked, has_vietnamese_letter(letter))
        kinds[code] = sum(is_so << bit for bit, is_so in enumerate(told))
    return kinds


def _own_features(forms: list[str], index: NameIndex) -> tuple[Ints, Ints]:
    """Give the model's rows of each word's own features, one word after the other in their order, and where each begins."""
    folded = list(map(fold, forms))
    simple = [n for n, form in enumerate(folded) if form[0].isalpha() and form.isascii()]
    others = [n for n, form in enumerate(folded) if not (form[0].isalpha() and form.isascii())]
    word, rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for n in others:
        found = index.rows(hash_strings(own_features(forms[n]))[0])
        word.append(np.full(len(found), n))
        rows.append(found)
    for kind, texts in (("w:", forms), ("f:", folded)):
        rows.append(index.rows(hash_strings([kind + texts[n] for n in simple])[0]))
        word.append(np.array(simple, np.int64))
    for few in _in_parts(simple, 1_000):
        for of_word, found in _letter_features([folded[n] for n in few], index):
            word.append(np.array(few, np.int64)[of_word])
            rows.append(found)
    every_word, every_row = np.concatenate(word), np.concatenate(rows)
    known = every_row >= 0
    every_word, every_row = every_word[known], every_row[known]
    return every_row[np.argsort(every_word, kind="stable")], places(np.bincount(every_word, minlength=len(forms)))


def _in_parts(numbers: list[int], most: int) -> list[list[int]]:
    return [numbers[i : i + most] for i in range(0, len(numbers), most)]


def _letter_features(plain: list[str], index: NameIndex) -> list[tuple[Ints, Ints]]:
    """Give (word, row) of the letter n-grams of words of ASCII letters that are features, shorter grams first."""
    content = np.frombuffer("".join([f"<{word}>" for word in plain]).encode("ascii"), np.uint8)
    lengths = np.array([len(word) + 2 for word in plain], np.int64)
    begins, sums = places(lengths)[:-1], prefix_sums(content)
    found = []
    for n in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
        word, start = spread(begins, np.maximum(lengths - n + 1, 0))
        rows = index.rows(hash_of("g:") + power(np.array([2]))[0] * hash_runs(sums, start, start + n))
        known = (rows >= 0).nonzero()[0]
        found.append((word[known], rows[known]))
    return found
