"""Agreement between people who judged the same things without seeing each other's judgement."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Give Krippendorff's alpha for nominal values (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").

    Parameters
    ----------
    units : iterable of sequences
        The values each unit got, one for each who judged it; units with fewer than two say nothing.

    Returns
    -------
    float or None
        1 is full agreement, 0 what chance would give; None when all values are the same or there is no pair.
    """
    weights: Counter[Hashable] = Counter()
    observed = 0.0
    for values in units:
        if len(values) < 2:
            continue
        counts = Counter(values)
        for value, n in counts.items():
            weights[value] += n
            observed += n * (len(values) - n) / (len(values) - 1)
    total = sum(weights.values())
    expected = sum(n * (total - n) for n in weights.values()) / (total - 1) if total > 1 else 0.0
    return 1 - observed / expected if expected else None
