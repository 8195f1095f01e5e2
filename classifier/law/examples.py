"""The examples inside the rules, run: each must be flagged or passed by its own rule as written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from classifier.domain import Ad, Claim, Finding, ProductKind, Span
from classifier.law.matching import match_rules
from classifier.law.missing import find_missing
from classifier.law.rules import Rule, RulePack
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import read_words


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not do what its rule says."""

    rule_id: str
    example: str
    expected: str


def run_examples(pack: RulePack) -> Iterator[Failure]:
    """Give the examples of a pack's active rules that fail, on the day the rule's newest authority came into force."""
    for rule in (*pack.active.values(), *pack.missing):
        for example in rule.flags:
            if not _met(rule, pack, example):
                yield Failure(rule.rule_id, example, "flagged")
        for example in rule.passes:
            if _met(rule, pack, example):
                yield Failure(rule.rule_id, example, "passed")


def findings_in(text: str, pack: RulePack, day: date, product: ProductKind | None = None) -> tuple[Finding, ...]:
    """Give every finding of a pack in a text; by default of an unknown kind of product."""
    claims = split_claims(read_words(text)) or (Claim(span=Span(0, len(text)), text=text),)
    found: list[Finding] = []
    for claim in claims:
        reading = read_words(claim.text)
        found += match_rules(claim, reading, find_qualifiers(reading), pack=pack, product=product, as_of=day)
    return tuple(found)


def _met(rule: Rule, pack: RulePack, text: str) -> bool:
    begun = [authority.in_force_from for authority in rule.authorities if authority.in_force_from]
    day = max(begun, default=date(2026, 1, 1))
    if rule.kind == "missing":
        return _is_missing(rule, text, day)
    return any(
        finding.rule_id == rule.rule_id for finding in findings_in(text, pack, day, rule.products[0] if rule.needs_product else None)
    )


def _is_missing(rule: Rule, text: str, day: date) -> bool:
    """Say whether a whole ad, of a product and channel the rule speaks of, lacks its sentence or has it in other words."""
    product = rule.products[0] if rule.products else ProductKind.OTHER
    channel = rule.channels[0] if rule.channels else None
    ad = Ad(text=text, raw_digest="", as_of=day, product=product, channel=channel, is_whole=True)
    return bool(find_missing(ad, read_words(text), (RulePack("", "", (rule,), b""),)))
