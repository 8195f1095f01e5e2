"""What there is to learn from in a passage: its claims, itself, its marked words alone, and the same without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.learning.corpus import Passage
from classifier.reading.folding import fold
from classifier.reading.normalise import normalise
from classifier.reading.split import split_claims
from classifier.reading.words import read_words

UNMARKED_WEIGHT = 0.3
"""Weight of the copy without diacritics that each Vietnamese text gets at training."""
OUTSIDE_WEIGHT = 2.0
"""Weight of what stands outside advertising: most of what the world writes, and least of what the corpus holds.
Chosen on real adverts that are kept for measuring."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to learn from, with the claim types its marks name and the number of the passage it comes from."""

    text: str
    misleading: bool
    types: frozenset[str]
    passage: int
    weight: float = 1.0


def claim_units(passages: Sequence[Passage]) -> list[Unit]:
    """Cut passages into claims: a claim is misleading when it shares a character with a mark."""
    units = []
    for n, passage in enumerate(passages):
        for claim in split_claims(read_words(passage.text)):
            met = [names for span, names in zip(passage.spans, passage.types, strict=True) if span.overlaps(claim.span)]
            types = frozenset(name for names in met for name in names)
            units.append(Unit(claim.text, bool(met), types, n, _weight(passage)))
    return units


def learning_units(passages: Sequence[Passage]) -> list[Unit]:
    """Give claims, whole passages of more than one claim, marked words alone, and copies of them without diacritics."""
    claims = claim_units(passages)
    n_claims = np.bincount([unit.passage for unit in claims], minlength=len(passages))
    whole = [_whole(passage, n) for n, passage in enumerate(passages) if n_claims[n] > 1]
    units = [*claims, *whole, *marked_units(passages)]
    return [*units, *_without_diacritics(units, passages)]


def marked_units(passages: Sequence[Passage]) -> list[Unit]:
    """Give each marked run of words as a text of its own."""
    return [
        Unit(span.of(passage.text), True, frozenset(names), n)
        for n, passage in enumerate(passages)
        for span, names in zip(passage.spans, passage.types, strict=True)
    ]


def _whole(passage: Passage, n: int) -> Unit:
    types = frozenset(name for names in passage.types for name in names)
    return Unit(passage.text, passage.label == "misleading", types, n, _weight(passage))


def _weight(passage: Passage) -> float:
    return OUTSIDE_WEIGHT if passage.label == "out_of_scope" else 1.0


def _without_diacritics(units: Sequence[Unit], passages: Sequence[Passage]) -> list[Unit]:
    vietnamese = [unit for unit in units if passages[unit.passage].language == "vi" and not unit.text.isascii()]
    return [Unit(fold(normalise(u.text).view), u.misleading, u.types, u.passage, UNMARKED_WEIGHT * u.weight) for u in vietnamese]
