"""A reasoning as a document in one language: the short form, and all ten parts of each claim. Pure."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from classifier.authority import Authority
from classifier.domain import Assessment, Contribution, Finding, MissingStatement, Question, Scope, Span
from classifier.law.permitted import PermittedMatch
from classifier.reasoning.asking import country_of
from classifier.reasoning.leading import lead_finding
from classifier.reasoning.reasoning import ClaimReasoning, Neighbour, Reasoning, Sureness
from classifier.reasoning.weighed import small_words_apart
from classifier.records import as_record
from ui.console import local
from ui.document import Block, Words, heading, item, paragraph, quoted
from ui.marking import cut_at_marks, finding_marks
from ui.rule_text import authority_standing, citation_line, graded_line, penalty_line
from ui.wording import say

_MOST_NEIGHBOUR = 160
_SENTENCE = 6
"""Words from which an expected phrase counts as a sentence."""


def short_blocks(reasoning: Reasoning, language: str) -> Iterator[Block]:
    """Give a reason code and one plain sentence a claim, what is missing, and what was not checked, in a line."""
    assessment = reasoning.assessment
    yield _marked_ad(assessment)
    if assessment.ruling.scope is not Scope.IN:
        yield _refused(assessment, language)
        return
    yield paragraph(say(language, _opening(reasoning)))
    for number, claim in enumerate(reasoning.claims, 1):
        yield paragraph(
            f"{number}. ", *_sentence(claim, assessment.ad.text, language), f" [{say(language, 'reasoning.code')} {claim.code}]"
        )
        yield from _short_rest(claim, _asked_before(reasoning, number), assessment, language)
    yield from _permitted(reasoning.permitted, assessment.ad.text, language)
    yield from _missing_blocks(reasoning.missing, assessment, language)
    yield from _disguises(assessment, language)
    yield paragraph(f"{say(language, 'report.not_checked')}: {'; '.join(_not_checked(reasoning, language, short=True))}.")
    yield paragraph(say(language, "report.person_decides"))


def full_blocks(reasoning: Reasoning, language: str) -> Iterator[Block]:
    """Give everything: the ten parts of each claim, then what holds for the whole ad."""
    assessment = reasoning.assessment
    yield _marked_ad(assessment)
    if assessment.ruling.scope is not Scope.IN:
        yield _refused(assessment, language)
        return
    yield paragraph(say(language, _opening(reasoning)))
    for number, claim in enumerate(reasoning.claims, 1):
        yield heading(f"{say(language, 'report.claim', number=number)} [{say(language, 'reasoning.code')} {claim.code}]")
        if not _is_all_quoted(claim, assessment.ad.text):
            yield paragraph(quoted(claim.claim.text))
        yield from _claim_blocks(claim, _asked_before(reasoning, number), assessment, language)
    if reasoning.claims and reasoning.n_quiet:
        yield paragraph(say(language, "report.quiet_claims", count=reasoning.n_quiet))
    yield from _permitted(reasoning.permitted, assessment.ad.text, language)
    yield from _missing_blocks(reasoning.missing, assessment, language)
    yield from _disguises(assessment, language)
    yield heading(say(language, "report.not_checked"))
    yield from (item(line) for line in _not_checked(reasoning, language, short=False))
    yield paragraph(_provenance(assessment, language))
    yield paragraph(say(language, "report.person_decides"))


def _opening(reasoning: Reasoning) -> str:
    """Give the key of the sentence that opens the reasons: for claims, for missing sentences only, or for nothing."""
    return "report.because" if reasoning.claims else "report.only_missing" if reasoning.missing else "report.nothing_found"


def _refused(assessment: Assessment, language: str) -> Block:
    return paragraph(f"{say(language, 'report.refused')} {say(language, f'scope.{assessment.ruling.reason}')}")


def _marked_ad(assessment: Assessment) -> Block:
    pieces = cut_at_marks(assessment.ad.text, finding_marks(as_record(assessment.claims)))
    runs = groupby(pieces, key=lambda piece: bool(piece[1]))
    return paragraph(*(Words("".join(piece for piece, _ in run), "marked" if is_marked else "ad") for is_marked, run in runs))


def _sentence(claim: ClaimReasoning, text: str, language: str) -> Iterator[str | Words]:
    """Give the one plain sentence of a claim: its words, and what is the matter with them."""
    if claim.lead:
        yield from _quotes(claim.lead.spans, text)
        yield f": {claim.lead.reason_vi if language == 'vi' else claim.lead.reason_en}"
        return
    yield from _quotes(claim.words or (claim.claim.span,), text)
    yield ": " + say(language, "reasoning.words_alone", kind=_lower(say(language, f"type.{claim.kinds[0].type_id}")))


def _asked_before(reasoning: Reasoning, number: int) -> dict[str, int]:
    """Give the questions of the claims before one, each with the number of the first claim that asks it."""
    before: dict[str, int] = {}
    for n, claim in enumerate(reasoning.claims[: number - 1], 1):
        for asked in claim.questions:
            before.setdefault(asked.en, n)
    return before


def _questions(claim: ClaimReasoning, before: dict[str, int], assessment: Assessment, language: str) -> Iterator[Block]:
    """Give the questions of a claim; those that an earlier claim asks already are named by its number."""
    yield from (item(question(q, assessment, language)) for q in claim.questions if q.en not in before)
    for number in sorted({before[q.en] for q in claim.questions if q.en in before}):
        yield item(say(language, "reasoning.asked_before", number=number))


def question(asked: Question, assessment: Assessment, language: str) -> str:
    """Give a question, with the country whose law asks it where that is not the ad's own."""
    country = country_of(asked, assessment)
    sentence = asked.vi if language == "vi" else asked.en
    return f"{sentence} ({say(language, f'jurisdiction.{country}')})" if country else sentence


