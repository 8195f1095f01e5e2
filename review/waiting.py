"""How many cases wait, are decided and were refused, by one look at the record."""

from typing import Any

from sqlalchemy import Select, exists, func, select

from review.record import schema
from review.record.store import Store


def queue_counts(store: Store) -> dict[str, int]:
    """Count the cases by where they stand: ``waiting``, ``decided``, ``refused``."""
    case_table, task, decision, assessment = schema.review_case, schema.task, schema.decision, schema.assessment
    undecided = ~exists().where(decision.c.task_id == task.c.id)
    refused = assessment.c.scope != "in"
    with store.reading() as connection:

        def count(query: Select[Any]) -> int:
            return int(connection.execute(query).scalar() or 0)

        n_refused = count(select(func.count(func.distinct(assessment.c.case_id))).where(refused))
        n_waiting = count(select(func.count(func.distinct(task.c.case_id))).where(undecided)) - n_refused
        return {"waiting": n_waiting, "decided": count(select(func.count(case_table.c.id))) - n_waiting - n_refused, "refused": n_refused}
