"""The oversight report, trends and drift as lines to read. Figures are about the work, never about one person."""

from collections import Counter
from collections.abc import Iterable, Iterator

from review.oversight.agreement import Agreement
from review.oversight.drift import LEAST_ADS, Drift
from review.oversight.reliance import Rate, Reliance
from review.oversight.report import OversightReport
from review.oversight.trends import Rising
from ui.wording import say

METERS = ("over", "under", "helped", "stood_firm", "changed", "departed")


def report_lines(report: OversightReport, language: str) -> Iterator[str]:
    """Give the report in one language."""
    yield say(language, "oversight.decisions", count=report.overall.n_decisions)
    yield from _reliance(report.overall, language)
    if report.overall.is_alarming:
        yield say(language, "oversight.alarm")
    for name, part in (*report.by_month.items(), *report.by_language.items()):
        yield from ("", f"[{name}]")
        yield from _reliance(part, language)
    yield ""
    yield from other_lines(report, language)


def other_lines(report: OversightReport, language: str) -> Iterator[str]:
    """Give what the report holds beside reliance: agreement, appeals, time taken, golden cases."""
    yield from (_agreement(found, language) for found in (*report.agreement, *report.agreement_by_category[1:]))
    yield _rate(report.appeals, say(language, "oversight.appeals"), language)
    yield _rate(report.hasty, say(language, "oversight.hasty"), language)
    if report.median_look_seconds is not None:
        yield say(language, "oversight.look", seconds=f"{report.median_look_seconds:.0f}")
    yield say(language, "oversight.golden", count=report.golden.n_cases, wrong=report.golden.n_machine_wrong)


def week_lines(weeks: dict[str, Counter[str]], language: str, field: str = "categories") -> Iterator[str]:
    """Give the categories, or another field's values, of each week."""
    for week, counts in weeks.items():
        told = ", ".join(f"{_named(field, name, language)} {n}" for name, n in counts.most_common())
        yield say(language, "oversight.week", week=week, counts=told)


def _named(field: str, value: str, language: str) -> str:
    if field == "categories":
        return say(language, f"type.{value}")
    return value or "–"


def rising_lines(found: Iterable[Rising], language: str, key: str = "rising") -> Iterator[str]:
    """Give words that rise or fall."""
    yield say(language, f"oversight.{key}")
    lines = [f"  {rise.words}: {rise.n_before} → {rise.n_since} ({rise.z:.1f})" for rise in found]
    yield from lines or [f"  {say(language, 'oversight.none')}"]


def drift_lines(found: Drift, language: str) -> Iterator[str]:
    """Give what moved, or that it cannot be told."""
    if not found.is_enough:
        yield say(language, "oversight.too_few", before=found.n_before, since=found.n_since, least=LEAST_ADS)
        return
    for moved in found.categories:
        category = say(language, f"type.{moved.category}")
        shares = {"before": f"{moved.before:.0%}", "since": f"{moved.since:.0%}", "week": moved.since_week, "p": f"{moved.p_value:.1g}"}
        yield say(language, "oversight.moved", category=category, **shares)
    if not found.categories:
        yield say(language, "oversight.not_moved")
    yield from rising_lines(found.rising, language)
    yield from rising_lines(found.falling, language, "falling")


def _reliance(found: Reliance, language: str) -> Iterator[str]:
    return (_rate(getattr(found, name), say(language, f"oversight.{name}"), language) for name in METERS)


def _rate(found: Rate, label: str, language: str) -> str:
    if found.share is None:
        return say(language, "oversight.no_rate", label=label)
    shares = {name: f"{getattr(found, name):.1%}" for name in ("share", "low", "high")}
    return say(language, "oversight.rate", label=label, n=found.n, of=found.of, **shares)


def _agreement(found: Agreement, language: str) -> str:
    group = f" [{found.group}]" if found.group else ""
    alpha = "–" if found.alpha is None else f"{found.alpha:.3f}"
    return say(language, "oversight.agreement", group=group, alpha=alpha, count=found.n_cases, gaps=found.n_disagreements)
