"""What the model sees of a text: named features, each tied to the words it comes from.

Every feature belongs to one word, to two neighbouring words, or to word classes a few words apart; so a linear score
is a sum over words and neighbours, and each word's part in it is exact.

    w:chữa        the word                        b:chữa khỏi   two neighbours
    f:chua        the word without diacritics     d:chua khoi   the same without diacritics
    g:chu         letters within the word         c:CURE        a word class
    k:CURE DISEASE  neighbours when classes stand for their words
    p:CURE>DISEASE  two classes in this order, at most six words apart
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from classifier.reading.lexicon import load_lexicon
from classifier.reading.normalise import fold
from classifier.reading.phrases import Match
from classifier.reading.words import Reading

BLOCKS = "wfgbdckp"
_SHORTEST_GRAM, _LONGEST_GRAM = 3, 5
_FAR = 6
NORM_POWER = 0.3
"""A text's row is divided by the sum of its squared features to this power: a half would be the Euclidean norm, under
which one bad phrase drowns in a long sentence; none at all would let long texts pile up. Chosen on held-out themes."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A named feature and the words, first to last, that it comes from."""

    name: str
    first: int
    last: int


def word_features(reading: Reading) -> Iterator[Feature]:
    """Give the features of single words."""
    for i, form in enumerate(reading.forms):
        for name in own_features(form):
            yield Feature(name, i, i)


@lru_cache(maxsize=1 << 17)
def own_features(form: str) -> tuple[str, ...]:
    """Give the features of one word: itself, without diacritics, and its letter n-grams (3 to 5)."""
    shown = _shape(form)
    plain = fold(shown)
    if not form[0].isalpha():
        return (f"w:{shown}",)
    padded = f"<{plain}>"
    grams = (f"g:{padded[i : i + n]}" for n in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1) for i in range(len(padded) - n + 1))
    return (f"w:{shown}", f"f:{plain}", *grams)


def joint_features(reading: Reading) -> Iterator[Feature]:
    """Give the features of neighbouring words and of word classes."""
    shown = [_shape(form) for form in reading.forms]
    for i in range(len(shown) - 1):
        yield Feature(f"b:{shown[i]} {shown[i + 1]}", i, i + 1)
        yield Feature(f"d:{fold(shown[i])} {fold(shown[i + 1])}", i, i + 1)
    classes = load_lexicon().find(reading)
    for match in classes:
        yield Feature(f"c:{match.name}", match.first, match.last)
    yield from _class_view(shown, classes)
    yield from _class_pairs(classes)


def _class_view(shown: list[str], classes: list[Match]) -> Iterator[Feature]:
    """Neighbours in the text where the longest class match stands for its words."""
    longest: dict[int, Match] = {}
    for match in classes:
        if match.first not in longest or match.last > longest[match.first].last:
            longest[match.first] = match
    items: list[Match] = []
    i = 0
    while i < len(shown):
        item = longest.get(i) or Match(i, i, shown[i])
        items.append(item)
        i = item.last + 1
    for left, right in pairwise(items):
        if left.first in longest or right.first in longest:
            yield Feature(f"k:{left.name} {right.name}", left.first, right.last)


def _class_pairs(classes: list[Match]) -> Iterator[Feature]:
    for n, left in enumerate(classes):
        for right in classes[n + 1 :]:
            if right.first - left.last > _FAR:
                break
            if right.first > left.last and right.name != left.name:
                yield Feature(f"p:{left.name}>{right.name}", left.first, right.last)


def _shape(form: str) -> str:
    """Keep small and round numbers; give others by their number of digits."""
    if not form[0].isdigit() or len(form) == 1 or form in ("10", "100", "24", "30"):
        return form
    return "0" * sum(c.isdigit() for c in form)
