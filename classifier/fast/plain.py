"""Which texts are plain: read by chunks between blanks, with nothing in them that reads otherwise in its surroundings.

Not plain are texts with letters or signs beyond :data:`classifier.reading.normalise.PLAIN`, letters that may be kept apart,
chunks of very many letters, no letter at all, and those too long to be assessed.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier.gate import MOST_CHARACTERS
from classifier.reading.normalise import APART, APART_MARKS, LETTER, PLAIN_RANGES

MOST_IN_CHUNK = 100
_NOT_PLAIN, BLANK, _ALPHA, LETTER_KIND, _MARK, _SPACE, LINE = (1 << bit for bit in range(7))
CODES = 0x20000
Codes = NDArray[np.uint32]
Kinds = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@cache
def _kinds() -> Kinds:
    """Give the kind of each code point, as bits."""
    kinds = np.full(CODES, _NOT_PLAIN, np.uint8)
    for first, last in PLAIN_RANGES:
        for code in range(first, last + 1):
            letter = chr(code)
            told = (
                (BLANK, letter.isspace()),
                (_ALPHA, letter.isalpha()),
                (LETTER_KIND, re.match(LETTER, letter)),
                (_MARK, letter in APART_MARKS),
            )
            kinds[code] = sum(bit for bit, is_so in (*told, (_SPACE, letter == " "), (LINE, letter in "\r\n")) if is_so)
    return kinds


def codes_of(text: str) -> Codes:
    """Give the code point of each character of a text; all that is beyond the plain ones has one and the same."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, CODES - 1)


def kinds_of(codes: Codes) -> Kinds:
    """Give the kind of each character."""
    return _kinds()[codes]


def plain_ones(texts: Sequence[str]) -> list[bool]:
    """Say of each text whether it is plain."""
    short = [text if len(text) <= MOST_CHARACTERS else "" for text in texts]
    kinds = kinds_of(codes_of("\n".join(short) + "\n"))
    begins = np.cumsum([0, *(len(text) + 1 for text in short)])
    plain = (_count(_odd_places(kinds), begins) == 0) & (_count(kinds & _ALPHA != 0, begins) > 0)
    for n in np.flatnonzero(plain & (_count(_maybe_apart(kinds), begins) > 0)).tolist():
        plain[n] = APART.search(texts[n].lower()) is None
    told: list[bool] = plain.tolist()
    return told


def _count(places: Flags, begins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the places in each text."""
    counts: NDArray[np.int64] = np.diff(np.searchsorted(places.nonzero()[0], begins))
    return counts


def _maybe_apart(kinds: Kinds) -> Flags:
    """Say of each character whether it may begin letters kept apart by marks."""
    letter, mark = kinds & LETTER_KIND != 0, kinds & _MARK != 0
    apart: Flags = mark[:-2] & letter[1:-1] & mark[2:]
    return apart


def _odd_places(kinds: Kinds) -> Flags:
    """Say of each character whether it makes its text odd.

    Letters kept apart by blanks do so wherever they may be: a claim may begin within them.
    """
    odd: Flags = kinds & _NOT_PLAIN != 0
    letter, space = kinds & LETTER_KIND != 0, kinds & _SPACE != 0
    odd[:-4] |= space[:-4] & letter[1:-3] & space[2:-2] & letter[3:-1] & space[4:]
    starts, ends = chunk_bounds(kinds)
    odd[starts[ends - starts > MOST_IN_CHUNK]] = True
    return odd


def chunk_bounds(kinds: Kinds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give where each chunk begins and ends; the text must end in a blank."""
    filled = np.concatenate([[False], kinds & BLANK == 0])
    edges = (filled[1:] != filled[:-1]).nonzero()[0]
    return edges[0::2], edges[1::2]
