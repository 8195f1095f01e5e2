"""Agreement between reviewers who did not see each other's decisions: Krippendorff's alpha for named outcomes."""

from dataclasses import dataclass

from sqlalchemy import select

from classifier.agreement import krippendorff_alpha
from review.domain import TaskKind
from review.record import schema
from review.record.store import Store, instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Alpha over the cases two people decided blind; None where nothing varies or nothing was decided twice."""

    group: str
    n_cases: int
    n_disagreements: int
    alpha: float | None


def agreement(store: Store, by: str = "month") -> tuple[Agreement, ...]:
    """Give the agreement of first and blind second decisions, over all and by ``month`` or ``category``."""
    decision, task, assessment = schema.decision, schema.task, schema.assessment
    first, second = decision.alias("first"), decision.alias("second")
    joined = (
        select(first.c.outcome.label("one"), second.c.outcome.label("other"), second.c.decided_at, assessment.c.categories)
        .join(task, task.c.about_id == first.c.id)
        .join(second, second.c.task_id == task.c.id)
        .join(assessment, assessment.c.id == second.c.assessment_id)
        .where(task.c.kind == TaskKind.SECOND.value)
        .order_by(second.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(joined).all()
    groups: dict[str, list[tuple[str, str]]] = {"": []}
    for row in rows:
        named = [instant_of(row.decided_at).strftime("%Y-%m")] if by == "month" else [name for name in row.categories.split(",") if name]
        for name in ("", *named):
            groups.setdefault(name, []).append((row.one, row.other))
    return tuple(
        Agreement(group=name, n_cases=len(units), n_disagreements=sum(a != b for a, b in units), alpha=krippendorff_alpha(units))
        for name, units in sorted(groups.items())
    )
