"""What a rule pack holds: dated authorities, and rules made of phrases and word classes."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from classifier.domain import Authority, Confidence, ProductKind, Severity
from classifier.reading.phrases import PhraseSet


@dataclass(frozen=True)
class Rule:
    """One dated, cited sentence of policy.

    ``terms`` must occur in a claim; where ``near`` is given, one of its phrases must stand at most ``within_words``
    words away. A match that shares a word with an ``unless`` phrase does not count. ``products`` is empty for every
    kind of product.
    """

    rule_id: str
    status: str
    category: str
    severity: Severity
    confidence: Confidence
    products: tuple[ProductKind, ...]
    authorities: tuple[Authority, ...]
    terms: tuple[str, ...]
    near: tuple[str, ...]
    within_words: int
    unless: tuple[str, ...]
    reason_vi: str
    reason_en: str
    question_vi: str
    question_en: str
    flags: tuple[str, ...]
    passes: tuple[str, ...]

    def authority_on(self, day: date) -> Authority | None:
        """Give the authority in force on a day: the first named, where several are."""
        return next((authority for authority in self.authorities if _in_force(authority, day)), None)

    def covers(self, product: ProductKind | None) -> bool:
        """Say whether the rule speaks of a kind of product; an unknown kind is spoken of by every rule."""
        return product is None or not self.products or product in self.products


@dataclass(frozen=True)
class RulePack:
    """All rules of one jurisdiction, or the ``common`` ones. ``digest`` is the SHA-256 of the file."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    digest: str

    @cached_property
    def phrases(self) -> PhraseSet:
        """Compile every phrase of the active rules; names are ``<part> <rule id>`` with part term, near or unless."""
        active = [rule for rule in self.rules if rule.status == "active"]
        return PhraseSet(
            (phrase, f"{part} {rule.rule_id}")
            for rule in active
            for part, phrases in (("term", rule.terms), ("near", rule.near), ("unless", rule.unless))
            for phrase in phrases
        )

    @cached_property
    def active(self) -> dict[str, Rule]:
        """Give the active rules by id."""
        return {rule.rule_id: rule for rule in self.rules if rule.status == "active"}


def _in_force(authority: Authority, day: date) -> bool:
    begun = authority.in_force_from is None or authority.in_force_from <= day
    return begun and (authority.in_force_until is None or day < authority.in_force_until)
