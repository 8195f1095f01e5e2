"""What the record tells of a case and of a person's own work, for pages that only read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, exists, select

from classifier.errors import NotAllowed, ReviewError, problem
from review.cases import newest_assessment
from review.claims import open_tasks
from review.domain import Decision, Outcome, Receipt, Role, Score, TaskKind
from review.looking import roles_held
from review.papers.facts import PaperFacts, grounds_of, six_months_after, without_personal
from review.people import known_actor
from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of
from review.workflow import decision_of

_READING = (Role.REVIEWER, Role.SENIOR, Role.LEAD, Role.AUDITOR)
_MOST_EXCERPT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case as it may be read when no blind opinion on it is asked any more."""

    case_id: int
    text: str
    opened_at: datetime
    language: str
    scope: str
    decisions: tuple[Decision, ...]
    appeals: tuple[str, ...]
    evidence: tuple[str, ...]
    open_kinds: tuple[TaskKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """A case with a standing decision, as a line of a list."""

    case_id: int
    text: str
    outcome: Outcome
    decided_at: datetime
    open_kinds: tuple[TaskKind, ...]
    is_appealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """One of a person's own decisions. ``second`` is what another said blind, ``appeal`` what an appeal came to; empty for none."""

    decision: Decision
    text: str
    second: str
    appeal: str


def case_file(store: Store, case_id: int, reader: str) -> CaseFile:
    """Read a case back: the ad, its decisions, what came afterwards.

    Raises
    ------
    NotAllowed
        The reader holds no role, or somebody is still asked blind about the case.
    ReviewError
        There is no such case.
    """
    _require_reader(store, reader)
    with store.reading() as connection:
        newest = newest_assessment(connection, case_id)
        asked = open_tasks(connection, case_id)
        if any(task["kind"] == TaskKind.SECOND for task in asked):
            raise NotAllowed(problem("still_blind", f"case {case_id}"))
        opened = connection.execute(select(schema.review_case).where(schema.review_case.c.id == case_id)).mappings().one()
        decisions = _decisions(connection, case_id)
        ids = [decision.decision_id for decision in decisions]
        return CaseFile(
            case_id=case_id,
            text=sealed_text(connection, opened["ad"]),
            opened_at=instant_of(opened["opened_at"]),
            language=newest["language"],
            scope=newest["scope"],
            decisions=decisions,
            appeals=_letters(connection, "appeal", "letter", ids),
            evidence=_letters(connection, "evidence", "content", ids),
            open_kinds=tuple(_told(TaskKind(task["kind"])) for task in asked),
        )


def decided_cases(store: Store, reader: str, *, most: int = 100) -> tuple[DecidedCase, ...]:
    """Give the cases decided last that nobody is asked blind about, newest first."""
    _require_reader(store, reader)
    d, t, other = schema.decision, schema.task, schema.decision.alias("other")
    is_asked = exists().where(t.c.case_id == d.c.case_id, t.c.kind == "second", ~exists().where(other.c.task_id == t.c.id).correlate(t))
    chosen = select(d).where(d.c.task_kind != "second", ~is_asked).order_by(d.c.id.desc())
    found: dict[int, DecidedCase] = {}
    with store.reading() as connection:
        for row in connection.execute(chosen.limit(4 * most)).mappings():
            if row["case_id"] not in found and len(found) < most:
                found[row["case_id"]] = _decided(connection, dict(row))
    return tuple(found.values())


def own_decisions(store: Store, reviewer: str, *, most: int = 200) -> tuple[OwnDecision, ...]:
    """Give a person's own decisions, newest first. Nobody else's work is told but whether it agreed."""
    d = schema.decision
    with store.reading() as connection:
        actor = known_actor(connection, reviewer)
        rows = connection.execute(select(d).where(d.c.reviewer_id == actor).order_by(d.c.id.desc()).limit(most)).mappings().all()
        return tuple(_own(connection, dict(row)) for row in rows)


def appeal_letter(store: Store, receipt: Receipt) -> str:
    """Give the letter an appeal is decided on; nothing for another kind of ask."""
    if receipt.task_kind is not TaskKind.APPEAL:
        return ""
    with store.reading() as connection:
        task = connection.execute(
            select(schema.task.c.about_id)
            .join(schema.receipt, schema.receipt.c.task_id == schema.task.c.id)
            .where(schema.receipt.c.id == receipt.receipt_id)
        ).scalar()
        return "\n\n".join(_letters(connection, "appeal", "letter", [task or 0]))


def seller_of(store: Store, case_id: int) -> dict[str, str]:
    """Give where an ad came from: source, id there, seller. Shown only when asked for."""
    with store.reading() as connection:
        origin = connection.execute(select(schema.review_case.c.origin).where(schema.review_case.c.id == case_id)).scalar()
        return {name: str(value) for name, value in json.loads(sealed_text(connection, origin) or "{}").items()}


def draft_facts(receipt: Receipt, score: Score, outcome: Outcome, grounds: Iterable[str], rationale: str, today: date) -> PaperFacts:
    """Give what a paper would tell of a decision that is not recorded yet; its number is 0."""
    record, chosen = score.assessment, list(grounds)
    met = grounds_of(record, chosen)
    return PaperFacts(
        case_id=receipt.case_id,
        decision_id=0,
        outcome=outcome,
        is_appeal=receipt.task_kind is TaskKind.APPEAL,
        decided_on=today,
        appeal_until=six_months_after(datetime(today.year, today.month, today.day)),
        ad_on=date.fromisoformat(record["ad"]["as_of"]),
        received_on=receipt.shown_at.date(),
        language=record["ruling"]["language"],
        product=record["ad"]["product"] or "",
        jurisdictions=tuple(record["ad"]["jurisdictions"]),
        was_flagged=score.triage != "none",
        grounds=met,
        other_grounds=tuple(ground for ground in chosen if ground not in {found.rule_id for found in met}),
        rationale=without_personal(rationale),
        excerpt=without_personal(record["ad"]["text"])[:_MOST_EXCERPT],
    )


def _require_reader(store: Store, reader: str) -> None:
    if not set(roles_held(store, reader)) & set(_READING):
        raise NotAllowed(problem("role_missing", expected=", ".join(_READING)))


def _decisions(connection: Connection, case_id: int) -> tuple[Decision, ...]:
    d = schema.decision
    ids = connection.execute(select(d.c.id).where(d.c.case_id == case_id).order_by(d.c.id)).scalars().all()
    if not ids and not connection.execute(select(schema.review_case.c.id).where(schema.review_case.c.id == case_id)).first():
        raise ReviewError(problem("case_unknown", f"case {case_id}"))
    return tuple(decision_of(connection, decision_id) for decision_id in ids)


def _letters(connection: Connection, table: str, column: str, decision_ids: list[int]) -> tuple[str, ...]:
    kept = schema.metadata.tables[table]
    chosen = select(kept.c[column]).where(kept.c.decision_id.in_(decision_ids)).order_by(kept.c.id)
    return tuple(sealed_text(connection, commitment) for commitment in connection.execute(chosen).scalars().all())


def _decided(connection: Connection, row: dict[str, object]) -> DecidedCase:
    case_id, appeal = int(str(row["case_id"])), schema.appeal
    ad = connection.execute(select(schema.review_case.c.ad).where(schema.review_case.c.id == case_id)).scalar()
    return DecidedCase(
        case_id=case_id,
        text=sealed_text(connection, ad),
        outcome=Outcome(str(row["outcome"])),
        decided_at=instant_of(int(str(row["decided_at"]))),
        open_kinds=tuple(_told(TaskKind(task["kind"])) for task in open_tasks(connection, case_id)),
        is_appealed=connection.execute(select(appeal.c.id).where(appeal.c.decision_id == row["id"])).first() is not None,
    )


def _own(connection: Connection, row: dict[str, object]) -> OwnDecision:
    d, t = schema.decision, schema.task
    ad = connection.execute(select(schema.review_case.c.ad).where(schema.review_case.c.id == row["case_id"])).scalar()

    def followed(kind: TaskKind, column: str) -> str:
        """Give what the decision on an ask about this one came to."""
        chosen = select(d.c[column]).join(t, t.c.id == d.c.task_id).where(t.c.about_id == row["id"], t.c.kind == kind.value)
        return str(connection.execute(chosen).scalar() or "")

    return OwnDecision(
        decision=decision_of(connection, int(str(row["id"]))),
        text=sealed_text(connection, ad),
        second=followed(TaskKind.SECOND, "outcome"),
        appeal=followed(TaskKind.APPEAL, "appeal_result"),
    )


def _told(kind: TaskKind) -> TaskKind:
    """Tell a second opinion as a first: nobody learns that one is asked."""
    return TaskKind.FIRST if kind is TaskKind.SECOND else kind