def _is_all_quoted(claim: ClaimReasoning, text: str) -> bool:
    """Say whether the sentence of a claim quotes the whole of it, closing marks aside."""
    return claim.lead is None and [span.of(text) for span in claim.words] == [claim.claim.text.rstrip(".!?…")]


def _short_rest(claim: ClaimReasoning, before: dict[str, int], assessment: Assessment, language: str) -> Iterator[Block]:
    if claim.lead:
        yield item(_law(claim.lead.authority, assessment, language))
        asked = claim.questions[0]
        number = before.get(asked.en)
        told = say(language, "reasoning.asked_before", number=number) if number else question(asked, assessment, language)
        yield item(f"{say(language, 'report.ask')}: {told}")
    others = dict.fromkeys(f.category for f in claim.findings if claim.lead and f.category != claim.lead.category)
    if others:
        yield item(f"{say(language, 'reasoning.also_found')}: {'; '.join(_lower(say(language, f'type.{name}')) for name in others)}")


def _claim_blocks(claim: ClaimReasoning, before: dict[str, int], assessment: Assessment, language: str) -> Iterator[Block]:
    text = assessment.ad.text
    yield paragraph(*_sentence(claim, text, language))
    yield heading(say(language, "report.kind"), 2)
    kinds = [say(language, f"type.{kind.type_id}") for kind in claim.kinds]
    yield item(kinds[0])
    if len(kinds) > 1:
        yield item(f"{say(language, 'report.also')}: {'; '.join(_lower(kind) for kind in kinds[1:])}")
    yield heading(say(language, "report.rules", day=local.day(assessment.ad.as_of, language)), 2)
    yield from _rules(claim.findings, assessment, language)
    if claim.law_of_kind:
        yield item(say(language, "reasoning.law_of_kind", kind=_lower(say(language, f"type.{claim.law_of_kind[0].category}"))))
        laws = sorted(claim.law_of_kind, key=lambda finding: finding.rule_id.startswith("common."))
        yield from (item(f"{graded_line(f.authority, language)} [{f.rule_id}]", depth=1) for f in laws)
    yield heading(say(language, "report.for_advertiser"), 2)
    yield from _for_advertiser(claim, text, language)
    if claim.questions:
        yield heading(say(language, "report.ask"), 2)
        yield from _questions(claim, before, assessment, language)
    yield heading(say(language, "reasoning.weighed"), 2)
    yield from _weighed(claim, text, language)
    yield heading(say(language, "reasoning.without"), 2)
    yield item(*_removal(claim, assessment, language))
    yield heading(say(language, "reasoning.near"), 2)
    yield from neighbour_blocks(claim.neighbours, text, language)
    yield heading(say(language, "reasoning.sure"), 2)
    yield from _sure(claim.sureness, language)


