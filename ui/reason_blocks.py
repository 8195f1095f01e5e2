"""The reasons of a case as safe HTML, claim by claim. Pure; nothing in it tells the score."""

import html
from collections.abc import Iterator
from datetime import date
from typing import Any

from classifier.domain import JURISDICTIONS, Span
from classifier.reasoning.weighed import small_words_apart
from ui.console.local import day
from ui.reasoning_document import is_sentence
from ui.wording import say, say_name


def claims_with_reasons(reasons: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the claims there is something to say of."""
    return [claim for claim in reasons["claims"] if claim["findings"] or claim["claim_types"]]


def categories(claim: dict[str, Any]) -> list[str]:
    """Give the kinds of claim a reviewer is asked about: those a rule names, else the likeliest."""
    named = list(dict.fromkeys(finding["category"] for finding in claim["findings"]))
    return named or claim["claim_types"][:1]


def category_html(claim: dict[str, Any], category: str, text: str, language: str) -> str:
    """Give one reason: the words, the sentence, and the authorities behind a disclosure."""
    findings = [finding for finding in claim["findings"] if finding["category"] == category]
    if not findings:
        return f"<p>{html.escape(say(language, 'console.no_reason'))}</p>"
    words = dict.fromkeys(_words(span, text) for finding in findings for span in finding["spans"])
    reason = findings[0][f"reason_{language}"]
    quoted = " … ".join(f"<q>{html.escape(word)}</q>" for word in words)
    laws = "".join(f"<li>{_law(finding, language)}</li>" for finding in findings)
    title = html.escape(say(language, "console.law_text"))
    return f"<p>{quoted}</p><p>{html.escape(reason)}</p><details><summary>{title} ({len(findings)})</summary><ul>{laws}</ul></details>"


def missing_html(statement: dict[str, Any], text: str, language: str) -> str:
    """Give a required sentence that is missing: why, the sentence as prescribed, what stands there instead, the law, the question."""
    finding = statement["finding"]
    lines = [html.escape(finding[f"reason_{language}"])]
    if is_sentence(statement["expected"]):
        lines.append(f"{html.escape(say(language, 'reasoning.expected'))} <q>{html.escape(statement['expected'])}</q>")
    if statement["span"]:
        words = html.escape(_words(statement["span"], text))
        lines.append(f"{html.escape(say(language, 'reasoning.paraphrased'))} <q>{words}</q>")
    lines += [_law(finding, language), f"{html.escape(say(language, 'report.ask'))}: {html.escape(finding[f'question_{language}'])}"]
    return "".join(f"<p>{line}</p>" for line in lines)


def counter_html(claim: dict[str, Any], text: str, language: str) -> str:
    """Give what speaks for the advertiser, and the words the model weighed on either side."""
    lines = [f"<strong>{html.escape(say(language, 'report.for_advertiser'))}</strong>: {html.escape(_counter(claim, text, language))}"]
    lines += [html.escape(line) for line in _weighed(claim, text, language)]
    return "".join(f"<p>{line}</p>" for line in lines)


def _counter(claim: dict[str, Any], text: str, language: str) -> str:
    said = [f"{say(language, 'qualifier.' + q['kind'])} “{_words(q['span'], text)}”" for q in claim["qualifiers"]]
    return "; ".join(said) or say(language, "report.nothing_for")


def _weighed(claim: dict[str, Any], text: str, language: str) -> Iterator[str]:
    for key, sentence in (("speak_for_it", "console.words_weighed"), ("speak_against_it", "console.words_weighed_for")):
        if claim[key]:
            words, n_small = small_words_apart([_words(span, text) for span in claim[key]])
            yield say(language, sentence, words=", ".join([*words, *[say(language, "reasoning.small_words")] * bool(n_small)]))


def _law(finding: dict[str, Any], language: str) -> str:
    authority = finding["authority"]
    parts = [f"{authority['instrument']}, {say_name(language, authority['locator'])}"]
    if authority["in_force_from"]:
        parts.append(say(language, "console.since", day=_day(authority["in_force_from"], language)))
    if authority["in_force_until"]:
        parts.append(say(language, "console.until", day=_day(authority["in_force_until"], language)))
    parts.append(say(language, f"grade.{authority['grade']}"))
    if authority["verified_on"]:
        parts.append(say(language, "console.verified_on", day=_day(authority["verified_on"], language)))
    parts += [say(language, "mark.suspended", instrument=name) for name in finding["set_aside"]]
    if "review_due" in finding["marks"]:
        parts.append(say(language, "mark.review_due", day=_day(authority["review_by"], language)))
    if finding["penalty"]:
        parts.append(say(language, "authority.penalty", instrument=finding["penalty"]["instrument"], locator=finding["penalty"]["locator"]))
    parts.append(say(language, f"verdict.{finding['verdict']}"))
    pack = finding["rule_id"].split(".")[0]
    jurisdiction = say(language, f"jurisdiction.{pack}") if pack in ("common", *JURISDICTIONS) else pack
    return html.escape(f"{jurisdiction}: {'; '.join(parts)} ({finding['rule_id']})")


def _day(told: str, language: str) -> str:
    return day(date.fromisoformat(told), language)


def _words(span: dict[str, int], text: str) -> str:
    return Span(span["start"], span["end"]).of(text)
