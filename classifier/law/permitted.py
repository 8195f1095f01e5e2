"""Health claims that the European Union permits, matched with what an ad says: within its authorisation, or beyond it.

The facts stand in ``authorised/eu.toml``: nutrient, effect, condition of use, with the grade of their checking.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from classifier.authority import Grade
from classifier.domain import Claim, Span
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import Match, PhraseSet
from classifier.reading.words import Reading, read_words

_BEYOND = ("DISEASE", "CURE", "PREVENT", "GUARANTEE", "MIRACLE", "ABSOLUTE")
"""Word classes that no permitted claim about a function of the body needs. ``PREVENT`` and ``CURE`` count beside a disease only."""
_NEEDS_DISEASE = ("CURE", "PREVENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """A permitted claim: what may be said of which nutrient, on which condition."""

    nutrient_vi: str
    nutrient_en: str
    effect_vi: str
    effect_en: str
    condition_vi: str
    condition_en: str
    instrument: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedMatch:
    """A permitted claim that an ad's words come near to, at these words.

    ``beyond`` covers the words that go beyond it; empty where the words stay within.
    """

    permitted: Permitted
    spans: tuple[Span, ...]
    beyond: tuple[Span, ...]


@dataclass(frozen=True)
class PermittedList:
    """All permitted claims, compiled for matching. Names of matches are the numbers of nutrients and keys of effects."""

    claims: tuple[tuple[tuple[str, ...], str, Permitted], ...]
    phrases: PhraseSet
    in_force_from: date


def match_permitted(claim: Claim, as_of: date) -> tuple[PermittedMatch, ...]:
    """Give the permitted claims whose nutrient a claim names: with its effect, or with words that go beyond any."""
    permitted = load_permitted()
    if as_of < permitted.in_force_from:
        return ()
    reading = read_words(claim.text)
    found = _longest(permitted.phrases.find(reading))
    beyond = _beyond(reading, found)
    return tuple(_moved(match, claim.span.start) for match in _matches(permitted, reading, found, beyond))


@cache
def load_permitted() -> PermittedList:
    """Read the facts that ship with the package, once."""
    facts = tomllib.loads((files("classifier.law.authorised") / "eu.toml").read_text("utf-8"))
    effects, source = facts["effect"], facts["condition"]["source"]
    claims = []
    for nutrient in facts["nutrient"]:
        locator = nutrient.get("locator", "432/2012")
        for key in nutrient["effects"]:
            told = Permitted(
                nutrient_vi=nutrient["vi"],
                nutrient_en=nutrient["en"],
                effect_vi=effects[key]["vi"],
                effect_en=effects[key]["en"],
                condition_vi=nutrient.get("condition_vi", source["vi"]),
                condition_en=nutrient.get("condition_en", source["en"]),
                instrument=f"{facts['instrument']} ({locator})",
                grade=Grade(facts["grade"]),
            )
            claims.append((tuple(nutrient["phrases"]), key, told))
    names = {phrase for phrases, _, _ in claims for phrase in phrases}
    phrases = [(phrase, f"nutrient {phrase}") for phrase in names]
    phrases += [(phrase, f"effect {key}") for key, effect in effects.items() for phrase in effect["phrases"]]
    return PermittedList(tuple(claims), PhraseSet(phrases), facts["in_force_from"])


def _matches(permitted: PermittedList, reading: Reading, found: list[Match], beyond: tuple[Span, ...]) -> Iterator[PermittedMatch]:
    named = {m.name.removeprefix("nutrient "): m for m in found if m.name.startswith("nutrient ") and _is_clear(m, reading)}
    effects = {m.name.removeprefix("effect "): m for m in found if m.name.startswith("effect ")}
    told: set[str] = set()
    for phrases, key, claim in permitted.claims:
        nutrient = next((named[phrase] for phrase in phrases if phrase in named), None)
        if nutrient is None or key not in effects:
            continue
        told.add(claim.nutrient_en)
        spans = tuple(sorted(reading.span(m.first, m.last) for m in (nutrient, effects[key])))
        yield PermittedMatch(permitted=claim, spans=spans, beyond=beyond)
    if any(m.name == "DISEASE" for m in load_lexicon().find(reading)) and beyond:
        yield from _only_beyond(permitted, reading, named, beyond, told)


def _is_clear(nutrient: Match, reading: Reading) -> bool:
    """Say whether a nutrient is surely named: without diacritics “kem” (cream) may not be read as “kẽm” (zinc)."""
    return not reading.unmarked or nutrient.first < nutrient.last or nutrient.name.isascii()


def _only_beyond(
    permitted: PermittedList, reading: Reading, named: dict[str, Match], beyond: tuple[Span, ...], told: set[str]
) -> Iterator[PermittedMatch]:
    """Give, for a nutrient said to act on a disease, the nearest permitted claim: its first, or that on immunity."""
    for phrases, _, claim in sorted(permitted.claims, key=lambda entry: entry[1] != "immune"):
        nutrient = next((named[phrase] for phrase in phrases if phrase in named), None)
        if nutrient is not None and claim.nutrient_en not in told:
            told.add(claim.nutrient_en)
            yield PermittedMatch(permitted=claim, spans=(reading.span(nutrient.first, nutrient.last),), beyond=beyond)


def _beyond(reading: Reading, found: list[Match]) -> tuple[Span, ...]:
    """Give the words that no permitted claim covers: diseases, cures, prevention, certainty, outside the effects found."""
    effects = [m for m in found if m.name.startswith("effect ")]
    classes = [m for m in load_lexicon().find(reading) if m.name in _BEYOND and not any(_share(m, e) for e in effects)]
    ill = any(m.name == "DISEASE" for m in classes)
    kept = [m for m in classes if ill or m.name not in _NEEDS_DISEASE]
    return tuple(sorted({reading.span(m.first, m.last) for m in _longest(kept)}))


def _share(one: Match, other: Match) -> bool:
    return one.first <= other.last and other.first <= one.last


def _longest(found: list[Match]) -> list[Match]:
    """Leave out matches that lie inside a longer one."""
    return [m for m in found if not any(o.first <= m.first and m.last <= o.last and (o.last - o.first) > (m.last - m.first) for o in found)]


def _moved(match: PermittedMatch, start: int) -> PermittedMatch:
    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(start + span.start, start + span.end) for span in spans)

    return PermittedMatch(permitted=match.permitted, spans=moved(match.spans), beyond=moved(match.beyond))
