"""Plain texts read together: one array of words for all of them, and the claims as runs of it.

Places of letters count through the whole page: text ``t`` stands from ``begins[t]`` to ``begins[t + 1] - 1``, a line break after it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from classifier.domain import Span
from classifier.fast.chunks import AT_BEGINNING, AT_END, BEFORE_LETTER, Chunks
from classifier.fast.id_table import Ints
from classifier.fast.plain import LETTER_KIND, LINE, Kinds, chunk_bounds, codes_of, kinds_of
from classifier.fast.rows import places, spread
from classifier.fast.words import COUNTED, LETTERS, MARKED, SYLLABLE, Words
from classifier.reading.split import LEAST_WORDS, MOST_WORDS, join_pieces
from classifier.reading.syllables import SYLLABLE_SHARE

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Runs:
    """Runs of the page's words, in order: texts or claims. ``starts`` and ``ends`` are their places in letters."""

    text: Ints
    first: Ints
    end: Ints
    starts: Ints
    ends: Ints
    n_words: int

    def __len__(self) -> int:
        return len(self.text)

    def only(self, which: Flags) -> "Runs":
        """Give some of them."""
        return Runs(self.text[which], self.first[which], self.end[which], self.starts[which], self.ends[which], self.n_words)

    @cached_property
    def words(self) -> tuple[Ints, Ints]:
        """Give the run of each word that is in one, and the word."""
        return spread(self.first, self.end - self.first)

    @cached_property
    def of_word(self) -> Ints:
        """Give the run of each word of the page, -1 for a word in none."""
        runs = np.full(self.n_words, -1, np.int64)
        run, word = self.words
        runs[word] = run
        return runs


@dataclass(frozen=True)
class Page:
    """The words of plain texts: their numbers and places; ``sums[i]`` adds up the facts of all words before word ``i``.

    ``is_odd`` says of each text whether a word of it is spelt oddly.
    """

    texts: Sequence[str]
    begins: Ints
    word: Ints
    starts: Ints
    ends: Ints
    sums: NDArray[np.int32]
    is_odd: Flags
    of_texts: Runs
    of_claims: Runs

    def counts(self, runs: Runs) -> Ints:
        """Add up the facts of each run's words, of shape (n_runs, n_facts)."""
        counts: NDArray[np.int32] = self.sums[runs.end] - self.sums[runs.first]
        return counts.astype(np.int64)

    def unmarked(self, runs: Runs) -> Flags:
        """Say of each run whether hardly a word carries a diacritic, though most look like Vietnamese syllables."""
        counts = self.counts(runs)
        letters = counts[:, LETTERS]
        few: Flags = counts[:, MARKED] < 0.05 * letters
        return few & (counts[:, SYLLABLE] >= SYLLABLE_SHARE * np.maximum(1, letters))


def read_page(texts: Sequence[str], chunks: Chunks, words: Words) -> Page:
    """Read plain texts."""
    joined = "\n".join(texts) + "\n"
    codes = codes_of(joined)
    kinds = kinds_of(codes)
    begins = places(np.array([len(text) + 1 for text in texts], np.int64))
    starts, ends = chunk_bounds(kinds)
    numbers = chunks.of(joined, codes, starts, ends)
    chunk_of_word, slot = spread(chunks.first[numbers], chunks.count[numbers])
    known, word_start, word_end = chunks.words
    word, chunk_start = known[slot], starts[chunk_of_word]
    sums = np.zeros((len(word) + 1, words.facts.shape[1]), np.int32)
    np.cumsum(words.facts[word], axis=0, out=sums[1:])
    text_chunks = np.searchsorted(starts, begins)
    text_words = places(chunks.count[numbers])[text_chunks]
    is_odd: Flags = np.diff(places(chunks.is_odd[numbers].astype(np.int64))[text_chunks]) > 0
    of_texts = Runs(np.arange(len(texts)), text_words[:-1], text_words[1:], begins[:-1], begins[1:] - 1, len(word))
    blank = Page(texts, begins, word, chunk_start + word_start[slot], chunk_start + word_end[slot], sums, is_odd, of_texts, of_texts)
    pieces = _pieces(kinds, begins, starts, ends, text_chunks, numbers, chunks)
    return Page(**{**blank.__dict__, "of_claims": _claims(blank, *pieces)})


