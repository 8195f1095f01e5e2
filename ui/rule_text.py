"""A rule as lines a lawyer can read."""

from collections.abc import Iterator

from classifier.authority import Authority
from classifier.law.rules import Rule
from ui.wording import say


def rule_lines(rule: Rule, language: str) -> Iterator[str]:
    """Give a rule's reason, authority, phrases and examples in one language."""
    yield f"{rule.rule_id} ({rule.status})"
    yield f"  {say(language, f'type.{rule.category}')}; {say(language, f'severity.{rule.severity}')}"
    yield f"  {rule.reason_vi if language == 'vi' else rule.reason_en}"
    yield f"  {say(language, 'report.ask')}: {rule.question_vi if language == 'vi' else rule.question_en}"
    for authority in rule.authorities:
        yield f"  {authority_line(authority, language)}"
    yield f"  terms: {', '.join(rule.terms)}"
    if rule.near:
        yield f"  near (within {rule.within_words} words): {', '.join(rule.near)}"
    if rule.unless:
        yield f"  unless: {', '.join(rule.unless)}"
    yield from (f"  + {example}" for example in rule.flags)
    yield from (f"  - {example}" for example in rule.passes)


def authority_line(authority: Authority, language: str) -> str:
    """Give an authority with its dates and its grade of verification."""
    parts = [f"{authority.instrument}, {authority.locator}"]
    if authority.in_force_from:
        parts.append(say(language, "console.since", day=authority.in_force_from.isoformat()))
    if authority.in_force_until:
        parts.append(say(language, "console.until", day=authority.in_force_until.isoformat()))
    parts.append(say(language, f"grade.{authority.grade}"))
    if authority.verified_on:
        parts.append(say(language, "console.verified_on", day=authority.verified_on.isoformat()))
    return "; ".join(parts)
