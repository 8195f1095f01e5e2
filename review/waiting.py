"""Cases that wait for a person, in the order to take them."""

import json

from sqlalchemy import case, func, select

from review.domain import ReviewCase
from review.record import schema
from review.record.store import Store, instant_of

_ORDER = {"priority": 0, "review": 1, "none": 2}


def waiting_cases(store: Store, *, language: str | None = None, limit: int = 200) -> tuple[ReviewCase, ...]:
    """Give the undecided cases in scope: by triage, then oldest first. The triage itself is not given."""
    newest = (
        select(schema.assessment.c.case_id, func.max(schema.assessment.c.number).label("number"))
        .group_by(schema.assessment.c.case_id)
        .subquery()
    )
    assessment, opened, decided = schema.assessment, schema.review_case, schema.decision
    chosen = (
        select(opened, assessment.c.language, assessment.c.record)
        .join(newest, newest.c.case_id == opened.c.id)
        .join(assessment, (assessment.c.case_id == newest.c.case_id) & (assessment.c.number == newest.c.number))
        .outerjoin(decided, decided.c.case_id == opened.c.id)
        .where(decided.c.id.is_(None), assessment.c.scope == "in")
        .order_by(case(_ORDER, value=assessment.c.triage, else_=3), opened.c.id)
        .limit(limit)
    )
    if language:
        chosen = chosen.where(assessment.c.language == language)
    with store.reading() as connection:
        rows = connection.execute(chosen).mappings().all()
    return tuple(
        ReviewCase(
            case_id=row["id"],
            ad_text=row["ad_text"],
            source=row["source"],
            external_id=row["external_id"],
            opened_at=instant_of(row["opened_at"]),
            language=row["language"],
            n_findings=sum(len(claim["findings"]) for claim in json.loads(row["record"])["claims"]),
            decided=False,
        )
        for row in rows
    )


def queue_counts(store: Store) -> dict[str, int]:
    """Count the cases by where they stand: ``waiting``, ``decided``, ``refused``."""
    with store.reading() as connection:
        decided = connection.execute(select(func.count(schema.decision.c.id))).scalar() or 0
        refused = (
            connection.execute(
                select(func.count(func.distinct(schema.assessment.c.case_id))).where(schema.assessment.c.scope != "in")
            ).scalar()
            or 0
        )
        opened = connection.execute(select(func.count(schema.review_case.c.id))).scalar() or 0
    return {"waiting": opened - decided - refused, "decided": decided, "refused": refused}
