"""What a decision brings about: a second opinion, an adjudication, an appeal, a correction. Each is a new ask, never a change."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from classifier.errors import FieldInvalid, ReviewError, problem
from review.cases import open_task, standing_decision
from review.domain import Outcome, TaskKind
from review.people import SYSTEM, actor_id, permitted
from review.record import schema
from review.record.sealing import keyed, seal
from review.record.store import Store, one

SECOND_SHARE = "second_opinion_share"
DEFAULT_SHARE = 0.0
"""Until a lead sets a share, nobody is asked twice: a record of one person has nobody else to ask."""


def open_what_follows(store: Store, connection: Connection, decision_id: int) -> None:
    """Ask for what a decision calls for: a blind second opinion on a share of the cases, or a senior's word."""
    decision = one(connection, schema.decision, decision_id)
    case_id, kind = decision["case_id"], TaskKind(decision["task_kind"])
    by = actor_id(store, connection, SYSTEM)
    if decision["outcome"] == Outcome.ESCALATED and kind not in (TaskKind.ADJUDICATION, TaskKind.APPEAL):
        open_task(store, connection, case_id, TaskKind.ADJUDICATION, by=by, about=decision_id)
    elif kind is TaskKind.FIRST and _is_drawn(connection, decision):
        open_task(store, connection, case_id, TaskKind.SECOND, by=by, about=decision_id)
    elif kind is TaskKind.SECOND:
        first = one(connection, schema.decision, one(connection, schema.task, decision["task_id"])["about_id"])
        if first["outcome"] != decision["outcome"]:
            open_task(store, connection, case_id, TaskKind.ADJUDICATION, by=by, about=decision_id)


def setting(connection: Connection, name: str, default: float) -> float:
    """Give a number a lead has set, or the default."""
    table = schema.setting
    value = connection.execute(select(table.c.value).where(table.c.name == name).order_by(table.c.id.desc()).limit(1)).scalar()
    return default if value is None else float(value)


def set_share(store: Store, share: float, *, by: str) -> None:
    """Set the share of first decisions that get a blind second opinion, between 0 and 1."""
    if not 0 <= share <= 1:
        raise FieldInvalid(problem("option_number", "share", value=share, expected="0 – 1"))
    with store.writing() as connection:
        actor = permitted(store, connection, by, "set_queue")
        values: dict[str, Any] = {"name": SECOND_SHARE, "value": str(share), "by_id": actor, "changed_at": store.now}
        store.add(connection, schema.setting, by=actor, action="setting_changed", **values)


def file_appeal(store: Store, case_id: int, letter: str, *, by: str) -> int:
    """Enter the advertiser's appeal against the standing decision; give the id of the task another person will answer.

    Raises
    ------
    ReviewError
        There is no decision to appeal against, or it has been appealed against.
    """
    with store.writing() as connection:
        actor = permitted(store, connection, by, "file_appeal")
        standing = standing_decision(connection, case_id)
        if standing is None:
            raise ReviewError(problem("not_decided", f"case {case_id}"))
        if connection.execute(select(schema.appeal.c.id).where(schema.appeal.c.decision_id == standing["id"])).first():
            raise ReviewError(problem("appealed_already", f"case {case_id}"))
        kept = seal(connection, letter, "appeal", case_id)
        values = {"decision_id": standing["id"], "letter": kept, "filed_at": store.now}
        store.add(connection, schema.appeal, by=actor, action="appeal_filed", case=case_id, **values)
        return open_task(store, connection, case_id, TaskKind.APPEAL, by=actor, about=standing["id"])


def ask_correction(store: Store, case_id: int, *, by: str) -> int:
    """Ask for a correction of the standing decision: a new decision, on reasons shown anew; give the task's id."""
    with store.writing() as connection:
        actor = permitted(store, connection, by, "ask_correction")
        standing = standing_decision(connection, case_id)
        if standing is None:
            raise ReviewError(problem("not_decided", f"case {case_id}"))
        return open_task(store, connection, case_id, TaskKind.CORRECTION, by=actor, about=standing["id"])


def _is_drawn(connection: Connection, decision: Mapping[str, Any]) -> bool:
    """Draw by lot, from the store's own key: nobody can tell beforehand, and it can be told again afterwards."""
    if connection.execute(select(schema.golden.c.id).where(schema.golden.c.case_id == decision["case_id"])).first():
        return False
    lot = int(keyed(connection, "second opinion", str(decision["case_id"]), str(decision["id"]))[:8], 16) / 2**32
    return lot < setting(connection, SECOND_SHARE, DEFAULT_SHARE)
