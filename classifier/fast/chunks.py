"""Every distinct chunk met so far, as received between two blanks: its words, and where a claim may end in it."""

from secrets import randbits

import numpy as np
from numpy.typing import NDArray

from classifier.fast.growing import Growing
from classifier.fast.id_table import UNKNOWN, IdTable, Ints
from classifier.fast.names import keys_of, powers
from classifier.fast.plain import BLANK, CODES, LETTER_KIND, Codes, chunk_bounds, codes_of, kinds_of
from classifier.fast.words import Words
from classifier.reading.split import cuts_of, may_break
from classifier.reading.words import chunk_words, form_of, is_respelt

_BEFORE, _AFTER = (" ", ""), (" ", " a", "")
"""What decides whether a claim ends in a chunk, besides the chunk: a blank before it or the text's beginning; a blank after it,
a blank and a letter, or the text's end."""
AT_BEGINNING, BEFORE_LETTER, AT_END = len(_AFTER), 1, 2
_SETTINGS = len(_BEFORE) * len(_AFTER)


class Chunks:
    """The chunks. Their words stand in one table, each with its place in its chunk; so do the cuts.

    A chunk is known by a 64-bit hash whose keys are drawn anew in each process: nobody can make two chunks that share one.
    """

    def __init__(self, words: Words) -> None:
        self._numbers, self._texts, self._words = IdTable(), list[str](), words
        draw = np.random.default_rng(randbits(128))
        self._letters, self._base = draw.integers(1, 1 << 63, CODES, dtype=np.uint64), randbits(63) * 2 + 1
        self._powers, self._inverses = powers(self._base, 1), powers(self._base, 1)
        self._first, self._count, self._breaks = Growing(np.int64), Growing(np.int64), Growing(np.bool_)
        self._odd = Growing(np.bool_)
        self._word, self._start, self._end = Growing(np.int64), Growing(np.int64), Growing(np.int64)
        self._cuts_at = Growing(np.int64, (_SETTINGS,))
        self._cut_first, self._cut_count, self._cut = Growing(np.int64), Growing(np.int64), Growing(np.int64, (2,))

    def __len__(self) -> int:
        return len(self._texts)

    def of(self, text: str, codes: Codes, starts: Ints, ends: Ints) -> Ints:
        """Give the numbers of the chunks of a text; what is new is learnt."""
        keys = self._keys(codes, starts, ends)
        numbers = self._numbers.find(keys)
        unknown = (numbers == UNKNOWN).nonzero()[0]
        if unknown.size:
            fresh, first = np.unique(keys[unknown], return_index=True)
            places = unknown[first]
            self._numbers.add(fresh, len(self) + np.arange(len(fresh)))
            self._learn([text[start:end] for start, end in zip(starts[places].tolist(), ends[places].tolist(), strict=True)])
            numbers[unknown] = self._numbers.find(keys[unknown])
        return numbers

    def _keys(self, codes: Codes, starts: Ints, ends: Ints) -> Ints:
        if len(self._powers) < len(codes):
            self._powers, self._inverses = powers(self._base, 2 * len(codes)), powers(pow(self._base, -1, 1 << 64), 2 * len(codes))
        sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(self._letters[codes] * self._powers[: len(codes)], out=sums[1:])
        return keys_of((sums[ends] - sums[starts]) * self._inverses[starts])

    @property
    def first(self) -> Ints:
        """Give where the words of each chunk begin in the table of words."""
        return self._first.values

    @property
    def count(self) -> Ints:
        """Give how many words each chunk has."""
        return self._count.values

    @property
    def may_break(self) -> NDArray[np.bool_]:
        """Say of each chunk whether a claim could end in it."""
        return self._breaks.values

    @property
    def is_odd(self) -> NDArray[np.bool_]:
        """Say of each chunk whether a word in it is spelt oddly."""
        return self._odd.values

    @property
    def words(self) -> tuple[Ints, Ints, Ints]:
        """Give the table of words: their numbers, and their starts and ends in their chunks."""
        return self._word.values, self._start.values, self._end.values

    def cuts(self, chunks: Ints, settings: Ints) -> tuple[Ints, Ints, Ints]:
        """Give where the cuts of each chunk in its setting begin in the table of cuts, how many they are, and that table.

        A cut is (end of the claim before it, start of the claim after it), counted from the chunk's own start.
        """
        at = self._cuts_at.values
        unknown = (at[chunks, settings] == UNKNOWN).nonzero()[0]
        for chunk, setting in set(zip(chunks[unknown].tolist(), settings[unknown].tolist(), strict=True)):
            before, after = divmod(setting, len(_AFTER))
            cuts = cuts_of(_BEFORE[before] + self._texts[chunk] + _AFTER[after])
            at[chunk, setting] = len(self._cut_first)
            self._cut_first.add([len(self._cut)])
            self._cut_count.add([len(cuts)])
            if cuts:
                self._cut.add(np.array(cuts) - len(_BEFORE[before]))
        found = at[chunks, settings]
        return self._cut_first.values[found], self._cut_count.values[found], self._cut.values

    def _learn(self, fresh: list[str]) -> None:
        lowered = " ".join(fresh).lower()
        low, simple = lowered.split(" "), _one_word_each(lowered)
        read = [((form_of(chunk),), (0,), (len(chunk),)) if one else chunk_words(chunk) for chunk, one in zip(low, simple, strict=True)]
        counts = np.array([len(forms) for forms, _, _ in read], np.int64)
        self._first.add(len(self._word) + np.cumsum(counts) - counts)
        self._count.add(counts)
        self._breaks.add([not one and may_break(chunk) for chunk, one in zip(fresh, simple, strict=True)])
        self._odd.add(
            [
                not one and any(map(is_respelt, words[0], _written(chunk, *words[1:])))
                for chunk, words, one in zip(low, read, simple, strict=True)
            ]
        )
        self._word.add(self._words.of([form for forms, _, _ in read for form in forms]))
        self._start.add([start for _, starts, _ in read for start in starts])
        self._end.add([end for _, _, ends in read for end in ends])
        self._cuts_at.add(np.full((len(fresh), _SETTINGS), UNKNOWN))
        self._texts += fresh


def _one_word_each(chunks: str) -> list[bool]:
    """Say of each chunk, one blank between two, whether it is one word spelt as usual: nothing but letters, none three times in a row."""
    codes = codes_of(chunks + " ")
    kinds = kinds_of(codes)
    starts, ends = chunk_bounds(kinds)
    odd = kinds & (LETTER_KIND | BLANK) == 0
    same = codes[1:] == codes[:-1]
    odd[2:] |= same[1:] & same[:-1]
    odd_ones = np.searchsorted(odd.nonzero()[0], np.stack([starts, ends]))
    simple: list[bool] = (odd_ones[0] == odd_ones[1]).tolist()
    return simple


def _written(chunk: str, starts: tuple[int, ...], ends: tuple[int, ...]) -> list[str]:
    return [chunk[start:end] for start, end in zip(starts, ends, strict=True)]
