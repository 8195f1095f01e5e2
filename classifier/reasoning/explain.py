"""Which words moved a claim's risk, and by how much. Exact: the parts add up to the decision value."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from classifier.domain import Claim, Contributions, Explanation, Span
from classifier.model.scoring import OWN_SHARE, Weighing, claim_value
from classifier.reading.words import Reading


@dataclass(frozen=True)
class Weighed:
    """A text that was read and weighed, with the place in the ad where it begins."""

    reading: Reading
    weighing: Weighing
    start: int = 0

    @cached_property
    def spans(self) -> list[Span]:
        """Give the place of each word in the ad."""
        reading, start = self.reading, self.start
        if reading.normalised.starts:
            spans = [reading.span(i, i) for i in range(len(reading.forms))]
            return [Span(start + span.start, start + span.end) for span in spans]
        return [Span(start + first, start + end) for first, end in zip(reading.starts, reading.ends, strict=True)]


def explain_risk(claim: Claim, alone: Weighed, whole: Weighed, output: int, crowd: float) -> Explanation:
    """Say which words moved the risk of a claim, and by how much.

    Parameters
    ----------
    claim : Claim
        Its span lies in the ad.
    alone, whole : Weighed
        The claim's own text, and the ad's.
    output : int
        The risk in the calibration of the ad's language.
    crowd : float
        What the ad's number of claims adds, in log-odds.

    Returns
    -------
    Explanation
        ``base + sum(contributions) + elsewhere`` equals the decision value to 1e-9. ``elsewhere`` is what the words of
        the ad outside the claim add, and its number of claims.
    """
    slope = whole.weighing.slopes[output]
    own, around = alone.weighing.risk * (OWN_SHARE * slope), whole.weighing.risk * ((1 - OWN_SHARE) * slope)
    spans = alone.spans
    if alone.reading.whole is whole.reading:
        first, end = alone.reading.first, alone.reading.first + len(spans)
        values = (own + around[first:end]).tolist()
        elsewhere = float(around[:first].sum() + around[end:].sum())
    else:
        first = bisect_left(whole.spans, claim.span.start, key=lambda span: span.start)
        end = bisect_left(whole.spans, claim.span.end, first, key=lambda span: span.start)
        near = [*zip(whole.spans[first:end], around[first:end].tolist(), strict=True)]
        spans, values, elsewhere = _by_place(claim, [*zip(spans, own.tolist(), strict=True), *near])
        elsewhere += float(around[:first].sum() + around[end:].sum())
    return Explanation(
        base=float(whole.weighing.base[output]),
        contributions=Contributions([span.start for span in spans], [span.end for span in spans], values),
        elsewhere=elsewhere + crowd,
        decision_value=claim_value(alone.weighing, whole.weighing, output, crowd),
    )


def _by_place(claim: Claim, told: list[tuple[Span, float]]) -> tuple[list[Span], list[float], float]:
    """Add up by place what words add that were not cut alike in the claim and in the ad."""
    inside: dict[Span, float] = {}
    elsewhere = 0.0
    for span, value in told:
        if claim.span.start <= span.start and span.end <= claim.span.end:
            inside[span] = inside.get(span, 0.0) + value
        else:
            elsewhere += value
    spans = sorted(inside)
    return spans, [inside[span] for span in spans], elsewhere
