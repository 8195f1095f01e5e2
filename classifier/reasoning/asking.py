"""What to ask about a claim: one question for each thing to find out, however many laws ask it."""

from collections.abc import Iterator

from classifier.domain import JURISDICTIONS, Assessment, Finding, Language, Question
from classifier.reasoning.leading import lead_finding


def questions_about(findings: tuple[Finding, ...], assessment: Assessment) -> tuple[Question, ...]:
    """Give the questions of a claim's findings, the lead's first, each in one wording.

    Of each kind of claim the lead finding asks and, of other verdict types, the law near to the ad. The law of other countries
    asks much the same again; every question stands in the assessment.
    """
    asked: dict[str, Question] = {}
    for finding in _asking(findings, assessment):
        same = [other for other in findings if other.question_en == finding.question_en]
        asker = next((other for other in same if _is_near(other.rule_id, assessment)), finding)
        asked.setdefault(finding.question_en, question_of(asker))
    return tuple(asked.values())


def question_of(finding: Finding) -> Question:
    """Give what a finding asks."""
    return Question(rule_id=finding.rule_id, verdict=finding.verdict, vi=finding.question_vi, en=finding.question_en)


def country_of(question: Question, assessment: Assessment) -> str | None:
    """Give the jurisdiction to name with a question; None where it is asked everywhere, or where the ad is at home."""
    return None if _is_near(question.rule_id, assessment) else question.rule_id.split(".")[0]


def _asking(findings: tuple[Finding, ...], assessment: Assessment) -> Iterator[Finding]:
    language = assessment.ruling.language
    left = findings
    while lead := lead_finding(left, language):
        yield lead
        beside = [f for f in left if f.category == lead.category and f.verdict != lead.verdict and _is_near(f.rule_id, assessment)]
        for verdict in dict.fromkeys(finding.verdict for finding in beside):
            first = lead_finding(tuple(finding for finding in beside if finding.verdict == verdict), language)
            yield from (first,) if first else ()
        left = tuple(finding for finding in left if finding.category != lead.category)


def _is_near(rule_id: str, assessment: Assessment) -> bool:
    """Say whether a rule holds everywhere, or is of the ad's own country: the only one it is meant for, or its language's."""
    pack, meant_for = rule_id.split(".")[0], assessment.ad.jurisdictions
    if pack not in JURISDICTIONS or meant_for == (pack,):
        return True
    return pack == "vn" and assessment.ruling.language is not Language.EN
