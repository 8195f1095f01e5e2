"""The oversight report: the meters of a period in one value, for a lead or an auditor."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from review.oversight.agreement import Agreement, agreement
from review.oversight.golden import GoldenStock, golden_stock
from review.oversight.reliance import Rate, Reliance, judged, rate, reliance
from review.people import require_reader
from review.record import schema
from review.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightReport:
    """What the people who oversee are shown. No figure is about one person."""

    overall: Reliance
    by_month: dict[str, Reliance]
    by_language: dict[str, Reliance]
    agreement: tuple[Agreement, ...]
    agreement_by_category: tuple[Agreement, ...]
    appeals: Rate
    outcomes: dict[str, int]
    golden: GoldenStock
    median_look_seconds: float | None
    hasty: Rate


def oversight_report(store: Store, reader: str) -> OversightReport:
    """Read every meter.

    Raises
    ------
    NotAllowed
        The reader is neither lead nor auditor.
    """
    require_reader(store, reader, "see_oversight")
    decisions = judged(store)
    looks = _looks(store)
    return OversightReport(
        overall=reliance(decisions),
        by_month={month: reliance(d for d in decisions if d.month == month) for month in sorted({d.month for d in decisions})},
        by_language={name: reliance(d for d in decisions if d.language == name) for name in sorted({d.language for d in decisions})},
        agreement=agreement(store),
        agreement_by_category=agreement(store, "category"),
        appeals=_appeals(store),
        outcomes=dict(Counter(d.outcome for d in decisions)),
        golden=golden_stock(store),
        median_look_seconds=sorted(look for look, _ in looks)[len(looks) // 2] / 1e6 if looks else None,
        hasty=rate(sum(look < least + 1_000_000 for look, least in looks), len(looks)),
    )


def _appeals(store: Store) -> Rate:
    """Give the share of decided appeals in which the decision did not stand, wholly or in part."""
    table = schema.decision
    with store.reading() as connection:
        results = connection.execute(select(table.c.appeal_result).where(table.c.appeal_result != "")).scalars().all()
    return rate(sum(result != "upheld" for result in results), len(results))


def _looks(store: Store) -> list[tuple[int, int]]:
    """Give for each decision how long it took from the reasons to the first view, and the least it must take to decide."""
    d, r, v = schema.decision, schema.receipt, schema.first_view
    joined = select(r.c.shown_at, r.c.ready_at, v.c.recorded_at).join(d, d.c.receipt_id == r.c.id).join(v, v.c.id == d.c.first_view_id)
    with store.reading() as connection:
        return [(row.recorded_at - row.shown_at, row.ready_at - row.shown_at) for row in connection.execute(joined)]
