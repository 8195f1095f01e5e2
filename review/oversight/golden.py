"""Golden cases: real ads whose answer is known, put among the others. Declared to reviewers; never used for discipline.

No machine reason is made up for them: about half are chosen among ads the machine gets wrong.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from classifier.errors import FieldInvalid, problem
from review.domain import Outcome
from review.people import permitted
from review.record import schema
from review.record.store import Store, one

ANSWERS = (Outcome.MISLEADING, Outcome.NOT_MISLEADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenStock:
    """How many golden cases there are, and on how many the machine's newest word is wrong: about half should be."""

    n_cases: int
    n_machine_wrong: int


def add_golden(store: Store, case_id: int, answer: Outcome, *, by: str) -> int:
    """Declare the answer of a case that was opened like any other."""
    if answer not in ANSWERS:
        raise FieldInvalid(problem("outcome_unknown", value=str(answer)))
    with store.writing() as connection:
        actor = permitted(store, connection, by, "add_golden")
        one(connection, schema.review_case, case_id)
        values: dict[str, Any] = {"case_id": case_id, "answer": answer.value, "by_id": actor, "added_at": store.now}
        return store.add(connection, schema.golden, by=actor, action="golden_added", **values)


def golden_stock(store: Store) -> GoldenStock:
    """Count the golden cases and those the machine gets wrong."""
    golden, assessment = schema.golden, schema.assessment
    joined = select(golden.c.case_id, golden.c.answer, assessment.c.triage).join(assessment, assessment.c.case_id == golden.c.case_id)
    with store.reading() as connection:
        newest = {row.case_id: row for row in connection.execute(joined.order_by(assessment.c.id))}
    wrong = sum(machine_says(row.triage) != row.answer for row in newest.values())
    return GoldenStock(n_cases=len(newest), n_machine_wrong=wrong)


def machine_says(triage: str) -> Outcome:
    """Give what following the machine would mean: what it puts forward is misleading, what it leaves is not."""
    return Outcome.NOT_MISLEADING if triage == "none" else Outcome.MISLEADING