def _rules(findings: Iterable[Finding], assessment: Assessment, language: str) -> Iterator[Block]:
    """Give the rules met, one item a kind of claim, the laws beneath it, codes that hold everywhere last."""
    by_category = sorted(findings, key=lambda f: f.category)
    said: set[str] = set()
    if not by_category:
        yield item(say(language, "console.no_reason"))
    for category, group in groupby(by_category, key=lambda f: f.category):
        met = tuple(group)
        lead = lead_finding(met, assessment.ruling.language)
        assert lead is not None  # noqa: S101 (a group is never empty)
        told = f"{say(language, f'type.{category}')}, {say(language, f'confidence.{lead.confidence}')}: "
        yield item(told, *_quotes(lead.spans, assessment.ad.text))
        for line, citing in _by_law(met, lead, language):
            yield item(f"{line} [{', '.join(finding.rule_id for finding in citing)}]", depth=1)
            lines = dict.fromkeys(line for finding in citing for line in _standing(finding, language))
            yield from (item(line, depth=2) for line in lines if line not in said)
            said.update(lines)


def _by_law(findings: tuple[Finding, ...], lead: Finding, language: str) -> list[tuple[str, list[Finding]]]:
    """Give each law once, with the findings that cite it: the lead's country first, codes that hold everywhere last."""
    home = lead.rule_id.split(".")[0]
    laws: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.rule_id.startswith("common."), f.rule_id.split(".")[0] != home)):
        verdict = say(language, f"verdict.{finding.verdict}")
        laws.setdefault(f"{verdict} – {graded_line(finding.authority, language)}", []).append(finding)
    return [*laws.items()]


def _standing(finding: Finding, language: str) -> Iterator[str]:
    yield from authority_standing(finding, language)
    if finding.penalty:
        yield penalty_line(finding.penalty, language)
    for beside in finding.beside:
        yield f"{say(language, 'authority.beside')}: {graded_line(beside, language)}"


def _law(authority: Authority, assessment: Assessment, language: str) -> str:
    return citation_line(authority, assessment.ad.as_of, language)


def _for_advertiser(claim: ClaimReasoning, text: str, language: str) -> Iterator[Block]:
    lines: list[Block] = [item(f"{say(language, f'qualifier.{q.kind}')}: ", quoted(q.span.of(text))) for q in claim.qualifiers]
    lines += _permitted(claim.permitted, text, language)
    if claim.weighed.lowering:
        words = ", ".join(f"“{word.span.of(text)}”" for word in claim.weighed.lowering)
        lines.append(item(say(language, "report.words_for", words=words)))
    yield from lines or [item(say(language, "report.nothing_for"))]


def _permitted(matches: Iterable[PermittedMatch], text: str, language: str) -> Iterator[Block]:
    for match in matches:
        told = match.permitted
        nutrient, effect, condition = (getattr(told, f"{name}_{language}") for name in ("nutrient", "effect", "condition"))
        sentence = say(language, "reasoning.permitted", nutrient=nutrient, effect=effect, condition=condition, instrument=told.instrument)
        yield item(f"{sentence} ({say(language, f'grade.{told.grade}')})")
        if match.beyond:
            yield item(f"{say(language, 'reasoning.beyond')}: ", *_quotes(match.beyond, text), depth=1)


def _weighed(claim: ClaimReasoning, text: str, language: str) -> Iterator[Block]:
    told, weighed = claim.explanation, claim.weighed
    if weighed.raising:
        yield item(f"{say(language, 'report.words_against')}: {_with_values(weighed.raising, text, language)}")
    if weighed.lowering:
        yield item(say(language, "report.words_for", words=_with_values(weighed.lowering, text, language)))
    if weighed.raising or weighed.lowering:
        yield item(say(language, "reasoning.other_words", value=_signed(weighed.others, language)))
    inside = sum(c.value for c in told.contributions)
    numbers = {"base": told.base, "words": inside, "elsewhere": told.elsewhere, "total": told.decision_value}
    yield item(say(language, "reasoning.sum", **{name: _signed(value, language) for name, value in numbers.items()}))


def _removal(claim: ClaimReasoning, assessment: Assessment, language: str) -> Iterator[str | Words]:
    removal = claim.removal
    if removal is None:
        under = "reasoning.under_already" if claim.findings else "reasoning.under_by_words"
        yield say(language, under if claim.sureness.risk < claim.threshold else "reasoning.no_removal")
        return
    yield say(language, "reasoning.removing") + " "
    yield from _quotes(removal.spans, assessment.ad.text)
    yield " " + say(language, "reasoning.falls_under")
    if removal.gone:
        kinds = "; ".join(_lower(say(language, f"type.{category}")) for category in removal.gone)
        yield " " + say(language, "reasoning.gone", kinds=kinds)
    key = "reasoning.question_stays" if removal.kept else "reasoning.no_approval"
    yield " " + say(language, key, **({"question": question(removal.kept[0], assessment, language)} if removal.kept else {}))


