"""Rules on trial: what they would meet among the ads of the record, were they active. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from classifier.law.examples import findings_in
from classifier.law.rules import RulePack


def trial_rules(packs: Iterable[RulePack], texts: Sequence[str]) -> list[tuple[str, int]]:
    """Give each rule on trial with the number of texts it would meet today."""
    found: list[tuple[str, int]] = []
    for pack in packs:
        tried = tuple(replace(rule, status="active") for rule in pack.rules if rule.status == "trial")
        if not tried:
            continue
        alone = replace(pack, rules=tried)
        met = Counter(rule_id for text in texts for rule_id in {finding.rule_id for finding in findings_in(text, alone, date.today())})
        found += [(rule.rule_id, met[rule.rule_id]) for rule in tried]
    return found
