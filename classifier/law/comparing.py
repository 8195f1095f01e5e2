"""Two versions of a rule pack on the same ad: which rules speak now that did not, and which no longer do."""

from dataclasses import dataclass
from datetime import date

from classifier.law.examples import findings_in
from classifier.law.rules import RulePack


@dataclass(frozen=True, slots=True)
class Change:
    """What changes on one ad. ``moved`` are rules met by both versions, but at other words or with another confidence."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def signs(self) -> tuple[str, ...]:
        """Give each change as a sign and a rule id: ``+`` added, ``-`` removed, ``~`` moved."""
        return (*(f"+{r}" for r in self.added), *(f"-{r}" for r in self.removed), *(f"~{r}" for r in self.moved))


def compare_packs(text: str, old: RulePack, new: RulePack, day: date) -> Change:
    """Say how the findings of two versions of a pack differ on a text."""
    before, after = _told(text, old, day), _told(text, new, day)
    return Change(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        moved=tuple(sorted(rule for rule in before.keys() & after.keys() if before[rule] != after[rule])),
    )


def _told(text: str, pack: RulePack, day: date) -> dict[str, list[object]]:
    told: dict[str, list[object]] = {}
    for finding in findings_in(text, pack, day):
        told.setdefault(finding.rule_id, []).append((finding.spans, finding.confidence, finding.authority))
    return told
