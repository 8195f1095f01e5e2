"""The law of review: open a case, show the reasons, first view, score, decision. Each step checks the ones before.

The store refuses on its own what breaks this order; here the reviewer is told why.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from classifier.domain import Assessment
from classifier.errors import AlreadyDecided, FieldInvalid, NoFirstView, NoReceipt, OutOfScope, ReviewError, problem
from classifier.records import as_record, canonical
from review.domain import Decision, OpenedCase, Outcome, ReasonView, Receipt, Score
from review.reasons import reasons_digest, reasons_of
from review.record import schema
from review.record.store import Store, instant_of, one, stamp

LEAST_LOOK = timedelta(seconds=3)
LOOK_PER_CHARACTER = timedelta(seconds=1) / 200
STALE_AFTER = timedelta(minutes=30)
LEAST_RATIONALE = 3
MOST_RATIONALE = 5_000


def open_case(store: Store, assessment: Assessment, *, source: str, external_id: str, raw: bytes, by: str = "adcheck") -> OpenedCase:
    """Open a case for an ad, or give the one that is already open for the same ad of the same source."""
    record = as_record(assessment)
    with store.writing() as connection:
        known = connection.execute(
            select(schema.review_case.c.id).where(
                schema.review_case.c.source == source,
                schema.review_case.c.external_id == external_id,
                schema.review_case.c.ad_digest == assessment.ad.raw_digest,
            )
        ).scalar()
        if known is not None:
            return OpenedCase(case_id=int(known), is_new=False)
        case_id = store.add(
            connection,
            schema.review_case,
            by=by,
            action="case_opened",
            ad_text=assessment.ad.text,
            ad_raw=raw,
            ad_digest=assessment.ad.raw_digest,
            source=source,
            external_id=external_id,
            opened_at=stamp(store.clock()),
        )
        _keep_assessment(store, connection, case_id, record, by)
        return OpenedCase(case_id=case_id, is_new=True)


def reassess(store: Store, case_id: int, assessment: Assessment, by: str = "adcheck") -> None:
    """Keep a newer assessment of a case: receipts for earlier ones are void from now on."""
    with store.writing() as connection:
        one(connection, schema.review_case, case_id)
        _keep_assessment(store, connection, case_id, as_record(assessment), by)


def show_reasons(store: Store, case_id: int, reviewer: str) -> Receipt:
    """Hand out the reasons of a case's newest assessment, with a receipt.

    Raises
    ------
    OutOfScope
        The text was refused: there are no reasons to show.
    AlreadyDecided
        The case has its decision.
    """
    with store.writing() as connection:
        newest = _newest_assessment(connection, case_id)
        if newest["scope"] != "in":
            raise OutOfScope(problem("out_of_scope", f"case {case_id}"))
        _refuse_decided(connection, case_id)
        now = store.clock()
        look = LEAST_LOOK + len(one(connection, schema.review_case, case_id)["ad_text"]) * LOOK_PER_CHARACTER
        receipt_id = store.add(
            connection,
            schema.receipt,
            by=reviewer,
            action="reasons_shown",
            case_id=case_id,
            reviewer_id=_actor(store, connection, reviewer),
            assessment_id=newest["id"],
            reasons_digest=newest["reasons_digest"],
            scope=newest["scope"],
            shown_at=stamp(now),
            ready_at=stamp(now + look),
            stale_at=stamp(now + STALE_AFTER),
        )
        return _receipt(connection, receipt_id, reviewer)


def record_first_view(
    store: Store, receipt_id: int, reviewer: str, outcome: Outcome, reason_views: Mapping[str, ReasonView] | None = None
) -> None:
    """Record what the reviewer thinks before the score is shown: an outcome, and a view of each reason by its rule id."""
    with store.writing() as connection:
        _valid_receipt(store, connection, receipt_id, reviewer)
        if connection.execute(select(schema.first_view.c.id).where(schema.first_view.c.receipt_id == receipt_id)).scalar():
            raise ReviewError(problem("first_view_twice", f"receipt {receipt_id}"))
        views = {reason: ReasonView(view).value for reason, view in (reason_views or {}).items()}
        store.add(
            connection,
            schema.first_view,
            by=reviewer,
            action="first_view_recorded",
            receipt_id=receipt_id,
            outcome=Outcome(outcome).value,
            reason_views=canonical(views).decode(),
            recorded_at=stamp(store.clock()),
        )


def show_score(store: Store, receipt_id: int, reviewer: str) -> Score:
    """Show what the machine makes of the ad, once the reviewer's own first view is recorded.

    Raises
    ------
    NoFirstView
        It is not recorded yet.
    """
    with store.writing() as connection:
        receipt = _valid_receipt(store, connection, receipt_id, reviewer)
        view = _first_view(connection, receipt_id)
        seen = select(schema.score_view.c.id).where(schema.score_view.c.receipt_id == receipt_id)
        if connection.execute(seen).scalar() is None:
            store.add(
                connection,
                schema.score_view,
                by=reviewer,
                action="score_shown",
                receipt_id=receipt_id,
                first_view_id=view["id"],
                shown_at=stamp(store.clock()),
            )
        assessment = one(connection, schema.assessment, receipt["assessment_id"])
        return Score(risk=assessment["risk"], triage=assessment["triage"], assessment=json.loads(assessment["record"]))


def record_decision(
    store: Store,
    receipt_id: int,
    reviewer: str,
    *,
    outcome: Outcome,
    grounds: tuple[str, ...],
    rationale: str,
    change_reason: str = "",
) -> Decision:
    """Record a person's decision on the reasons they were shown.

    Raises
    ------
    NoReceipt
        There is no receipt of this reviewer for the newest assessment, or it is used, stale or too fresh.
    NoFirstView
        No first view, or the score was not shown after it.
    AlreadyDecided
        The case has its decision.
    FieldInvalid
        No grounds, no written reason, or a changed view without a word why.
    """
    with store.writing() as connection:
        receipt = _valid_receipt(store, connection, receipt_id, reviewer)
        view = _first_view(connection, receipt_id)
        score_view = connection.execute(select(schema.score_view.c.id).where(schema.score_view.c.receipt_id == receipt_id)).scalar()
        if score_view is None:
            raise NoFirstView(problem("score_not_shown", f"receipt {receipt_id}"))
        _refuse_fields(outcome, Outcome(view["outcome"]), grounds, rationale, change_reason)
        if stamp(store.clock()) < receipt["ready_at"]:
            raise NoReceipt(problem("receipt_too_fresh", f"receipt {receipt_id}", ready_at=receipt["ready_at"]))
        decision_id = store.add(
            connection,
            schema.decision,
            by=reviewer,
            action="decision_recorded",
            case_id=receipt["case_id"],
            receipt_id=receipt_id,
            reviewer_id=receipt["reviewer_id"],
            assessment_id=receipt["assessment_id"],
            reasons_digest=receipt["reasons_digest"],
            ready_at=receipt["ready_at"],
            stale_at=receipt["stale_at"],
            first_view_id=view["id"],
            score_view_id=score_view,
            outcome=Outcome(outcome).value,
            grounds=canonical(list(grounds)).decode(),
            rationale=rationale.strip(),
            change_reason=change_reason.strip(),
            decided_at=stamp(store.clock()),
        )
        return decision_of(connection, decision_id)


def decision_of(connection: Connection, decision_id: int) -> Decision:
    """Read a decision back."""
    row = one(connection, schema.decision, decision_id)
    view = one(connection, schema.first_view, row["first_view_id"])
    return Decision(
        decision_id=row["id"],
        case_id=row["case_id"],
        receipt_id=row["receipt_id"],
        reviewer=one(connection, schema.actor, row["reviewer_id"])["name"],
        outcome=Outcome(row["outcome"]),
        grounds=tuple(json.loads(row["grounds"])),
        rationale=row["rationale"],
        first_view=Outcome(view["outcome"]),
        change_reason=row["change_reason"],
        decided_at=instant_of(row["decided_at"]),
    )


def _keep_assessment(store: Store, connection: Connection, case_id: int, record: dict[str, Any], by: str) -> None:
    number = connection.execute(select(func.count()).where(schema.assessment.c.case_id == case_id)).scalar() or 0
    store.add(
        connection,
        schema.assessment,
        by=by,
        action="assessed",
        case_id=case_id,
        number=number + 1,
        scope=record["ruling"]["scope"],
        language=record["ruling"]["language"],
        risk=record["risk"],
        triage=record["triage"],
        record=canonical(record).decode(),
        digest=record["digest"],
        reasons_digest=reasons_digest(record),
        made_at=stamp(store.clock()),
    )


def _newest_assessment(connection: Connection, case_id: int) -> dict[str, Any]:
    table = schema.assessment
    row = connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.number.desc()).limit(1)).mappings().first()
    if row is None:
        raise ReviewError(problem("case_unknown", f"case {case_id}"))
    return dict(row)


def _actor(store: Store, connection: Connection, name: str) -> int:
    if not name.strip():
        raise FieldInvalid(problem("reviewer_missing"))
    known = connection.execute(select(schema.actor.c.id).where(schema.actor.c.name == name)).scalar()
    if known is not None:
        return int(known)
    return store.add(connection, schema.actor, by=name, action="actor_added", name=name, added_at=stamp(store.clock()))


def _receipt(connection: Connection, receipt_id: int, reviewer: str) -> Receipt:
    row = one(connection, schema.receipt, receipt_id)
    record = json.loads(one(connection, schema.assessment, row["assessment_id"])["record"])
    return Receipt(
        receipt_id=row["id"],
        case_id=row["case_id"],
        reviewer=reviewer,
        reasons_digest=row["reasons_digest"],
        reasons=reasons_of(record),
        shown_at=instant_of(row["shown_at"]),
        ready_at=instant_of(row["ready_at"]),
        stale_at=instant_of(row["stale_at"]),
    )


def _valid_receipt(store: Store, connection: Connection, receipt_id: int, reviewer: str) -> dict[str, Any]:
    """Give a receipt's row if it is this reviewer's, for the newest assessment of an undecided case, unused and not stale."""
    table, where = schema.receipt, f"receipt {receipt_id}"
    joined = select(table, schema.actor.c.name).join(schema.actor, schema.actor.c.id == table.c.reviewer_id)
    row = connection.execute(joined.where(table.c.id == receipt_id)).mappings().first()
    if row is None or row["name"] != reviewer:
        raise NoReceipt(problem("receipt_missing", where))
    if connection.execute(select(schema.decision.c.id).where(schema.decision.c.receipt_id == receipt_id)).scalar():
        raise NoReceipt(problem("receipt_used", where))
    _refuse_decided(connection, row["case_id"])
    if _newest_assessment(connection, row["case_id"])["id"] != row["assessment_id"]:
        raise NoReceipt(problem("receipt_outdated", where))
    if stamp(store.clock()) > row["stale_at"]:
        raise NoReceipt(problem("receipt_stale", where))
    return dict(row)


def _refuse_decided(connection: Connection, case_id: int) -> None:
    joined = select(schema.actor.c.name).join(schema.decision, schema.decision.c.reviewer_id == schema.actor.c.id)
    decider = connection.execute(joined.where(schema.decision.c.case_id == case_id)).scalar()
    if decider is not None:
        raise AlreadyDecided(problem("already_decided", f"case {case_id}", by=decider))


def _first_view(connection: Connection, receipt_id: int) -> dict[str, Any]:
    row = connection.execute(select(schema.first_view).where(schema.first_view.c.receipt_id == receipt_id)).mappings().first()
    if row is None:
        raise NoFirstView(problem("first_view_missing", f"receipt {receipt_id}"))
    return dict(row)


def _refuse_fields(outcome: Outcome, first: Outcome, grounds: tuple[str, ...], rationale: str, change_reason: str) -> None:
    if outcome not in list(Outcome):
        raise FieldInvalid(problem("outcome_unknown", value=str(outcome)))
    if not grounds or not all(ground.strip() for ground in grounds):
        raise FieldInvalid(problem("grounds_missing"))
    if not len("".join(rationale.split())) >= LEAST_RATIONALE or len(rationale) > MOST_RATIONALE:
        raise FieldInvalid(problem("rationale_length", least=LEAST_RATIONALE, most=MOST_RATIONALE))
    if outcome != first and not change_reason.strip():
        raise FieldInvalid(problem("change_reason_missing"))
