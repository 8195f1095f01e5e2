"""Taking a case: one person at a time, with the ways to let go of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, exists, select

from classifier.errors import ClaimedByOther, FieldInvalid, NotAllowed, ReviewError, problem
from review.domain import TaskKind
from review.people import name_of, permitted, require
from review.record import schema
from review.record.schema import STALE_AFTER
from review.record.sealing import seal
from review.record.store import Store


def open_tasks(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    """Give the asks on a case that have no decision yet, oldest first."""
    task, decision = schema.task, schema.decision
    undecided = ~exists().where(decision.c.task_id == task.c.id)
    return [
        dict(row) for row in connection.execute(select(task).where(task.c.case_id == case_id, undecided).order_by(task.c.id)).mappings()
    ]


def live_claim(store: Store, connection: Connection, task: dict[str, Any], actor: int) -> int:
    """Give the id of this person's claim on a task, made or made anew; a claim lasts as long as a receipt.

    Raises
    ------
    ClaimedByOther
        Another person's claim is live.
    """
    claim, ended, now = schema.claim, schema.claim_end, store.now
    live = select(claim).where(claim.c.task_id == task["id"], claim.c.until > now, ~exists().where(ended.c.claim_id == claim.c.id))
    for row in connection.execute(live).mappings().all():
        if row["reviewer_id"] != actor:
            raise ClaimedByOther(problem("claimed_by_other", f"case {task['case_id']}", by=name_of(connection, row["reviewer_id"])))
    values = {"task_id": task["id"], "reviewer_id": actor, "claimed_at": now, "until": now + STALE_AFTER}
    return store.add(connection, claim, by=actor, action="case_claimed", case=task["case_id"], **values)


def refuse_person(connection: Connection, task: Mapping[str, Any], actor: int) -> None:
    """Refuse a person to whom no role allows the task, or who decided the case before where another must.

    Raises
    ------
    NotAllowed
        Either of them.
    """
    kind = TaskKind(task["kind"])
    require(connection, actor, "decide_appeal" if kind in (TaskKind.APPEAL, TaskKind.ADJUDICATION) else "decide")
    if kind in (TaskKind.SECOND, TaskKind.APPEAL, TaskKind.ADJUDICATION):
        table = schema.decision
        own = select(table.c.id).where(table.c.case_id == task["case_id"], table.c.reviewer_id == actor)
        if connection.execute(own).first():
            raise NotAllowed(problem("another_person", f"case {task['case_id']}"))


def let_go(store: Store, case_id: int, reviewer: str, *, reason: str = "", skip: bool = False) -> None:
    """Give a case back, or skip it with a reason: a skipped case is not offered to this person again, and never counts as decided.

    Raises
    ------
    ReviewError
        The person has no claim on it.
    FieldInvalid
        A skip without a reason.
    """
    if skip and len(reason.strip()) < 3:
        raise FieldInvalid(problem("rationale_length", "reason", least=3, most=5_000))
    with store.writing() as connection:
        actor = permitted(store, connection, reviewer, "decide")
        claim, ended = schema.claim, schema.claim_end
        tasks = [task["id"] for task in open_tasks(connection, case_id)]
        own = select(claim.c.id).where(
            claim.c.task_id.in_(tasks),
            claim.c.reviewer_id == actor,
            claim.c.until > store.now,
            ~exists().where(ended.c.claim_id == claim.c.id),
        )
        claims = connection.execute(own).scalars().all()
        if not claims:
            raise ReviewError(problem("claim_missing", f"case {case_id}"))
        for claim_id in claims:
            kept = seal(connection, reason.strip(), "note", case_id)
            kind = "skipped" if skip else "given_back"
            values = {"claim_id": claim_id, "kind": kind, "reason": kept, "ended_at": store.now}
            store.add(connection, ended, by=actor, action=f"claim_{kind}", case=case_id, **values)
