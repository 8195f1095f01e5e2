"""The queue as the record tells it, asked anew each time: what the queue kept in memory is held against."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, select

from classifier.errors import NotAllowed
from review.claims import refuse_person
from review.domain import Receipt, TaskKind
from review.people import actor_id, name_of
from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of
from review.workflow import show_reasons

_ORDER = {"priority": 0, "review": 1, "none": 2}
_KINDS = {TaskKind.APPEAL.value: 0, TaskKind.ADJUDICATION.value: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCase:
    """An ad that waits for a person's decision. ``task_kind`` never tells a first from a second opinion."""

    case_id: int
    task_id: int
    task_kind: TaskKind
    ad_text: str
    source: str
    external_id: str
    seller: str
    opened_at: datetime
    language: str
    n_findings: int
    claimed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Which cases a queue holds; an empty field leaves nothing out."""

    language: str = ""
    jurisdiction: str = ""
    product: str = ""
    triage: str = ""
    seller: str = ""
    kinds: tuple[TaskKind, ...] = ()


def waiting_cases(
    store: Store, *, reviewer: str = "", routing: Routing | None = None, language: str | None = None, limit: int = 200
) -> tuple[ReviewCase, ...]:
    """Give the cases that wait for a decision: appeals and adjudications, then by triage, then oldest first.

    The triage itself is not given, nor whether a case waits for a first or a second opinion.

    Parameters
    ----------
    reviewer : str
        Leave out what this person may not take, has skipped, or somebody else is working on.
    """
    asked = routing or Routing(language=language or "")
    if not reviewer:
        with store.reading() as connection:
            return tuple(_case(store, connection, row) for row in _rows(connection, asked, limit))
    with store.writing() as connection:
        actor = actor_id(store, connection, reviewer)
        rows = (row for row in _rows(connection, asked, None) if _may_take(store, connection, row, actor))
        return tuple(_case(store, connection, row) for row, _ in zip(rows, range(limit), strict=False))


def take_next(store: Store, reviewer: str, routing: Routing | None = None) -> Receipt | None:
    """Claim the next case for a reviewer and show its reasons; None when nothing waits for them."""
    waiting = waiting_cases(store, reviewer=reviewer, routing=routing, limit=1)
    return show_reasons(store, waiting[0].case_id, reviewer) if waiting else None


def _rows(connection: Connection, routing: Routing, limit: int | None) -> list[dict[str, Any]]:
    """Read what waits; sellers are sealed, so they are chosen here and not by the database."""
    rows = [dict(row) for row in connection.execute(_query(routing).limit(None if routing.seller else limit)).mappings()]
    origins = ((row, json.loads(sealed_text(connection, row["origin"]) or "{}")) for row in rows)
    return [row | {"origin": origin} for row, origin in origins if not routing.seller or origin.get("seller") == routing.seller][:limit]


def _query(routing: Routing) -> Select[Any]:
    assessment, opened, decided, task = schema.assessment, schema.review_case, schema.decision, schema.task
    newest = select(assessment.c.case_id, func.max(assessment.c.id).label("id")).group_by(assessment.c.case_id).subquery()
    wanted: list[ColumnElement[bool]] = [assessment.c.scope == "in", ~exists().where(decided.c.task_id == task.c.id)]
    for column, value in (
        (assessment.c.language, routing.language),
        (opened.c.product, routing.product),
        (assessment.c.triage, routing.triage),
    ):
        if value:
            wanted.append(column == value)
    if routing.jurisdiction:
        wanted.append(opened.c.jurisdictions.contains(routing.jurisdiction, autoescape=True))
    if routing.kinds:
        wanted.append(task.c.kind.in_([kind.value for kind in routing.kinds]))
    return (
        select(task, opened.c.ad, opened.c.origin, opened.c.opened_at.label("case_opened_at"), assessment.c.language, assessment.c.record)
        .join(opened, opened.c.id == task.c.case_id)
        .join(newest, newest.c.case_id == opened.c.id)
        .join(assessment, assessment.c.id == newest.c.id)
        .where(*wanted)
        .order_by(case(_KINDS, value=task.c.kind, else_=2), case(_ORDER, value=assessment.c.triage, else_=3), opened.c.id, task.c.id)
    )


def _may_take(store: Store, connection: Connection, row: dict[str, Any], actor: int) -> bool:
    try:
        refuse_person(connection, row, actor)
    except NotAllowed:
        return False
    return _claimant(store, connection, row["id"]) in (None, actor) and not _was_skipped(connection, row["id"], actor)


def _claimant(store: Store, connection: Connection, task_id: int) -> int | None:
    """Give who holds a live claim on a task."""
    claim, ended = schema.claim, schema.claim_end
    live = select(claim.c.reviewer_id).where(
        claim.c.task_id == task_id, claim.c.until > store.now, ~exists().where(ended.c.claim_id == claim.c.id)
    )
    return connection.execute(live.limit(1)).scalar()


def _was_skipped(connection: Connection, task_id: int, actor: int) -> bool:
    claim, ended = schema.claim, schema.claim_end
    skipped = select(ended.c.id).join(claim, claim.c.id == ended.c.claim_id).where(ended.c.kind == "skipped")
    return connection.execute(skipped.where(claim.c.task_id == task_id, claim.c.reviewer_id == actor)).first() is not None


def _case(store: Store, connection: Connection, row: dict[str, Any]) -> ReviewCase:
    claimant = _claimant(store, connection, row["id"])
    kind, record = TaskKind(row["kind"]), sealed_text(connection, row["record"])
    return ReviewCase(
        case_id=row["case_id"],
        task_id=row["id"],
        task_kind=TaskKind.FIRST if kind is TaskKind.SECOND else kind,
        ad_text=sealed_text(connection, row["ad"]),
        source=row["origin"].get("source", ""),
        external_id=row["origin"].get("external_id", ""),
        seller=row["origin"].get("seller", ""),
        opened_at=instant_of(row["case_opened_at"]),
        language=row["language"],
        n_findings=sum(len(claim["findings"]) for claim in json.loads(record)["claims"]) if record else 0,
        claimed_by=name_of(connection, claimant) if claimant is not None else "",
    )
