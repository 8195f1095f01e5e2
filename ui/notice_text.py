"""The plain notice to the advertiser, in one language: facts, words, rule, automated means, what would be lawful, redress."""

from collections.abc import Iterator

from review.papers.facts import Ground, PaperFacts
from review.record.signing import Checkpoint
from ui.console.local import day
from ui.wording import say

_OTHER = "other"
"""How the console records a ground that is told in the written reason alone."""


def notice_text(facts: PaperFacts, language: str, checkpoint: Checkpoint | None, *, is_signed: bool) -> str:
    """Give the notice as plain text. It names no person and tells no score."""
    return "\n".join(_lines(facts, language, checkpoint, is_signed=is_signed)) + "\n"


def _lines(facts: PaperFacts, language: str, checkpoint: Checkpoint | None, *, is_signed: bool) -> Iterator[str]:
    yield say(language, "paper.title")
    if not is_signed:
        yield say(language, "paper.draft")
    yield say(language, "paper.case", case=facts.case_id, decision=facts.decision_id, day=day(facts.decided_on, language))
    yield from ("", say(language, f"paper.{facts.outcome}"))
    if facts.is_appeal:
        yield say(language, "paper.appeal_decided")
    yield from _head(language, "facts")
    yield say(language, "paper.received", received=day(facts.received_on, language), day=day(facts.ad_on, language))
    yield f"“{facts.excerpt}”"
    for ground in facts.grounds:
        yield from _ground(ground, language)
    for other in facts.other_grounds:
        told = say(language, "console.other_ground") if other == _OTHER else other
        yield from ("", say(language, "paper.other_ground", ground=told))
    yield from _head(language, "written")
    yield facts.rationale
    yield from _head(language, "automated")
    yield say(language, "paper.automated_flagged" if facts.was_flagged else "paper.automated_quiet")
    yield from _head(language, "lawful")
    yield from dict.fromkeys(ground.question[language] for ground in facts.grounds)
    yield say(language, "paper.lawful_default")
    yield from _head(language, "redress")
    yield say(language, "paper.redress_text", day=day(facts.appeal_until, language))
    yield from _head(language, "checkpoint")
    yield checkpoint.note.rstrip("\n") if checkpoint else say(language, "paper.no_checkpoint")
    yield from ("", say(language, "paper.closing"))


def _ground(ground: Ground, language: str) -> Iterator[str]:
    yield from _head(language, "words")
    yield "; ".join(f"“{quote}”" for quote in ground.quotes)
    yield f"{say(language, 'paper.rule')}: {ground.instrument}, {ground.locator} [{ground.rule_id}]"
    if not ground.is_verified:
        yield f"  {say(language, 'paper.verify', grade=say(language, f'grade.{ground.grade}'))}"
    yield f"{say(language, 'paper.why')}: {ground.reason[language]}"


def _head(language: str, key: str) -> Iterator[str]:
    yield from ("", say(language, f"paper.{key}").upper())
