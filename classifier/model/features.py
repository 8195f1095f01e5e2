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

from classifier.reading.folding import fold
from classifier.reading.lexicon import load_lexicon
from classifier.reading.memo import Memo
from classifier.reading.phrases import Match
from classifier.reading.words import Reading

SHORTEST_GRAM, LONGEST_GRAM = 3, 5
FAR = 6
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


@lru_cache(maxsize=1 << 14)
def own_features(form: str) -> tuple[str, ...]:
    """Give the features of one word: itself, without diacritics, and its letter n-grams (3 to 5)."""
    shown = shown_form(form)
    plain = fold(shown)
    if not form[0].isalpha():
        return (f"w:{shown}",)
    padded = f"<{plain}>"
    grams = (f"g:{padded[i : i + n]}" for n in range(SHORTEST_GRAM, LONGEST_GRAM + 1) for i in range(len(padded) - n + 1))
    return (f"w:{shown}", f"f:{plain}", *grams)


@dataclass(slots=True)
class Joints:
    """What joins the words of a reading: neighbours, and word classes in three uses. Each joint is (left, right, first, last).

    ``pairs`` are all neighbouring words in order; ``classes`` leave the right side empty.
    """

    shown: list[str]
    pairs: list[tuple[str, str]]
    classes: list[tuple[str, str, int, int]]
    views: list[tuple[str, str, int, int]]
    distant: list[tuple[str, str, int, int]]


def find_joints(reading: Reading) -> Joints:
    """Find what joins the words of a reading."""
    shown = list(map(_SHOWN.__getitem__, reading.forms))
    matches = load_lexicon().find(reading)
    return Joints(
        shown=shown,
        pairs=list(pairwise(shown)),
        classes=[(name, "", first, last) for first, last, name in matches],
        views=_class_view(shown, matches),
        distant=_class_pairs(matches),
    )


def joint_features(reading: Reading) -> Iterator[Feature]:
    """Give the features of neighbouring words and of word classes."""
    joints = find_joints(reading)
    for i, (left, right) in enumerate(joints.pairs):
        for name in pair_names(left, right):
            yield Feature(name, i, i + 1)
    for kind, found in (("c", joints.classes), ("k", joints.views), ("p", joints.distant)):
        for left, right, first, last in found:
            yield Feature(joint_name(kind, left, right), first, last)


def pair_names(left: str, right: str) -> tuple[str, str]:
    """Give the names of the features of two neighbouring words."""
    return f"b:{left} {right}", f"d:{fold(left)} {fold(right)}"


def joint_name(kind: str, left: str, right: str) -> str:
    """Give the name of a feature of word classes: ``c``, ``k`` or ``p``."""
    return f"{kind}:{left}{_BETWEEN[kind]}{right}"


_BETWEEN = {"c": "", "k": " ", "p": ">"}


def _class_view(shown: list[str], matches: list[Match]) -> list[tuple[str, str, int, int]]:
    """Neighbours in the text where the longest class match stands for its words."""
    longest: dict[int, Match] = {}
    for match in matches:
        if match.first not in longest or match.last > longest[match.first].last:
            longest[match.first] = match
    items: list[Match] = []
    for match in longest.values():
        if not items or match.first > items[-1].last:
            items.append(match)
    found: list[tuple[str, str, int, int]] = []
    before = Match(-1, -1, "")
    for item in items:
        first, last, name = item
        if before.last >= 0 and before.last + 1 < first:
            found.append((before.name, shown[before.last + 1], before.first, before.last + 1))
        if first > 0:
            left = before if before.last + 1 == first else Match(first - 1, first - 1, shown[first - 1])
            found.append((left.name, name, left.first, last))
        before = item
    if 0 <= before.last < len(shown) - 1:
        found.append((before.name, shown[before.last + 1], before.first, before.last + 1))
    return found


def _class_pairs(matches: list[Match]) -> list[tuple[str, str, int, int]]:
    found = []
    for n, (first, last, name) in enumerate(matches, 1):
        for other in matches[n:]:
            if other[0] - last > FAR:
                break
            if other[0] > last and other[2] != name:
                found.append((name, other[2], first, other[1]))
    return found


def shown_form(form: str) -> str:
    """Give the form of a word that the model sees: keep small and round numbers; give other numbers by how many digits they have."""
    if not form[0].isdigit() or len(form) == 1 or form in ("10", "100", "24", "30"):
        return form
    return "0" * sum(c.isdigit() for c in form)


_SHOWN: Memo[str, str] = Memo(shown_form)
