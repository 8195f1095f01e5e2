"""What the rules meet in the corpus: how often, on passages of which label, and together with which other rules."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from classifier.law.examples import findings_in
from classifier.law.rules import RulePack
from classifier.learning.corpus import Passage

AS_OF = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one rule: the passages it meets by label, and the other rules met on the same passages.

    ``strangers`` are the misleading passages it meets although no mark of theirs is of its category.
    """

    by_label: Counter[str] = field(default_factory=Counter)
    together: Counter[str] = field(default_factory=Counter)
    strangers: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)


def measure_coverage(passages: Iterable[Passage], packs: Sequence[RulePack], day: date = AS_OF) -> dict[str, Coverage]:
    """Give the coverage of every active rule about words that are there."""
    coverage = {rule_id: Coverage() for pack in packs for rule_id in pack.active}
    for passage in passages:
        met = {finding.rule_id: finding.category for pack in packs for finding in findings_in(passage.text, pack, day)}
        marked = {name for names in passage.types for name in names}
        for rule_id, category in met.items():
            told = coverage[rule_id]
            told.by_label[passage.label] += 1
            told.together.update(other for other in met if other != rule_id)
            if passage.label != "misleading":
                told.unwanted.append(passage.passage_id)
            elif category not in marked:
                told.strangers.append(passage.passage_id)
    return coverage
