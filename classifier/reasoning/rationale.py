"""Which words of a claim are the reason: those a rule met, and those that carry the model's weight."""

from classifier.domain import ClaimAssessment, Contribution, Span

SHARE_OF_STRONGEST = 0.45
"""A word counts as a reason from this share of the strongest word's weight; chosen on training passages of the corpus."""
_LONGEST_GAP = 2
"""Runs of reason words at most so many words apart are one run: “chữa” … “tiểu đường”."""


def reason_words(claim: ClaimAssessment, share: float = SHARE_OF_STRONGEST) -> tuple[Span, ...]:
    """Give the words of a claim that are the reason, small gaps between them closed, in the order of the text."""
    words = claim.explanation.contributions
    strongest = max((word.value for word in words), default=0.0)
    met = [span for finding in claim.findings for span in finding.spans]
    is_reason = [_is_met(word, met) or (strongest > 0 and word.value >= share * strongest) for word in words]
    return _runs(words, _closed(is_reason))


def _is_met(word: Contribution, met: list[Span]) -> bool:
    return any(word.span.overlaps(span) for span in met)


def _closed(is_reason: list[bool]) -> list[bool]:
    """Close gaps of at most two words."""
    chosen = [i for i, reason in enumerate(is_reason) if reason]
    closed = list(is_reason)
    for left, right in zip(chosen, chosen[1:], strict=False):
        if right - left - 1 <= _LONGEST_GAP:
            closed[left:right] = [True] * (right - left)
    return closed


def _runs(words: tuple[Contribution, ...], is_reason: list[bool]) -> tuple[Span, ...]:
    runs: list[Span] = []
    for i, word in enumerate(words):
        if is_reason[i] and runs and i and is_reason[i - 1]:
            runs[-1] = Span(runs[-1].start, word.span.end)
        elif is_reason[i]:
            runs.append(word.span)
    return tuple(runs)
