"""The law of review: claim, reasons, first view, score, decision. Each step checks the ones before.

The store refuses on its own what breaks this order; here the reviewer is told why.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from classifier.errors import AlreadyDecided, FieldInvalid, NoFirstView, NoReceipt, NotAllowed, OutOfScope, ReviewError, problem
from classifier.records import canonical
from review.aftermath import open_what_follows
from review.cases import assessment_record, newest_assessment
from review.claims import live_claim, open_tasks, refuse_person
from review.domain import AppealResult, Decision, Outcome, ReasonView, Receipt, Score, TaskKind
from review.people import actor_id, name_of, permitted
from review.reasons import reasons_of
from review.record import schema
from review.record.schema import LEAST_LOOK, LOOK_PER_CHARACTER, STALE_AFTER
from review.record.sealing import seal, sealed_text
from review.record.store import Store, instant_of, one

LEAST_RATIONALE = 3
MOST_RATIONALE = 5_000


def show_reasons(store: Store, case_id: int, reviewer: str) -> Receipt:
    """Hand out the reasons of a case's newest assessment, with a receipt; the case is claimed for this reviewer.

    Raises
    ------
    OutOfScope
        The text was refused: there are no reasons to show.
    AlreadyDecided
        Nothing is asked of this reviewer on the case.
    NotAllowed
        No role held now allows it, or the decision must be another person's.
    ClaimedByOther
        Somebody else is working on it.
    """
    with store.writing() as connection:
        newest = newest_assessment(connection, case_id)
        if newest["scope"] != "in":
            raise OutOfScope(problem("out_of_scope", f"case {case_id}"))
        actor = actor_id(store, connection, reviewer)
        task = _task_for(connection, case_id, actor)
        claim = live_claim(store, connection, task, actor)
        now = store.now
        look = LEAST_LOOK + one(connection, schema.review_case, case_id)["n_characters"] * LOOK_PER_CHARACTER
        receipt_id = store.add(
            connection,
            schema.receipt,
            by=actor,
            action="reasons_shown",
            case=case_id,
            case_id=case_id,
            task_id=task["id"],
            task_kind=task["kind"],
            claim_id=claim,
            reviewer_id=actor,
            assessment_id=newest["id"],
            reasons_digest=newest["reasons_digest"],
            scope=newest["scope"],
            shown_at=now,
            ready_at=now + look,
            stale_at=now + STALE_AFTER,
        )
        return receipt_of(connection, receipt_id, reviewer)


def record_first_view(
    store: Store, receipt_id: int, reviewer: str, outcome: Outcome, reason_views: Mapping[str, ReasonView] | None = None
) -> None:
    """Record what the reviewer thinks before the score is shown: an outcome, and a view of each reason by its rule id."""
    with store.writing() as connection:
        receipt = _valid_receipt(store, connection, receipt_id, reviewer)
        if connection.execute(select(schema.first_view.c.id).where(schema.first_view.c.receipt_id == receipt_id)).scalar():
            raise ReviewError(problem("first_view_twice", f"receipt {receipt_id}"))
        views = {reason: ReasonView(view).value for reason, view in (reason_views or {}).items()}
        store.add(
            connection,
            schema.first_view,
            by=receipt["reviewer_id"],
            action="first_view_recorded",
            case=receipt["case_id"],
            receipt_id=receipt_id,
            outcome=Outcome(outcome).value,
            reason_views=canonical(views).decode(),
            recorded_at=store.now,
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
            values = {"receipt_id": receipt_id, "first_view_id": view["id"], "shown_at": store.now}
            store.add(connection, schema.score_view, by=receipt["reviewer_id"], action="score_shown", case=receipt["case_id"], **values)
        assessment = one(connection, schema.assessment, receipt["assessment_id"])
        return Score(risk=assessment["risk"], triage=assessment["triage"], assessment=assessment_record(connection, assessment))


def record_decision(
    store: Store,
    receipt_id: int,
    reviewer: str,
    *,
    outcome: Outcome,
    grounds: tuple[str, ...],
    rationale: str,
    change_reason: str = "",
    appeal_result: AppealResult | None = None,
) -> Decision:
    """Record a person's decision on the reasons they were shown.

    Raises
    ------
    NoReceipt
        There is no receipt of this reviewer for the newest assessment, or it is used, stale or too fresh.
    NoFirstView
        No first view, or the score was not shown after it.
    AlreadyDecided
        The task has its decision.
    NotAllowed
        The role was taken away since, or the decision must be another person's.
    FieldInvalid
        No grounds, no written reason, a changed view without a word why, or an appeal without its result.
    """
    with store.writing() as connection:
        receipt = _valid_receipt(store, connection, receipt_id, reviewer)
        view = _first_view(connection, receipt_id)
        score_view = connection.execute(select(schema.score_view.c.id).where(schema.score_view.c.receipt_id == receipt_id)).scalar()
        if score_view is None:
            raise NoFirstView(problem("score_not_shown", f"receipt {receipt_id}"))
        _refuse_fields(outcome, Outcome(view["outcome"]), grounds, rationale, change_reason)
        _refuse_result(receipt["task_kind"], appeal_result)
        if store.now < receipt["ready_at"]:
            raise NoReceipt(problem("receipt_too_fresh", f"receipt {receipt_id}", ready_at=instant_of(receipt["ready_at"]).isoformat()))
        case_id = receipt["case_id"]
        repeated = ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
        decision_id = store.add(
            connection,
            schema.decision,
            by=receipt["reviewer_id"],
            action="decision_recorded",
            case=case_id,
            **{name: receipt[name] for name in repeated},
            receipt_id=receipt_id,
            first_view_id=view["id"],
            score_view_id=score_view,
            outcome=Outcome(outcome).value,
            grounds=canonical(list(grounds)).decode(),
            rationale=seal(connection, rationale.strip(), "rationale", case_id),
            change_reason=seal(connection, change_reason.strip(), "change_reason", case_id) if change_reason.strip() else None,
            appeal_result=AppealResult(appeal_result).value if appeal_result else "",
            decided_at=store.now,
        )
        open_what_follows(store, connection, decision_id)
        return decision_of(connection, decision_id)


def decision_of(connection: Connection, decision_id: int) -> Decision:
    """Read a decision back."""
    row = one(connection, schema.decision, decision_id)
    view = one(connection, schema.first_view, row["first_view_id"])
    return Decision(
        decision_id=row["id"],
        case_id=row["case_id"],
        task_kind=TaskKind(row["task_kind"]),
        receipt_id=row["receipt_id"],
        reviewer=name_of(connection, row["reviewer_id"]),
        outcome=Outcome(row["outcome"]),
        grounds=tuple(json.loads(row["grounds"])),
        rationale=sealed_text(connection, row["rationale"]),
        first_view=Outcome(view["outcome"]),
        change_reason=sealed_text(connection, row["change_reason"]),
        appeal_result=AppealResult(row["appeal_result"]) if row["appeal_result"] else None,
        decided_at=instant_of(row["decided_at"]),
    )


def _task_for(connection: Connection, case_id: int, actor: int) -> dict[str, Any]:
    """Give the ask on a case that this person may answer, the newest first."""
    refusals: list[NotAllowed] = []
    for task in open_tasks(connection, case_id)[::-1]:
        try:
            refuse_person(connection, task, actor)
        except NotAllowed as error:
            refusals.append(error)
        else:
            return task
    if refusals:
        raise refusals[0]
    raise AlreadyDecided(problem("already_decided", f"case {case_id}", by=_last_decider(connection, case_id)))


def receipt_of(connection: Connection, receipt_id: int, reviewer: str) -> Receipt:
    """Read a receipt back, with the reasons it is for."""
    row = one(connection, schema.receipt, receipt_id)
    record = assessment_record(connection, one(connection, schema.assessment, row["assessment_id"]))
    kind = TaskKind(row["task_kind"])
    return Receipt(
        receipt_id=row["id"],
        case_id=row["case_id"],
        task_kind=TaskKind.FIRST if kind is TaskKind.SECOND else kind,
        reviewer=reviewer,
        reasons_digest=row["reasons_digest"],
        reasons=reasons_of(record),
        shown_at=instant_of(row["shown_at"]),
        ready_at=instant_of(row["ready_at"]),
        stale_at=instant_of(row["stale_at"]),
    )


def _valid_receipt(store: Store, connection: Connection, receipt_id: int, reviewer: str) -> dict[str, Any]:
    """Give a receipt's row if it is this reviewer's, for the newest assessment of an open task, unused and not stale."""
    table, where = schema.receipt, f"receipt {receipt_id}"
    actor = permitted(store, connection, reviewer, "decide")
    row = connection.execute(select(table).where(table.c.id == receipt_id)).mappings().first()
    if row is None or row["reviewer_id"] != actor:
        raise NoReceipt(problem("receipt_missing", where))
    if connection.execute(select(schema.decision.c.id).where(schema.decision.c.receipt_id == receipt_id)).scalar():
        raise NoReceipt(problem("receipt_used", where))
    if row["task_id"] not in {task["id"] for task in open_tasks(connection, row["case_id"])}:
        raise AlreadyDecided(problem("already_decided", f"case {row['case_id']}", by=_last_decider(connection, row["case_id"])))
    if newest_assessment(connection, row["case_id"])["id"] != row["assessment_id"]:
        raise NoReceipt(problem("receipt_outdated", where))
    if store.now > row["stale_at"] or _latest_since(connection, dict(row)) > row["stale_at"]:
        raise NoReceipt(problem("receipt_stale", where))
    refuse_person(connection, one(connection, schema.task, row["task_id"]), actor)
    return dict(row)


def _latest_since(connection: Connection, receipt: dict[str, Any]) -> int:
    """Give the latest instant the record tells of since the reasons were shown: a clock set back makes nothing fresh again."""
    event, shown = schema.audit_event, schema.audit_event.alias("shown")
    told = f'{{"id":{receipt["id"]},"row":%,"table":"receipt"}}'
    chosen = select(func.max(event.c.at)).join(shown, event.c.sequence > shown.c.sequence)
    return int(connection.execute(chosen.where(shown.c.case_id == receipt["case_id"], shown.c.body.like(told))).scalar() or 0)


def _last_decider(connection: Connection, case_id: int) -> str:
    """Name who decided a case last, second opinions left out: they are blind."""
    table = schema.decision
    chosen = select(table.c.reviewer_id).where(table.c.case_id == case_id, table.c.task_kind != TaskKind.SECOND.value)
    decider = connection.execute(chosen.order_by(table.c.id.desc()).limit(1)).scalar()
    return name_of(connection, decider) if decider is not None else ""


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
    written = "".join(rationale.split())
    if len(written) < LEAST_RATIONALE or len(rationale) > MOST_RATIONALE or not written.isprintable():
        raise FieldInvalid(problem("rationale_length", least=LEAST_RATIONALE, most=MOST_RATIONALE))
    if outcome != first and not change_reason.strip():
        raise FieldInvalid(problem("change_reason_missing"))


def _refuse_result(kind: str, result: AppealResult | None) -> None:
    if (kind == TaskKind.APPEAL) != (result in list(AppealResult)):
        raise FieldInvalid(problem("appeal_result", expected=", ".join(AppealResult)))
