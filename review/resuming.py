"""Going on where a reviewer stood in a case: receipt, first view and score are those of the record, nothing new is handed out."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from classifier.errors import ReviewError
from review.domain import Outcome, ReasonView, Receipt, Score
from review.people import known_actor
from review.record import schema
from review.record.store import Store, one
from review.workflow import receipt_of, show_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A case whose score this reviewer has seen and not decided yet. ``views`` are those kept with the first view."""

    receipt: Receipt
    first_view: Outcome
    views: dict[str, ReasonView]
    score: Score


def unfinished(store: Store, case_id: int, reviewer: str) -> Unfinished | None:
    """Give where this reviewer stands after the first view, as long as the receipt is still good for a decision; None otherwise.

    Who has seen the score is not asked for a first view again: it would not be one.
    """
    with store.reading() as connection:
        receipt_id = _viewed_receipt(connection, case_id, reviewer)
    if receipt_id is None:
        return None
    try:
        score = show_score(store, receipt_id, reviewer)
    except ReviewError:
        return None
    with store.reading() as connection:
        table = schema.first_view
        view = connection.execute(select(table.c.outcome, table.c.reason_views).where(table.c.receipt_id == receipt_id)).one()
        return Unfinished(
            receipt=receipt_of(connection, receipt_id, reviewer),
            first_view=Outcome(view.outcome),
            views={reason: ReasonView(told) for reason, told in json.loads(view.reason_views).items()},
            score=score,
        )


def _viewed_receipt(connection: Connection, case_id: int, reviewer: str) -> int | None:
    """Give this reviewer's newest receipt for a case if a first view rests on it and the case was not let go of since."""
    receipt, view, ended = schema.receipt, schema.first_view, schema.claim_end
    own = (receipt.c.case_id == case_id) & (receipt.c.reviewer_id == known_actor(connection, reviewer))
    chosen = select(receipt.c.id).where(own).order_by(receipt.c.id.desc()).limit(1)
    receipt_id = connection.execute(chosen).scalar()
    if receipt_id is None:
        return None
    claim_id = one(connection, receipt, receipt_id)["claim_id"]
    is_viewed = exists().where(view.c.receipt_id == receipt_id)
    is_let_go = exists().where(ended.c.claim_id == claim_id)
    return int(receipt_id) if connection.execute(select(is_viewed & ~is_let_go)).scalar() else None
