"""Which words of a claim are the reason: the runs that carry its weight, met by a rule or weighed by the model."""

from classifier.domain import Assessment, ClaimAssessment, Span

REACH = 2
"""How many words to either side a word's worth is averaged over: people mark phrases, and a phrase holds light words."""
TOLL = 0.15
"""What a word must be worth to belong to the reason, as a share of the most that one is worth.

Both were chosen on training passages, each weighed by a model that had not seen its theme. On passages a model was trained on
its weights are too sharp, and a toll chosen there cuts phrases short.
"""
LEAST_OF_RISKIEST = 0.5
"""A claim at least this share as risky as the riskiest of its ad is among those that lead."""


def reason_words(claim: ClaimAssessment) -> tuple[Span, ...]:
    """Give the runs of words that are the reason for a claim, in the order of the text.

    Each word is worth the mean of what it and its neighbours add to the decision value, less a toll; a word that a rule met
    is worth that of the strongest more. The runs are those of greatest worth, so a light word between heavy ones belongs to
    their run. None where nothing raises the risk and no rule is met.
    """
    words = claim.explanation.contributions
    means = _means([word.value for word in words])
    most = max(means, default=0.0)
    if most <= 0 and not claim.findings:
        return ()
    toll = TOLL * max(most, 0.0)
    met = [span for finding in claim.findings for span in finding.spans]
    bonus = max(most, 1.0)
    worth = [mean - toll + bonus * any(word.span.overlaps(span) for span in met) for word, mean in zip(words, means, strict=True)]
    runs = sorted(_best_runs(worth, 0, len(worth), least=toll))
    return tuple(Span(words[first].span.start, words[last].span.end) for first, last in runs)


def leading_claims(assessment: Assessment) -> tuple[ClaimAssessment, ...]:
    """Give the claims that make an ad what it is: met by a rule, or at least half as risky as the riskiest."""
    least = LEAST_OF_RISKIEST * (assessment.risk or 0.0)
    return tuple(claim for claim in assessment.claims if claim.findings or claim.risk >= least)


def _means(values: list[float]) -> list[float]:
    """Average each value with its neighbours; what lies beyond either end counts as nothing."""
    return [sum(values[max(0, i - REACH) : i + REACH + 1]) / (2 * REACH + 1) for i in range(len(values))]


def _best_runs(worth: list[float], begin: int, end: int, least: float) -> list[tuple[int, int]]:
    """Give the run of greatest worth between two places, then those on either side of it; first and last word of each."""
    best, first, last = least, begin, begin - 1
    current, start = 0.0, begin
    for i in range(begin, end):
        if current <= 0:
            current, start = 0.0, i
        current += worth[i]
        if current > best:
            best, first, last = current, start, i
    if last < first:
        return []
    return [*_best_runs(worth, begin, first, least), (first, last), *_best_runs(worth, last + 1, end, least)]