def _pieces(kinds: Kinds, begins: Ints, starts: Ints, ends: Ints, text_chunks: Ints, numbers: Ints, chunks: Chunks) -> tuple[Ints, Ints]:
    """Give where the pieces begin and end that texts fall into, blanks at their edges left out."""
    first, last = np.zeros(len(starts), bool), np.zeros(len(starts), bool)
    first[text_chunks[:-1]], last[text_chunks[1:] - 1] = True, True
    broken = chunks.may_break[numbers].nonzero()[0]
    setting = np.zeros(len(broken), np.int64)
    inner = ~last[broken]
    setting[inner] = BEFORE_LETTER * (kinds[starts[broken[inner] + 1]] & LETTER_KIND != 0)
    text_end = np.repeat(begins[1:] - 1, np.diff(text_chunks))[broken]
    text_begin = np.repeat(begins[:-1], np.diff(text_chunks))[broken]
    setting[ends[broken] == text_end] = AT_END
    setting[starts[broken] == text_begin] += AT_BEGINNING
    cut_first, cut_count, cuts = chunks.cuts(numbers[broken], setting)
    of_cut, slot = spread(cut_first, cut_count)
    chunk = broken[of_cut]
    cut_end, cut_start = starts[chunk] + cuts[slot, 0], starts[chunk] + cuts[slot, 1]
    # a cut at a chunk's edge lets the piece end, or begin, at the neighbouring chunk
    before, after = (cut_end == starts[chunk]) & ~first[chunk], (cut_start == ends[chunk]) & ~last[chunk]
    cut_end[before] = ends[chunk[before] - 1]
    cut_start[after] = starts[chunk[after] + 1]
    # line breaks, of which one stands after each text
    lines = np.flatnonzero(np.diff(np.searchsorted((kinds & LINE != 0).nonzero()[0], np.append(ends, len(kinds)))))
    line_end, line_start = ends[lines], starts[np.minimum(lines + 1, len(starts) - 1)]
    order = np.argsort(np.concatenate([2 * starts[chunk] + 1, 2 * line_end]), kind="stable")
    piece_end = np.concatenate([cut_end, line_end])[order]
    piece_start = np.concatenate([starts[:1], np.concatenate([cut_start, line_start])[order][:-1]])
    some = piece_start < piece_end
    return piece_start[some], piece_end[some]


def _claims(page: Page, starts: Ints, ends: Ints) -> Runs:
    """Give the claims that pieces make: most are one, and only texts with very short or very long pieces are gone through."""
    first, end = np.searchsorted(page.starts, starts), np.searchsorted(page.starts, ends)
    counted = page.sums[:, COUNTED]
    count = counted[end] - counted[first]
    text = np.searchsorted(page.begins, starts, side="right") - 1
    odd = np.zeros(len(page.texts), bool)
    odd[text[(count < LEAST_WORDS) | (count > MOST_WORDS)]] = True
    kept = ~odd[text]
    of = np.searchsorted(text, np.arange(len(page.texts) + 1)).tolist()
    joined = [_joined(page, t, starts[of[t] : of[t + 1]], ends[of[t] : of[t + 1]]) for t in odd.nonzero()[0].tolist()]
    spans = np.array([span for one in joined for span in one], np.int64).reshape(-1, 2)
    starts, ends = np.concatenate([starts[kept], spans[:, 0]]), np.concatenate([ends[kept], spans[:, 1]])
    order = np.argsort(starts)
    starts, ends = starts[order], ends[order]
    text = np.searchsorted(page.begins, starts, side="right") - 1
    return Runs(text, np.searchsorted(page.starts, starts), np.searchsorted(page.starts, ends), starts, ends, len(page.word))


def _joined(page: Page, text: int, starts: Ints, ends: Ints) -> list[tuple[int, int]]:
    begin, first, end = int(page.begins[text]), int(page.of_texts.first[text]), int(page.of_texts.end[text])
    places, counted = (page.starts[first:end] - begin).tolist(), page.sums[first : end + 1, COUNTED].tolist()

    def count(span: Span) -> int:
        told: int = counted[bisect_left(places, span.end)] - counted[bisect_left(places, span.start)]
        return told

    pieces = [Span(start - begin, end - begin) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return [(span.start + begin, span.end + begin) for span in join_pieces(page.texts[text], pieces, count)]
