"""What a threshold would cost: how many ads it puts before people, and how many hours they need. Counts only, no ad is named."""

from dataclasses import dataclass

from sqlalchemy import func, select

from review.record import schema
from review.record.store import Store

_STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCost:
    """At one threshold: ads put up of 1,000 read, and hours for 1,000 read; hours are None until a decision was timed."""

    threshold: float
    per_thousand: float
    hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs by threshold, with what they rest on."""

    n_ads: int
    n_timed: int
    seconds: float | None
    by_threshold: tuple[ThresholdCost, ...]


def threshold_costs(store: Store) -> Costs:
    """Work out the costs from the ads of the record and the time from reasons shown to decision (its median)."""
    a, d, r = schema.assessment, schema.decision, schema.receipt
    newest = select(func.max(a.c.id)).where(a.c.scope == "in").group_by(a.c.case_id)
    with store.reading() as connection:
        risks = sorted(connection.execute(select(a.c.risk).where(a.c.id.in_(newest))).scalars().all())
        timed = sorted(connection.execute(select(d.c.decided_at - r.c.shown_at).join(r, r.c.id == d.c.receipt_id)).scalars().all())
    seconds = timed[len(timed) // 2] / 1e6 if timed else None
    return Costs(
        n_ads=len(risks), n_timed=len(timed), seconds=seconds, by_threshold=tuple(_cost(t, risks, seconds) for t in _STEPS) if risks else ()
    )


def _cost(threshold: float, risks: list[float], seconds: float | None) -> ThresholdCost:
    per_thousand = 1000 * sum(risk >= threshold for risk in risks) / len(risks)
    return ThresholdCost(threshold=threshold, per_thousand=per_thousand, hours=None if seconds is None else per_thousand * seconds / 3600)
