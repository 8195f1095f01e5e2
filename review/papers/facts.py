"""What a paper about a decision rests on: the words quoted, the rules, the dates. From the record alone."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from classifier.errors import ReviewError, problem
from review.cases import assessment_record
from review.domain import Outcome, TaskKind
from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of, one

MOST_QUOTED = 300
_PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"(?<![\w.])(?:\+|\(?0)[ (]?\d(?:[ .()-]{0,2}\d){7,}(?!\w)"),
    re.compile(r"(?<![\w.])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\w)"),
    re.compile(r"(?<!\w)@\w[\w.]{2,}"),
)
_REMOVED = "[…]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule a decision rests on, with the words that met it. ``is_verified`` is false below a regulator's own page."""

    rule_id: str
    category: str
    quotes: tuple[str, ...]
    instrument: str
    locator: str
    is_verified: bool
    grade: str
    reason: dict[str, str]
    question: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What is told of a decision: no name of a person, no word of the machine's score."""

    case_id: int
    decision_id: int
    outcome: Outcome
    is_appeal: bool
    decided_on: date
    appeal_until: date
    ad_on: date
    received_on: date
    language: str
    product: str
    jurisdictions: tuple[str, ...]
    was_flagged: bool
    grounds: tuple[Ground, ...]
    other_grounds: tuple[str, ...]
    rationale: str
    excerpt: str


def paper_facts(store: Store, decision_id: int) -> PaperFacts:
    """Gather what a paper about a decision tells.

    Raises
    ------
    ReviewError
        The decision asks for something more; there is nothing to tell the advertiser yet.
    """
    with store.reading() as connection:
        return facts_of(connection, decision_id)


def facts_of(connection: Connection, decision_id: int) -> PaperFacts:
    """Gather what a paper about a decision tells, on an open connection."""
    decision = one(connection, schema.decision, decision_id)
    if decision["outcome"] == Outcome.ESCALATED:
        raise ReviewError(problem("paper_not_yet", f"decision {decision_id}"))
    opened = one(connection, schema.review_case, decision["case_id"])
    assessment = one(connection, schema.assessment, decision["assessment_id"])
    record = assessment_record(connection, assessment)
    chosen = json.loads(decision["grounds"])
    grounds = grounds_of(record, chosen)
    decided_at = instant_of(decision["decided_at"])
    return PaperFacts(
        case_id=decision["case_id"],
        decision_id=decision_id,
        outcome=Outcome(decision["outcome"]),
        is_appeal=decision["task_kind"] == TaskKind.APPEAL,
        decided_on=decided_at.date(),
        appeal_until=six_months_after(decided_at),
        ad_on=date.fromisoformat(record["ad"]["as_of"]),
        received_on=instant_of(opened["opened_at"]).date(),
        language=assessment["language"],
        product=opened["product"],
        jurisdictions=tuple(opened["jurisdictions"].split(",")),
        was_flagged=assessment["triage"] != "none",
        grounds=grounds,
        other_grounds=tuple(ground for ground in chosen if ground not in {found.rule_id for found in grounds}),
        rationale=without_personal(sealed_text(connection, decision["rationale"])),
        excerpt=without_personal(record["ad"]["text"])[:MOST_QUOTED],
    )


def grounds_of(record: dict[str, Any], chosen: list[str]) -> tuple[Ground, ...]:
    """Give the grounds among the rules chosen that were met by words of an ad, in the order chosen."""
    return tuple(_ground(rule_id, met, record["ad"]["text"]) for rule_id, met in _met(record, chosen).items())


def without_personal(text: str) -> str:
    """Take addresses, links, telephone numbers and account names out of a text."""
    for pattern in _PERSONAL:
        text = pattern.sub(_REMOVED, text)
    return text


def _met(record: dict[str, Any], chosen: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the findings of each chosen rule, in the order chosen."""
    findings = [finding for claim in record["claims"] for finding in claim["findings"]]
    findings += [missing["finding"] for missing in record.get("missing", ()) if missing.get("finding")]
    met: dict[str, list[dict[str, Any]]] = {}
    for rule_id in chosen:
        found = [finding for finding in findings if finding["rule_id"] == rule_id]
        if found:
            met[rule_id] = found
    return met


def _ground(rule_id: str, met: list[dict[str, Any]], text: str) -> Ground:
    first, authority = met[0], met[0]["authority"]
    spans = dict.fromkeys((span["start"], span["end"]) for finding in met for span in finding["spans"])
    return Ground(
        rule_id=rule_id,
        category=first["category"],
        quotes=tuple(without_personal(text[start:end]) for start, end in spans),
        instrument=authority["instrument"],
        locator=authority["locator"],
        is_verified=authority["grade"] in ("read", "regulator"),
        grade=authority["grade"],
        reason={"vi": first["reason_vi"], "en": first["reason_en"]},
        question={"vi": first["question_vi"], "en": first["question_en"]},
    )


def six_months_after(instant: datetime) -> date:
    """Give the last day for an appeal: six months on, or the last day of that month."""
    month = instant.month + 6
    year, month = instant.year + (month - 1) // 12, (month - 1) % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, min(instant.day, 28)) + timedelta(days=max(0, instant.day - 28)), first_of_next - timedelta(days=1))
