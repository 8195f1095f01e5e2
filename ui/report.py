"""An assessment as reasoning a person can read on a terminal. Pure: text in one language out."""

from collections.abc import Iterator

from classifier.domain import Assessment, ClaimAssessment, Contribution, Finding, Scope
from classifier.records import as_record
from ui.marking import cut_at_marks, finding_marks
from ui.wording import say

_MOST_RULES = 4
_MOST_WORDS = 5
_LEAST_SHARE = 0.05
_QUIET = 0.5


def render_report(assessment: Assessment, language: str, *, mark: tuple[str, str] = ("«", "»")) -> str:
    """Give the reasoning in one language; ``mark`` stands before and after each marked run of words."""
    return "\n".join(_lines(assessment, language, mark)) + "\n"


def _lines(assessment: Assessment, language: str, mark: tuple[str, str]) -> Iterator[str]:
    yield _marked_ad(assessment, mark)
    yield ""
    ruling = assessment.ruling
    if ruling.scope is not Scope.IN:
        yield f"{say(language, 'report.refused')} {say(language, f'scope.{ruling.reason}')}"
        return
    speaking = [claim for claim in assessment.claims if speaks(claim)]
    yield say(language, "report.because" if speaking else "report.nothing_found")
    for number, claim in enumerate(speaking, 1):
        yield ""
        yield from _claim_lines(number, claim, assessment, language, mark)
    if speaking and len(speaking) < len(assessment.claims):
        yield ""
        yield say(language, "report.quiet_claims", count=len(assessment.claims) - len(speaking))
    yield from _closing_lines(assessment, language)


def speaks(claim: ClaimAssessment) -> bool:
    """Say whether there is something to tell of a claim: a finding, or a risk above one half."""
    return bool(claim.findings) or claim.risk >= _QUIET


def _marked_ad(assessment: Assessment, mark: tuple[str, str]) -> str:
    marks = finding_marks(as_record(assessment.claims))
    pieces = cut_at_marks(assessment.ad.text, marks)
    return "".join(f"{mark[0]}{piece}{mark[1]}" if names else piece for piece, names in pieces)


def _claim_lines(number: int, claim: ClaimAssessment, assessment: Assessment, language: str, mark: tuple[str, str]) -> Iterator[str]:
    yield f"{say(language, 'report.claim', number=number)}: {mark[0]}{claim.claim.text}{mark[1]}"
    kinds = [say(language, f"type.{kind.type_id}") for kind in claim.claim_types]
    yield f"  {say(language, 'report.kind')}: {kinds[0]}"
    if len(kinds) > 1:
        yield f"    {say(language, 'report.also')}: {'; '.join(kinds[1:])}"
    yield f"  {say(language, 'report.rules')}:" if claim.findings else f"  {say(language, 'console.no_reason')}"
    for finding in claim.findings[:_MOST_RULES]:
        yield from _finding_lines(finding, assessment, language)
    if len(claim.findings) > _MOST_RULES:
        yield f"    {say(language, 'report.more_rules', count=len(claim.findings) - _MOST_RULES)}"
    yield f"  {say(language, 'report.for_advertiser')}: {_for_advertiser(claim, assessment.ad.text, language)}"
    yield f"  {say(language, 'report.words_against')}: {_words(claim, assessment.ad.text, sign=1)}"
    explanation = claim.explanation
    parts = sum(c.value for c in explanation.contributions) + explanation.elsewhere
    yield "    " + say(
        language, "report.sum", base=f"{explanation.base:+.2f}", parts=f"{parts:+.2f}", total=f"{explanation.decision_value:+.2f}"
    )
    yield f"  {say(language, 'report.risk', count=min(99, max(1, round(100 * claim.risk))))}"


def _finding_lines(finding: Finding, assessment: Assessment, language: str) -> Iterator[str]:
    words = " … ".join(f"“{span.of(assessment.ad.text)}”" for span in finding.spans)
    yield f"    {finding.rule_id} ({say(language, f'confidence.{finding.confidence}')}): {words}"
    yield f"      {finding.reason_vi if language == 'vi' else finding.reason_en}"
    authority = finding.authority
    day = say(language, "report.in_force", day=assessment.ad.as_of.isoformat())
    yield f"      {authority.instrument}, {authority.locator}; {day}; {say(language, f'grade.{authority.grade}')}"


def _for_advertiser(claim: ClaimAssessment, text: str, language: str) -> str:
    said = [f"{say(language, f'qualifier.{q.kind}')} “{q.span.of(text)}”" for q in claim.qualifiers]
    words = _words(claim, text, sign=-1)
    if words:
        said.append(say(language, "report.words_for", words=words))
    return "; ".join(said) or say(language, "report.nothing_for")


def _words(claim: ClaimAssessment, text: str, *, sign: int) -> str:
    """Give the words that weigh most on one side, with what they add, strongest first."""
    total = sum(abs(c.value) for c in claim.explanation.contributions) or 1.0
    weighing = [c for c in claim.explanation.contributions if sign * c.value > _LEAST_SHARE * total]
    strongest: list[Contribution] = sorted(weighing, key=lambda c: -abs(c.value))[:_MOST_WORDS]
    return ", ".join(f"{c.span.of(text)} {c.value:+.2f}" for c in strongest)


def _closing_lines(assessment: Assessment, language: str) -> Iterator[str]:
    if assessment.disguises:
        kinds = dict.fromkeys(say(language, f"disguise.{d.kind}") for d in assessment.disguises)
        yield ""
        yield f"{say(language, 'report.disguised')}: {', '.join(kinds)}"
    if assessment.questions:
        yield ""
        yield f"{say(language, 'report.ask')}:"
        yield from (f"  - {q.vi if language == 'vi' else q.en}" for q in assessment.questions)
    yield ""
    yield f"{say(language, 'report.not_checked')}:"
    yield from (
        f"  - {say(language, f'not_checked.{missing.what}')}: {say(language, f'why.{missing.why}')}" for missing in assessment.not_checked
    )
    yield ""
    provenance = assessment.provenance
    packs = ", ".join(f"{name} {digest[:8]}" for name, digest in provenance.packs)
    yield say(language, "report.provenance", model=provenance.model_digest[:8], packs=packs, day=provenance.as_of.isoformat())
    yield say(language, "report.person_decides")
