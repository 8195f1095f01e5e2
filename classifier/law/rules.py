"""What a rule pack holds: dated authorities, and rules made of phrases and word classes."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from classifier.authority import Authority, first_in_force, in_force
from classifier.domain import JURISDICTIONS, Channel, Confidence, ProductKind, Severity, VerdictType
from classifier.reading.phrases import PhraseSet

MASK = "mask *"
"""Name of the phrases that no rule may read a term into, such as “thống nhất” (uniform) for “nhất” (best)."""


class Wording(NamedTuple):
    """What of a rule decides in which words it is met. Rules of several packs share theirs."""

    terms: tuple[str, ...]
    near: tuple[str, ...]
    within_words: int
    near_after: bool
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One dated, cited sentence of policy.

    ``terms`` must occur in a claim; where ``near`` is given, one of its phrases must stand at most ``within_words``
    words away, after the term if ``near_after``. Neither may share a word with an ``unless`` phrase. ``products`` is empty for every
    kind of product. A ``missing`` rule turns this round: ``terms`` are the sentence as prescribed, ``paraphrases`` what shows
    that it is there in other words, and the rule is met when a whole ad holds neither.
    """

    rule_id: str
    kind: str
    status: str
    category: str
    verdict: VerdictType
    severity: Severity
    confidence: Confidence
    products: tuple[ProductKind, ...]
    needs_product: bool
    channels: tuple[Channel, ...]
    authorities: tuple[Authority, ...]
    beside: tuple[Authority, ...]
    terms: tuple[str, ...]
    near: tuple[str, ...]
    within_words: int
    near_after: bool
    unless: tuple[str, ...]
    paraphrases: tuple[str, ...]
    reason_vi: str
    reason_en: str
    question_vi: str
    question_en: str
    flags: tuple[str, ...]
    passes: tuple[str, ...]

    @property
    def wording(self) -> Wording:
        """Give what decides in which words the rule is met."""
        return Wording(self.terms, self.near, self.within_words, self.near_after, self.unless)

    def authority_on(self, day: date) -> Authority | None:
        """Give the authority that binds on a day: the first named, where several do."""
        return first_in_force(self.authorities, day)

    def beside_on(self, day: date) -> tuple[Authority, ...]:
        """Give the further authorities in force on a day."""
        return tuple(a for a in self.beside if in_force(a, day) and not a.is_suspended(day))

    def covers(self, product: ProductKind | None) -> bool:
        """Say whether the rule speaks of a kind of product; of an unknown kind speaks every rule that does not need to know it."""
        if product is None:
            return not self.needs_product
        return not self.products or product in self.products

    def covers_channel(self, channel: Channel | None) -> bool:
        """Say whether the rule speaks of a channel; a rule of some channels is silent where the channel is unknown."""
        return not self.channels or channel in self.channels


@dataclass(frozen=True, eq=False)
class RulePack:
    """All rules of one jurisdiction, the ``common`` ones, or an organisation's own. ``raw`` is the pack as it is archived."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    raw: bytes
    masks: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Give the SHA-256 of the pack as it is archived."""
        return hashlib.sha256(self.raw).hexdigest()

    def applies(self, jurisdictions: tuple[str, ...]) -> bool:
        """Say whether the pack speaks of ads in these jurisdictions; ``common`` and an organisation's own always do."""
        return self.name not in JURISDICTIONS or self.name in jurisdictions

    @cached_property
    def phrases(self) -> PhraseSet:
        """Compile every phrase of the active rules; names are ``<part> <rule id>`` with part term, near or unless."""
        parts = (
            (phrase, f"{part} {rule.rule_id}")
            for rule in self.active.values()
            for part, phrases in (("term", rule.terms), ("near", rule.near), ("unless", rule.unless))
            for phrase in phrases
        )
        return PhraseSet((*parts, *((phrase, MASK) for phrase in self.masks)))

    @cached_property
    def active(self) -> dict[str, Rule]:
        """Give the active rules about words that are there, by id."""
        return {rule.rule_id: rule for rule in self.rules if rule.status == "active" and rule.kind == "present"}

    @cached_property
    def missing(self) -> tuple[Rule, ...]:
        """Give the active rules about sentences that must not be missing."""
        return tuple(rule for rule in self.rules if rule.status == "active" and rule.kind == "missing")

    @property
    def n_active(self) -> int:
        """Count the active rules."""
        return len(self.active) + len(self.missing)
