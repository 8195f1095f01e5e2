"""The path for one ad, written the plain way: every claim read anew, every phrase tried at every word, features by name.

Far too slow to use, and easy to check by eye; the tests hold the path that ships against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

from classifier.checker import Checker
from classifier.domain import Ad, Finding, Qualifier, Scope, Span
from classifier.gate import judge_scope
from classifier.law.matching import match_rules
from classifier.model.features import NORM_POWER, own_features
from classifier.model.scoring import OWN_SHARE, calibrated
from classifier.reading.folding import fold
from classifier.reading.lexicon import listed_phrases
from classifier.reading.phrases import Match, phrase_words
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import Reading, read_words

UNITS = {"time_unit": "TIME", "weight_unit": "WEIGHT", "money_unit": "MONEY", "percent_unit": "PERCENT"}
FAR = 6


@dataclass(frozen=True)
class PlainClaim:
    """What the plain path says of a claim."""

    span: Span
    decision_value: float
    contributions: dict[Span, float]
    elsewhere: float
    types: dict[str, float]
    findings: tuple[Finding, ...]
    qualifiers: tuple[Qualifier, ...]


def assess_plainly(ad: Ad, checker: Checker) -> list[PlainClaim] | None:
    """Give the claims of an ad; None when it is refused."""
    whole = read_words(ad.text)
    ruling = judge_scope(ad.text, whole, checker.scorer.weigh(whole), checker.scorer)
    if ruling.scope is not Scope.IN:
        return None
    risk = calibrated("risk", ruling.language)
    return [_claim(claim.span, ad, whole, risk, checker) for claim in split_claims(whole)]


def _claim(span: Span, ad: Ad, whole: Reading, risk: str, checker: Checker) -> PlainClaim:
    alone = read_words(span.of(ad.text))
    own, around = weigh_plainly(alone, checker), weigh_plainly(whole, checker)
    inside: dict[Span, float] = {}
    elsewhere = 0.0
    for share, reading, start, told in ((OWN_SHARE, alone, span.start, own), (1 - OWN_SHARE, whole, 0, around)):
        for i, value in enumerate(told[risk][1]):
            place = reading.span(i, i)
            place = Span(place.start + start, place.end + start)
            if span.start <= place.start and place.end <= span.end:
                inside[place] = inside.get(place, 0.0) + share * value
            else:
                elsewhere += share * value
    qualifiers = find_qualifiers(alone)
    claim = next(c for c in split_claims(whole) if c.span == span)
    findings = tuple(
        finding
        for pack in checker.packs
        if pack.applies(ad.jurisdictions)
        for finding in match_rules(claim, alone, qualifiers, pack=pack, product=ad.product, as_of=ad.as_of)
    )
    output = checker.scorer.model.outputs[checker.scorer.position[risk]]
    crowd = output.crowding * log(len(split_claims(whole)))
    elsewhere += crowd
    value = OWN_SHARE * own[risk][0] + (1 - OWN_SHARE) * around[risk][0] + crowd
    return PlainClaim(span, value, inside, elsewhere, {name: told[0] for name, told in own.items()}, findings, qualifiers)


def weigh_plainly(reading: Reading, checker: Checker) -> dict[str, tuple[float, list[float]]]:
    """Give for each output the decision value and what each word adds, from the features by name."""
    model, n = checker.scorer.model, len(reading.forms)
    found = [(row, first, last) for name, first, last in named_features(reading) if (row := model.features.get(name)) is not None]
    norm = sum(float(model.squares[row]) for row, _, _ in found) ** NORM_POWER or 1.0
    told = {}
    for column, output in enumerate(model.outputs):
        parts = [0.0] * n
        for row, first, last in found:
            for i in range(first, last + 1):
                parts[i] += output.slope * float(model.weights[row, column]) / (last + 1 - first) / norm
        told[output.name] = (output.slope * output.bias + output.intercept + sum(parts), parts)
    return told


def named_features(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """Give every feature of a reading by its name, as the head of ``features.py`` describes them."""
    forms = reading.forms
    shown = [own_features(form)[0][2:] for form in forms]
    for i, form in enumerate(forms):
        yield from ((name, i, i) for name in own_features(form))
    for i in range(len(shown) - 1):
        yield f"b:{shown[i]} {shown[i + 1]}", i, i + 1
        yield f"d:{fold(shown[i])} {fold(shown[i + 1])}", i, i + 1
    classes = find_classes(reading)
    for match in classes:
        yield f"c:{match.name}", match.first, match.last
    yield from _neighbours(shown, classes)
    for left in classes:
        for right in classes:
            if left.last < right.first <= left.last + FAR and left.name != right.name and left < right:
                yield f"p:{left.name}>{right.name}", left.first, right.last


def _neighbours(shown: list[str], classes: list[Match]) -> Iterator[tuple[str, int, int]]:
    items: list[tuple[int, int, str, bool]] = []
    i = 0
    while i < len(shown):
        starting = [m for m in classes if m.first == i]
        longest = next((m for m in starting if m.last == max(s.last for s in starting)), None)
        items.append((i, longest.last, longest.name, True) if longest else (i, i, shown[i], False))
        i = items[-1][1] + 1
    for left, right in pairwise(items):
        if left[3] or right[3]:
            yield f"k:{left[2]} {right[2]}", left[0], right[1]


def find_classes(reading: Reading) -> list[Match]:
    """Give the word classes of a reading by trying every listed phrase at every word."""
    words = [fold(form) for form in reading.forms] if reading.unmarked else list(reading.forms)
    found: set[Match] = set()
    numbers = {phrase for phrase, name in listed_phrases_once() if name == "number"}
    for first in range(len(words)):
        for phrase, name in _phrases(reading.unmarked).get(words[first][0], ()):
            last = first + len(phrase) - 1
            if name == "number" or last >= len(words) or not all(map(_is, phrase, words[first : last + 1])):
                continue
            if name not in UNITS:
                found.add(Match(first, last, name.upper()))
            elif first and (reading.forms[first - 1][0].isdigit() or reading.forms[first - 1] in numbers):
                found.add(Match(first - 1, last, UNITS[name]))
    inside = {m for m in found for o in found if o != m and o.name == m.name and o.first <= m.first and m.last <= o.last}
    return sorted(found - inside)


def _is(written: str, word: str) -> bool:
    return word.startswith(written[:-1]) and len(written) > 1 if written.endswith("*") else written == word


@cache
def listed_phrases_once() -> tuple[tuple[str, str], ...]:
    """Read the word lists once."""
    return tuple(listed_phrases())


@cache
def _phrases(folded: bool) -> dict[str, list[tuple[list[str], str]]]:
    """Give the phrases in words, by their first letter."""
    by_letter: dict[str, list[tuple[list[str], str]]] = {}
    for phrase, name in listed_phrases_once():
        words = [fold(word) if folded else word for word in phrase_words(phrase)]
        by_letter.setdefault(words[0][0], []).append((words, name))
    return by_letter
