"""Which words moved a claim's risk, and by how much. Exact: the parts add up to the decision value."""

from dataclasses import dataclass

from classifier.domain import Claim, Contribution, Explanation, Span
from classifier.model.scoring import Weighing
from classifier.reading.words import Reading


@dataclass(frozen=True)
class Weighed:
    """A text that was read and weighed, with the place in the ad where it begins."""

    reading: Reading
    weighing: Weighing
    start: int = 0

    def contributions(self, output: int) -> list[Contribution]:
        """Give what each word adds to an output, at its place in the ad."""
        spans = (self.reading.span(i, i) for i in range(len(self.reading.words)))
        values = self.weighing.parts[:, output]
        return [
            Contribution(span=Span(self.start + span.start, self.start + span.end), value=float(value))
            for span, value in zip(spans, values, strict=True)
        ]


def explain_score(claim: Claim, alone: Weighed, whole: Weighed, output: int) -> Explanation:
    """Say which words moved one output of a claim, and by how much.

    A claim's decision value is the mean of how it reads alone and of how the whole ad reads.

    Parameters
    ----------
    claim : Claim
        Its span lies in the ad.
    alone, whole : Weighed
        The claim's own text, and the ad's.
    output : int
        Column of the weighings.

    Returns
    -------
    Explanation
        ``base + sum(contributions) + elsewhere`` equals the decision value to 1e-9. ``elsewhere`` is what the words of
        the ad outside the claim add.
    """
    inside: dict[Span, float] = {}
    elsewhere = 0.0
    for told in (*alone.contributions(output), *whole.contributions(output)):
        if claim.span.start <= told.span.start and told.span.end <= claim.span.end:
            inside[told.span] = inside.get(told.span, 0.0) + told.value / 2
        else:
            elsewhere += told.value / 2
    base = float(whole.weighing.base[output])
    contributions = tuple(Contribution(span=span, value=inside[span]) for span in sorted(inside))
    decision_value = float(alone.weighing.decision_values[output] + whole.weighing.decision_values[output]) / 2
    return Explanation(base=base, contributions=contributions, elsewhere=elsewhere, decision_value=decision_value)
