"""The model's feature names as 64-bit hashes that can be put together from the hashes of their parts.

``hash(a + b) = hash(a) + P ** len(a) * hash(b)`` modulo 2**64, lengths in UTF-8 bytes; so the hash of ``b:left right`` comes
from the words' own, and no name is ever written out. Two names of one model that share a hash would be noticed; that a
name which is no feature shares the hash of one is less likely than one in 10**13.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.errors import ModelError, problem
from classifier.fast.id_table import UNKNOWN, IdTable, Ints

Hashes = NDArray[np.uint64]
_P = 0x9E3779B97F4A7C15
_BLOCK, _IN_BLOCK = 1 << 16, 1 << 8
_MAYBE = 1 << 22
"""A name is looked up only where this table, which fits in a cache, says that it may be one: most letters of a new word are none."""
_BYTES: Hashes = np.random.default_rng(20261125).integers(1, 1 << 63, 256, dtype=np.uint64)


def powers(base: int, n: int) -> Hashes:
    """Give the first ``n`` powers of a number modulo 2**64, from the power of 0 on."""
    told = np.full(n, base, np.uint64)
    told[0] = 1
    return np.cumprod(told, dtype=np.uint64)


_POWERS, _INVERSES = powers(_P, 2 * _BLOCK), powers(pow(_P, -1, 1 << 64), 2 * _BLOCK)


def power(lengths: Ints) -> Hashes:
    """Give ``P ** length``."""
    return _POWERS[lengths]


def prefix_sums(content: NDArray[np.uint8]) -> Hashes:
    """Give the running hash of some bytes, from which that of any run of them follows; at most 128 KiB."""
    sums = np.zeros(len(content) + 1, np.uint64)
    np.cumsum(_BYTES[content] * _POWERS[: len(content)], out=sums[1:])
    return sums


def hash_runs(sums: Hashes, starts: Ints, ends: Ints) -> Hashes:
    """Give the hash of each run of bytes."""
    return (sums[ends] - sums[starts]) * _INVERSES[starts]


def hash_strings(strings: Sequence[str]) -> tuple[Hashes, Ints]:
    """Give the hash and the length in bytes of each string; strings hold no line breaks."""
    hashes, lengths = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for block in _blocks(strings):
        content = np.frombuffer(("\n".join(block) + "\n").encode("utf-8", "surrogatepass"), np.uint8)
        ends = (content == 10).nonzero()[0]
        starts = np.concatenate([[0], ends[:-1] + 1])
        hashes.append(hash_runs(prefix_sums(content), starts, ends))
        lengths.append(ends - starts)
    return np.concatenate(hashes), np.concatenate(lengths)


def hash_of(text: str) -> np.uint64:
    """Give the hash of one string."""
    return np.uint64(hash_strings([text])[0][0])


def _blocks(strings: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list so that a block stays far below what a hash may run over: a word has a hundred letters at most."""
    return (strings[i : i + _IN_BLOCK] for i in range(0, len(strings), _IN_BLOCK))


class NameIndex:
    """Row of each feature by the hash of its name."""

    def __init__(self, blob: bytes) -> None:
        content = np.frombuffer(blob + b"\n", np.uint8)
        ends = (content == 10).nonzero()[0]
        starts = np.concatenate([[0], ends[:-1] + 1])
        hashes = np.empty(len(ends), np.uint64)
        first = 0
        while first < len(ends):
            begin = int(starts[first])
            last = max(first + 1, int(np.searchsorted(ends, begin + _BLOCK)))
            sums = prefix_sums(content[begin : int(ends[last - 1])])
            hashes[first:last] = hash_runs(sums, starts[first:last] - begin, ends[first:last] - begin)
            first = last
        keys = keys_of(hashes)
        self._table, self._maybe = IdTable(2 * len(keys)), np.zeros(_MAYBE, bool)
        self._maybe[keys & (_MAYBE - 1)] = True
        self._table.add(keys, np.arange(len(keys), dtype=np.int64))
        if (self._table.find(keys) != np.arange(len(keys))).any():
            raise ModelError(problem("model_values", "features.txt"))

    def rows(self, hashes: Hashes) -> Ints:
        """Give the row of each name, -1 for a name that is no feature."""
        keys = keys_of(hashes)
        some = self._maybe[keys & (_MAYBE - 1)].nonzero()[0]
        rows = np.full(len(keys), UNKNOWN, np.int64)
        rows[some] = self._table.find(keys[some])
        return rows


def keys_of(hashes: Hashes) -> Ints:
    """Make keys of hashes: mixed, and never below 0."""
    mixed = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(1)).view(np.int64)
