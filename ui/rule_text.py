"""A rule, an authority, a penalty as lines a lawyer can read."""

from collections.abc import Iterator
from datetime import date

from classifier.authority import Authority, Penalty
from classifier.domain import Finding
from classifier.law.rules import Rule
from ui.console.local import day
from ui.wording import say, say_name


def rule_lines(rule: Rule, language: str) -> Iterator[str]:
    """Give a rule's reason, authority, phrases and examples in one language."""
    yield f"{rule.rule_id} ({rule.status})"
    kind = say(language, f"type.{rule.category}")
    yield f"  {kind}; {say(language, f'verdict.{rule.verdict}')}; {say(language, f'severity.{rule.severity}')}"
    yield f"  {rule.reason_vi if language == 'vi' else rule.reason_en}"
    yield f"  {say(language, 'report.ask')}: {rule.question_vi if language == 'vi' else rule.question_en}"
    for authority in rule.authorities:
        yield from (f"  {line}" for line in authority_lines(authority, language))
    yield from (f"  {say(language, 'authority.beside')}: {authority_line(authority, language)}" for authority in rule.beside)
    yield f"  terms: {', '.join(rule.terms)}"
    if rule.near:
        yield f"  near (within {rule.within_words} words): {', '.join(rule.near)}"
    if rule.unless:
        yield f"  unless: {', '.join(rule.unless)}"
    if rule.paraphrases:
        yield f"  paraphrases: {', '.join(rule.paraphrases)}"
    yield from (f"  + {example}" for example in rule.flags)
    yield from (f"  - {example}" for example in rule.passes)


def authority_lines(authority: Authority, language: str) -> Iterator[str]:
    """Give an authority, what it does not establish, and its penalties."""
    yield authority_line(authority, language)
    limits = authority.limits_vi if language == "vi" else authority.limits_en
    if limits:
        yield f"  {say(language, 'authority.limits')}: {limits}"
    yield from (f"  {penalty_line(penalty, language)}" for penalty in authority.penalties)


def authority_line(authority: Authority, language: str) -> str:
    """Give an authority with its dates and its grade of verification."""
    parts = [f"{authority.instrument}, {say_name(language, authority.locator)}"]
    days = {
        "console.since": authority.in_force_from,
        "console.until": authority.in_force_until,
        "authority.suspended_from": authority.suspended_from,
    }
    parts += [say(language, key, day=day(told, language)) for key, told in days.items() if told]
    if authority.replaced_by:
        parts.append(say(language, "mark.replaced", instrument=authority.replaced_by))
    parts.append(say(language, f"grade.{authority.grade}"))
    if authority.verified_on:
        parts.append(say(language, "console.verified_on", day=day(authority.verified_on, language)))
    if authority.review_by:
        parts.append(say(language, "authority.review_by", day=day(authority.review_by, language)))
    return "; ".join(parts)


def authority_standing(finding: Finding, language: str) -> Iterator[str]:
    """Give what to know of a cited authority: its marks, what was suspended, what replaced it, what it does not establish."""
    authority = finding.authority
    if "review_due" in finding.marks and authority.review_by:
        yield say(language, "mark.review_due", day=day(authority.review_by, language))
    yield from (say(language, "mark.suspended", instrument=name) for name in finding.set_aside)
    if authority.replaced_by:
        yield say(language, "mark.replaced", instrument=authority.replaced_by)
    limits = authority.limits_vi if language == "vi" else authority.limits_en
    if limits:
        yield f"{say(language, 'authority.limits')}: {limits}"


def penalty_line(penalty: Penalty, language: str) -> str:
    """Give a penalty: the instrument that lays it down, how much, and whom it binds."""
    facts = {"instrument": penalty.instrument, "locator": say_name(language, penalty.locator)}
    if penalty.high is None:
        line = say(language, "authority.penalty", **facts)
    else:
        band = {"low": _amount(penalty.low or 0, language), "high": _amount(penalty.high, language), "currency": penalty.currency}
        one = not penalty.low or penalty.low == penalty.high
        line = say(
            language, f"authority.penalty_{'most' if one else 'band'}", **facts, **band, binds=say(language, f"binds.{penalty.binds}")
        )
    since = [say(language, "console.since", day=day(penalty.in_force_from, language))] if penalty.in_force_from else []
    return "; ".join([line, *since, say(language, f"grade.{penalty.grade}")])


def citation_line(authority: Authority, as_of: date, language: str) -> str:
    """Give an authority as it is cited of an ad: that it was in force on the ad's date, its grade and when that was given."""
    return graded_line(authority, language, say(language, "report.in_force", day=day(as_of, language)))


def graded_line(authority: Authority, language: str, *between: str) -> str:
    """Give an authority with how well its text was checked, and when."""
    parts = [f"{authority.instrument}, {say_name(language, authority.locator)}", *between, say(language, f"grade.{authority.grade}")]
    if authority.verified_on:
        parts.append(say(language, "console.verified_on", day=day(authority.verified_on, language)))
    return "; ".join(parts)


def _amount(amount: int, language: str) -> str:
    return f"{amount:,}".replace(",", "." if language == "vi" else ",")
