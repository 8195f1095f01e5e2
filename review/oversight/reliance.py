"""The over-reliance meter: how often people follow a wrong machine, depart from a right one, and change their first view.

Measured on golden cases, where it is known whether the machine was right; changes are counted on all decisions.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binomtest
from sqlalchemy import select

from review.oversight.golden import machine_says
from review.record import schema
from review.record.store import Store, instant_of

ALARM = 0.2
"""Over-reliance above which the report warns; about 150 golden decisions tell 0.2 from 0.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with its 95 % Wilson interval; all None when nothing was counted."""

    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One decision, as the meter sees it. ``answer`` is empty where it is not known."""

    month: str
    language: str
    machine: str
    first_view: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """The meter over a set of decisions.

    ``over``: followed the machine where it was wrong. ``under``: departed from it where it was right. ``helped``: first
    view wrong, machine right, then right. ``stood_firm``: first view right, machine wrong, still right.
    """

    over: Rate
    under: Rate
    helped: Rate
    stood_firm: Rate
    changed: Rate
    departed: Rate
    n_decisions: int

    @property
    def is_alarming(self) -> bool:
        """Say whether over-reliance is above what is borne."""
        return self.over.share is not None and self.over.share > ALARM


def rate(n: int, of: int) -> Rate:
    """Give a share with its interval."""
    if of == 0:
        return Rate(n=0, of=0, share=None, low=None, high=None)
    interval = binomtest(n, of).proportion_ci(0.95, method="wilson")
    return Rate(n=n, of=of, share=n / of, low=float(interval.low), high=float(interval.high))


def judged(store: Store) -> tuple[Judged, ...]:
    """Read every decision as the meter sees it."""
    d, a, v, g = schema.decision, schema.assessment, schema.first_view, schema.golden
    joined = (
        select(d.c.outcome, d.c.decided_at, a.c.language, a.c.triage, v.c.outcome.label("first_view"), g.c.answer)
        .join(a, a.c.id == d.c.assessment_id)
        .join(v, v.c.id == d.c.first_view_id)
        .outerjoin(g, g.c.case_id == d.c.case_id)
        .order_by(d.c.id)
    )
    with store.reading() as connection:
        return tuple(
            Judged(
                month=instant_of(row.decided_at).strftime("%Y-%m"),
                language=row.language,
                machine=machine_says(row.triage).value,
                first_view=row.first_view,
                outcome=row.outcome,
                answer=row.answer or "",
            )
            for row in connection.execute(joined)
        )


def reliance(decisions: Iterable[Judged]) -> Reliance:
    """Read the meter over decisions."""
    every = list(decisions)
    known = [d for d in every if d.answer]
    wrong, right = [d for d in known if d.machine != d.answer], [d for d in known if d.machine == d.answer]
    mistaken = [d for d in right if d.first_view != d.answer]
    sure = [d for d in wrong if d.first_view == d.answer]
    return Reliance(
        over=rate(sum(d.outcome == d.machine for d in wrong), len(wrong)),
        under=rate(sum(d.outcome != d.machine for d in right), len(right)),
        helped=rate(sum(d.outcome == d.answer for d in mistaken), len(mistaken)),
        stood_firm=rate(sum(d.outcome == d.answer for d in sure), len(sure)),
        changed=rate(sum(d.outcome != d.first_view for d in every), len(every)),
        departed=rate(sum(d.outcome != d.machine for d in every), len(every)),
        n_decisions=len(every),
    )
