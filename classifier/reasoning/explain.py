"""Which words moved a claim's risk, and by how much. Exact: the parts add up to the decision value."""

from dataclasses import dataclass

from classifier.domain import Claim, Contribution, Explanation, Span
from classifier.model.scoring import OWN_SHARE, Weighing
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

    A claim's decision value is a mean of how it reads alone (``OWN_SHARE`` of it) and of how the whole ad reads.

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
    shares = [(OWN_SHARE, told) for told in alone.contributions(output)] + [(1 - OWN_SHARE, told) for told in whole.contributions(output)]
    for share, told in shares:
        if claim.span.start <= told.span.start and told.span.end <= claim.span.end:
            inside[told.span] = inside.get(told.span, 0.0) + share * told.value
        else:
            elsewhere += share * told.value
    base = float(whole.weighing.base[output])
    contributions = tuple(Contribution(span=span, value=inside[span]) for span in sorted(inside))
    own, around = (float(read.weighing.decision_values[output]) for read in (alone, whole))
    value = OWN_SHARE * own + (1 - OWN_SHARE) * around
    return Explanation(base=base, contributions=contributions, elsewhere=elsewhere, decision_value=value)
