"""Rules on trial: what they would change among the ads of the record, were they active. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from classifier.law.examples import findings_in
from classifier.law.rules import RulePack


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule on trial, the number of texts it would meet today, and how many of these no active rule meets."""

    rule_id: str
    n_met: int
    n_new: int


def trial_rules(packs: Sequence[RulePack], texts: Sequence[str]) -> list[Trial]:
    """Give what each rule on trial would change."""
    found: list[Trial] = []
    for pack in packs:
        for rule in pack.rules:
            if rule.status == "trial":
                met = [text for text in texts if findings_in(text, replace(pack, rules=(replace(rule, status="active"),)), date.today())]
                n_new = sum(not any(findings_in(text, active, date.today()) for active in packs) for text in met)
                found.append(Trial(rule_id=rule.rule_id, n_met=len(met), n_new=n_new))
    return found
