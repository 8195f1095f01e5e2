"""Which words of a claim are the reason: the runs that carry its weight, met by a rule or weighed by the model."""

from classifier.domain import ClaimAssessment, Span

TOLL = 0.2
"""What a word must carry to belong to the reason, as a share of the strongest word; chosen on training passages."""


def reason_words(claim: ClaimAssessment, toll: float = TOLL) -> tuple[Span, ...]:
    """Give the runs of words that are the reason for a claim, in the order of the text.

    Each word is worth what it adds to the decision value, less a toll; a word that a rule met is worth the strongest word
    more. The runs are those of greatest worth, so a light word between heavy ones belongs to their run.
    """
    words = claim.explanation.contributions
    strongest = max((word.value for word in words), default=0.0)
    if strongest <= 0 and not claim.findings:
        return ()
    met = [span for finding in claim.findings for span in finding.spans]
    bonus = max(strongest, 1.0)
    worth = [word.value - toll * strongest + bonus * any(word.span.overlaps(span) for span in met) for word in words]
    runs = sorted(_best_runs(worth, 0, len(worth), least=toll * strongest / 2))
    return tuple(Span(words[first].span.start, words[last].span.end) for first, last in runs)


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