def neighbour_blocks(neighbours: tuple[Neighbour, ...], text: str, language: str) -> Iterator[Block]:
    """Give the labelled passages near to a claim: how each was labelled, and the words of the ad that make it near."""
    for near in neighbours:
        shown = near.text if len(near.text) <= _MOST_NEIGHBOUR else near.text[:_MOST_NEIGHBOUR].rsplit(" ", 1)[0] + " …"
        telling, _ = small_words_apart([span.of(text) for span in joined(near.shared, text)])
        shared = ", ".join(f"“{words}”" for words in telling)
        judged = say(language, f"reasoning.label_{near.label}")
        yield item(quoted(shown), f" {say(language, 'reasoning.judged', judged=judged, words=shared)} [{near.passage_id}]")
    if not neighbours:
        yield item(say(language, "reasoning.no_neighbour"))


def joined(spans: Iterable[Span], text: str) -> list[Span]:
    """Join spans with nothing but blanks between them, so that a word of several syllables stays one."""
    runs: list[Span] = []
    for span in sorted(spans):
        if runs and not text[runs[-1].end : span.start].strip():
            runs[-1] = Span(runs[-1].start, max(runs[-1].end, span.end))
        else:
            runs.append(span)
    return runs


def _sure(sureness: Sureness, language: str) -> Iterator[Block]:
    if sureness.n is None or sureness.n_misleading is None:
        yield item(say(language, "reasoning.not_measured", count=min(99, max(1, round(100 * sureness.risk)))))
    else:
        yield item(say(language, "reasoning.measured", n=sureness.n, count=sureness.n_misleading))
    for spot in sureness.weak_spots:
        kind = say(language, f"weak.{spot.kind}")
        yield item(say(language, "reasoning.weak_spot", kind=kind, n=spot.n, count=spot.n_wrong))


def _missing_blocks(missing: tuple[MissingStatement, ...], assessment: Assessment, language: str) -> Iterator[Block]:
    if missing:
        yield heading(say(language, "type.missing_statement"))
    for statement in missing:
        finding = statement.finding
        yield item(f"{finding.reason_vi if language == 'vi' else finding.reason_en} [missing_statement/{finding.verdict}]")
        if is_sentence(statement.expected):
            yield item(f"{say(language, 'reasoning.expected')} ", quoted(statement.expected), depth=1)
        if statement.span:
            yield item(f"{say(language, 'reasoning.paraphrased')} ", quoted(statement.span.of(assessment.ad.text)), depth=1)
        yield item(_law(finding.authority, assessment, language), depth=1)
        yield from (item(line, depth=1) for line in _standing(finding, language))
        yield item(f"{say(language, 'report.ask')}: {finding.question_vi if language == 'vi' else finding.question_en}", depth=1)


def is_sentence(expected: str) -> bool:
    """Say whether what is expected is a sentence as prescribed, and not one of many words that would do."""
    return len(expected.split()) >= _SENTENCE


def _disguises(assessment: Assessment, language: str) -> Iterator[Block]:
    if assessment.disguises:
        kinds = dict.fromkeys(say(language, f"disguise.{d.kind}") for d in assessment.disguises)
        yield paragraph(f"{say(language, 'report.disguised')}: {', '.join(kinds)}")


def _not_checked(reasoning: Reasoning, language: str, *, short: bool) -> Iterator[str]:
    for left in reasoning.not_checked:
        what = say(language, f"not_checked.{left.what}")
        yield _lower(what) if short else f"{what}: {say(language, f'why.{left.why}')}"


def _provenance(assessment: Assessment, language: str) -> str:
    told = assessment.provenance
    packs = ", ".join(f"{name} {digest[:8]}" for name, digest in told.packs)
    return say(language, "report.provenance", model=told.model_digest[:8], packs=packs, day=local.day(told.as_of, language))


def _quotes(spans: Iterable[Span], text: str) -> Iterator[str | Words]:
    for number, words in enumerate(dict.fromkeys(span.of(text) for span in spans)):
        if number:
            yield " … "
        yield quoted(words)


def _with_values(contributions: tuple[Contribution, ...], text: str, language: str) -> str:
    return "; ".join(f"“{c.span.of(text)}” {_signed(c.value, language)}" for c in contributions)


def _signed(value: float, language: str) -> str:
    return f"{'+' if value >= 0 else '−'}{local.number(abs(value), language, digits=2)}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
