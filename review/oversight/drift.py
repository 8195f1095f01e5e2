"""Drift: which categories and words moved between two periods, since when, and which weights moved between two models."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scipy.stats import chi2_contingency

from classifier.model.artifact import TrainedModel
from review.oversight.trends import Rising, Seen, compare, phrases, week_of

LEAST_ADS = 30
NO_SIGN = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A category's share of the ads before and since, with the p-value of the difference and the week it began to differ."""

    category: str
    before: float
    since: float
    p_value: float
    since_week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What moved. Empty lists mean that nothing did, or that there are too few ads to tell: see ``is_enough``."""

    n_before: int
    n_since: int
    categories: tuple[Moved, ...]
    rising: tuple[Rising, ...]
    falling: tuple[Rising, ...]

    @property
    def is_enough(self) -> bool:
        """Say whether both periods hold enough ads to tell anything."""
        return min(self.n_before, self.n_since) >= LEAST_ADS


def drift(ads: Iterable[Seen], since: datetime, most: int = 20) -> Drift:
    """Compare the ads before an instant with those since. Categories are tested with Bonferroni's correction."""
    every = list(ads)
    before, after = [ad for ad in every if ad.made_at < since], [ad for ad in every if ad.made_at >= since]
    old, new = (Counter(words for ad in part for words in phrases(ad.text)) for part in (before, after))
    enough = min(len(before), len(after)) >= LEAST_ADS
    return Drift(
        n_before=len(before),
        n_since=len(after),
        categories=_moved(before, after) if enough else (),
        rising=compare(old, new, most) if enough else (),
        falling=compare(new, old, most) if enough else (),
    )


def moved_weights(old: TrainedModel, new: TrainedModel, most: int = 20) -> tuple[tuple[str, float, float], ...]:
    """Give the features whose weight on the risk moved most between two models: name, old weight, new weight."""
    columns = [next(n for n, output in enumerate(model.outputs) if output.name.startswith("risk")) for model in (old, new)]
    weights = [
        {name: float(model.weights[row, column]) for name, row in model.features.items()}
        for model, column in zip((old, new), columns, strict=True)
    ]
    names = weights[0].keys() | weights[1].keys()
    gaps = ((name, weights[0].get(name, 0.0), weights[1].get(name, 0.0)) for name in names)
    return tuple(sorted(gaps, key=lambda gap: (-abs(gap[1] - gap[2]), gap[0]))[:most])


def _moved(before: list[Seen], after: list[Seen]) -> tuple[Moved, ...]:
    old, new = (Counter(name for ad in part for name in ad.categories) for part in (before, after))
    names = sorted(old.keys() | new.keys())
    found = []
    for name in names:
        table = [[old[name], len(before) - old[name]], [new[name], len(after) - new[name]]]
        if 0 in (old[name] + new[name], len(before) + len(after) - old[name] - new[name]):
            continue
        p_value = float(chi2_contingency(table).pvalue) * len(names)
        if p_value < NO_SIGN:
            shares = old[name] / len(before), new[name] / len(after)
            week = _since_week(before + after, name, shares)
            found.append(Moved(category=name, before=shares[0], since=shares[1], p_value=p_value, since_week=week))
    return tuple(sorted(found, key=lambda moved: moved.p_value))


def _since_week(ads: list[Seen], category: str, shares: tuple[float, float]) -> str:
    """Give the first week from which the share, taken to the end, is nearer to the new than to the old."""
    weeks: dict[str, list[bool]] = {}
    for ad in ads:
        weeks.setdefault(week_of(ad.made_at), []).append(category in ad.categories)
    middle, since = sum(shares) / 2, ""
    for week in sorted(weeks, reverse=True):
        share = sum(weeks[week]) / len(weeks[week])
        if (share > middle) != (shares[1] > shares[0]):
            break
        since = week
    return since
