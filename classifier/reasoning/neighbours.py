"""The labelled passages nearest to a claim, by the rare words they share. The index ships as a file; no passage is for testing."""

import gzip
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log, sqrt

from classifier.domain import Claim, Span
from classifier.reading.words import Reading, read_words
from classifier.reasoning.reasoning import Neighbour

INDEX_FILE = "neighbours.json.gz"
_NEAREST = 3
_LEAST_SIMILARITY = 0.1
_MOST_SHARED = 5
_LEAST_SHARED = 2


@dataclass(frozen=True)
class NeighbourIndex:
    """Passages as (id, label, types, text), and for each word the numbers of the passages it stands in."""

    passages: tuple[tuple[str, str, tuple[str, ...], str], ...]
    postings: dict[str, list[int]]
    norms: tuple[float, ...]

    def weight(self, word: str) -> float:
        """Give how telling a word is: the rarer the more; nothing for a word no passage holds."""
        n = len(self.postings.get(word, ()))
        return log(1 + len(self.passages) / n) if n else 0.0


def index_words(reading: Reading) -> set[str]:
    """Give the words a text is compared by: without diacritics where it has none, numbers left out."""
    return {word for word in reading.folded if word[0].isalpha()}


def nearest_passages(claim: Claim, n: int = _NEAREST) -> tuple[Neighbour, ...]:
    """Give the nearest labelled passages, nearest first; none that shares hardly anything."""
    index, reading = load_index(), read_words(claim.text)
    words = index_words(reading)
    scores: defaultdict[int, float] = defaultdict(float)
    n_shared: Counter[int] = Counter()
    for word in sorted(words):
        weight = index.weight(word) ** 2
        for number in index.postings.get(word, ()):
            scores[number] += weight
            n_shared[number] += 1
    own = sqrt(sum(index.weight(word) ** 2 for word in sorted(words))) or 1.0
    similar = ((score / (own * index.norms[number]), -number) for number, score in scores.items() if n_shared[number] >= _LEAST_SHARED)
    best = sorted((pair for pair in similar if pair[0] >= _LEAST_SIMILARITY), reverse=True)[:n]
    return tuple(_neighbour(index, -number, similarity, claim, reading) for similarity, number in best)


@cache
def load_index() -> NeighbourIndex:
    """Read the index that ships with the package, once."""
    told = json.loads(gzip.decompress((files("classifier.reasoning") / INDEX_FILE).read_bytes()))
    return make_index([(row[0], row[1], tuple(row[2]), row[3]) for row in told["passages"]], told["postings"])


def make_index(passages: list[tuple[str, str, tuple[str, ...], str]], postings: dict[str, list[int]]) -> NeighbourIndex:
    """Put an index together: lengths of passages are worked out from the postings."""
    squares = [0.0] * len(passages)
    index = NeighbourIndex(tuple(passages), postings, ())
    for word, numbers in postings.items():
        weight = index.weight(word) ** 2
        for number in numbers:
            squares[number] += weight
    return NeighbourIndex(index.passages, postings, tuple(sqrt(square) or 1.0 for square in squares))


def _neighbour(index: NeighbourIndex, number: int, similarity: float, claim: Claim, reading: Reading) -> Neighbour:
    passage_id, label, types, text = index.passages[number]
    held = {word for word in index_words(read_words(text)) if word in index.postings}
    shared = [i for i, word in enumerate(reading.folded) if word in held]
    telling = sorted(sorted(shared, key=lambda i: -index.weight(reading.folded[i]))[:_MOST_SHARED])
    spans = (reading.span(i, i) for i in telling)
    return Neighbour(
        passage_id=passage_id,
        text=text,
        label=label,
        types=types,
        similarity=min(1.0, similarity),
        shared=tuple(Span(claim.span.start + span.start, claim.span.start + span.end) for span in spans),
    )
