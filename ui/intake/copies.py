"""Ads that are copies of one another, found as they come in: exact ones by hash, near ones by MinHash.

MinHash names the candidates; what is called near was compared run by run. Memory grows with the number of different
ads, so this is done on request.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash, RMinHashLSH

from classifier.reading.folding import fold
from classifier.reading.normalise import normalise

ALIKE = 0.8
"""Share of common three-word runs from which two ads count as near copies."""
_PERMUTATIONS = 128
_BANDS = 32
"""128 numbers in 32 bands of 4: a pair at 0.8 is met with probability 1 - (1 - 0.8^4)^32 > 0.9999."""
_RUN = 3
_WORD = re.compile(r"\w+")
_SEED = 7

Runs = NDArray[np.uint32]
"""Hashes of an ad's three-word runs, sorted, each once."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The group an ad is in, named by the number of its first ad, and how it came there: ``first``, ``exact``, ``near``."""

    group: int
    copy: str


class CopyFinder:
    """Tells of each ad whether one like it came before. Number the ads from 1, in order."""

    def __init__(self) -> None:
        self._exact: dict[bytes, int] = {}
        self._near = RMinHashLSH(ALIKE, _PERMUTATIONS, _BANDS)
        self._runs: dict[int, Runs] = {}

    def place(self, number: int, text: str) -> Membership:
        """Give the group of the next ad. The earliest ad that is like it names the group."""
        words = _WORD.findall(fold(normalise(text).view))
        digest = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()[:16]
        if digest in self._exact:
            return Membership(self._exact[digest], "exact")
        runs = [" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))]
        sketch = RMinHash(_PERMUTATIONS, _SEED)
        sketch.update(runs)
        hashes = np.unique(np.fromiter((zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs), np.uint32))
        alike = min((known for known in self._near.query(sketch) if _likeness(self._runs[known], hashes) >= ALIKE), default=None)
        if alike is not None:
            group = alike
        else:
            group = number
            self._near.insert(number, sketch)
            self._runs[number] = hashes
        self._exact[digest] = group
        return Membership(group, "first" if group == number else "near")


def _likeness(one: Runs, other: Runs) -> float:
    """Give the share of runs that two ads have in common, of all their runs."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)
