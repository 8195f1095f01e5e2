"""The page of all rules, ``docs/rules.md``: generated, never edited. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from classifier.domain import JURISDICTIONS
from classifier.law.rules import Rule, RulePack
from ui.rule_text import authority_line, authority_lines
from ui.wording import say

Counts = Mapping[str, tuple[Counter[str], Counter[str]]]
"""For a rule id: how many passages of each label it meets, and how often each other rule is met with it."""
_MOST_TERMS = 12
_MOST_TOGETHER = 4


def page_lines(packs: Sequence[RulePack], counts: Counts, n_passages: int, language: str) -> Iterator[str]:
    """Give the page line by line."""
    verdicts = {rule.rule_id: (rule.category, rule.verdict) for pack in packs for rule in pack.rules}
    yield f"# {say(language, 'packs.page_title')}"
    yield ""
    n_active = sum(pack.n_active for pack in packs)
    yield say(language, "packs.page_intro", count=n_active, passages=n_passages)
    for pack in packs:
        yield ""
        named = say(language, f"jurisdiction.{pack.name}") if pack.name in ("common", *JURISDICTIONS) else pack.name
        yield f"## {named} ({pack.name}, {pack.version})"
        for rule in pack.rules:
            yield ""
            yield from _rule_lines(rule, counts, verdicts, language)


def _rule_lines(rule: Rule, counts: Counts, verdicts: Mapping[str, tuple[str, str]], language: str) -> Iterator[str]:
    yield f"### {rule.rule_id}"
    yield ""
    sort = (f"type.{rule.category}", f"verdict.{rule.verdict}", f"severity.{rule.severity}", f"confidence.{rule.confidence}")
    kinds = [say(language, f"product.{product}") for product in rule.products]
    channels = [say(language, f"channel.{channel}") for channel in rule.channels]
    yield "; ".join([rule.status, *(say(language, key) for key in sort), *kinds, *channels])
    yield ""
    yield f"- {rule.reason_vi}"
    yield f"- {rule.reason_en}"
    yield f"- {say(language, 'report.ask')}: {rule.question_vi} / {rule.question_en}"
    for authority in rule.authorities:
        first, *rest = authority_lines(authority, language)
        yield f"- {first}"
        yield from (f"  - {line.strip()}" for line in rest)
    yield from (f"- {say(language, 'authority.beside')}: {authority_line(authority, language)}" for authority in rule.beside)
    shown = ", ".join(f"`{term}`" for term in rule.terms[:_MOST_TERMS])
    more = len(rule.terms) - _MOST_TERMS
    yield f"- {say(language, 'packs.terms')}: {shown}{f' … +{more}' if more > 0 else ''}"
    yield f"- {say(language, 'expected.flagged')}: {' | '.join(rule.flags)}"
    yield f"- {say(language, 'expected.passed')}: {' | '.join(rule.passes)}"
    if rule.rule_id in counts:
        yield from _coverage_lines(rule, *counts[rule.rule_id], verdicts, language)


def _coverage_lines(
    rule: Rule, by_label: Counter[str], together: Counter[str], verdicts: Mapping[str, tuple[str, str]], language: str
) -> Iterator[str]:
    labels = {name: by_label[name] for name in ("misleading", "acceptable", "out_of_scope")}
    yield f"- {say(language, 'packs.coverage', **labels)}"
    if together:
        yield f"- {say(language, 'packs.overlap')}: {', '.join(f'{name} {n}' for name, n in together.most_common(_MOST_TOGETHER))}"
    at_odds = [n for n in together if n.split(".")[0] == rule.rule_id.split(".")[0] and _at_odds(verdicts[n], rule)]
    if at_odds:
        yield f"- {say(language, 'packs.conflict')}: {', '.join(sorted(at_odds))}"


def _at_odds(other: tuple[str, str], rule: Rule) -> bool:
    """Say whether a rule of the same pack gives the same kind of claim another verdict."""
    return other[0] == rule.category and other[1] != rule.verdict
