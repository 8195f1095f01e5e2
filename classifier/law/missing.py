"""Sentences that must stand in an ad: there, there in other words, or missing. Of a part of an ad nothing is said."""

from collections.abc import Iterator

from classifier.domain import Ad, MissingStatement, NotChecked, Span
from classifier.law.matching import finding_of, law_on
from classifier.law.rules import Rule, RulePack
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import PhraseSet
from classifier.reading.words import Reading


def find_missing(ad: Ad, reading: Reading, packs: tuple[RulePack, ...]) -> tuple[MissingStatement, ...]:
    """Give the required sentences that a whole ad of a known kind does not hold, or holds in other words."""
    if not ad.is_whole or ad.product is None:
        return ()
    return tuple(found for rule in _asked(ad, packs) for found in _missing(rule, ad, reading))


def missing_not_checked(ad: Ad) -> tuple[NotChecked, ...]:
    """Say why missing sentences were not looked for, where they were not; or that their legibility was not."""
    if not ad.is_whole:
        return (_A_PART,)
    if ad.product is None:
        return (NotChecked(what="missing_statements", why="product_unknown"),)
    unseen = NotChecked(what="legibility", why="text_only")
    return (unseen, NotChecked(what="disclosure", why="channel_unknown")) if ad.channel is None else (unseen,)


_A_PART = NotChecked(what="missing_statements", why="maybe_a_part")


def _asked(ad: Ad, packs: tuple[RulePack, ...]) -> Iterator[Rule]:
    for pack in packs:
        if pack.applies(ad.jurisdictions):
            yield from (rule for rule in pack.missing if rule.covers(ad.product) and rule.covers_channel(ad.channel))


def _missing(rule: Rule, ad: Ad, reading: Reading) -> Iterator[MissingStatement]:
    law = law_on(rule, ad.as_of)
    if law is None or _first(rule.terms, reading):
        return
    span = _first(rule.paraphrases, reading)
    finding = finding_of(rule, law, confidence=rule.confidence, spans=(span,) if span else ())
    yield MissingStatement(rule_id=rule.rule_id, expected=rule.terms[0], span=span, finding=finding)


def _first(phrases: tuple[str, ...], reading: Reading) -> Span | None:
    """Give the place of the first of some phrases in a text."""
    matches = PhraseSet((phrase, "") for phrase in phrases).find(reading, load_lexicon().find(reading))
    return reading.span(matches[0].first, matches[0].last) if matches else None
