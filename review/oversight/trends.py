"""What is going on in the ads: categories by week, product and jurisdiction, and words that rise. No profile of persons."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from classifier.reading.normalise import normalise
from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of, stamp

FIELDS = ("categories", "product", "jurisdictions", "seller")
"""What ads are counted by."""
LEAST_SEEN = 5
PRIOR = 500.0
"""Words the two periods are assumed to share: keeps a word seen twice from looking like a wave (Monroe et al. 2008)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A word or two neighbours, in how many ads before and since, and how far that is from chance, in standard errors."""

    words: str
    n_before: int
    n_since: int
    z: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One newest assessment in scope, as trends see it."""

    made_at: datetime
    text: str
    product: str
    jurisdictions: tuple[str, ...]
    seller: str
    categories: tuple[str, ...]


def seen(store: Store) -> tuple[Seen, ...]:
    """Read the first assessment of every case in scope; erased ads keep their categories and lose their words."""
    a, c = schema.assessment, schema.review_case
    joined = select(a.c.made_at, a.c.categories, c.c.ad, c.c.origin, c.c.product, c.c.jurisdictions).join(c, c.c.id == a.c.case_id)
    with store.reading() as connection:
        return tuple(
            Seen(
                made_at=instant_of(row.made_at),
                text=sealed_text(connection, row.ad),
                product=row.product,
                jurisdictions=tuple(row.jurisdictions.split(",")),
                seller=json.loads(sealed_text(connection, row.origin) or "{}").get("seller", ""),
                categories=tuple(name for name in row.categories.split(",") if name),
            )
            for row in connection.execute(joined.where(a.c.number == 1, a.c.scope == "in").order_by(a.c.id)).all()
        )


def by_week(ads: Iterable[Seen], field: str = "categories") -> dict[str, Counter[str]]:
    """Count ads by ISO week and a field: ``categories``, ``product``, ``jurisdictions`` or ``seller``."""
    weeks: dict[str, Counter[str]] = defaultdict(Counter)
    for ad in ads:
        value = getattr(ad, field)
        weeks[week_of(ad.made_at)].update(value if isinstance(value, tuple) else (value,))
    return dict(sorted(weeks.items()))


def week_of(instant: datetime) -> str:
    """Give the ISO week of an instant."""
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02d}"


def rising(ads: Iterable[Seen], since: datetime, most: int = 20) -> tuple[Rising, ...]:
    """Give the words and neighbours that stand in more ads since an instant than before, strongest first."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for ad in ads:
        (after if stamp(ad.made_at) >= stamp(since) else before).update(phrases(ad.text))
    return compare(before, after, most)


def compare(before: Counter[str], after: Counter[str], most: int) -> tuple[Rising, ...]:
    """Give what stands out in the second count against the first: log-odds with a shared prior, as a z-score."""
    n_before, n_after, total = sum(before.values()), sum(after.values()), sum(before.values()) + sum(after.values())
    found = []
    for words, n in after.items():
        if n < LEAST_SEEN:
            continue
        prior = PRIOR * (n + before[words]) / total
        gap = _log_odds(n + prior, n_after + PRIOR) - _log_odds(before[words] + prior, n_before + PRIOR)
        z = gap / math.sqrt(1 / (n + prior) + 1 / (before[words] + prior))
        if z > 1.96:
            found.append(Rising(words=words, n_before=before[words], n_since=n, z=z))
    return tuple(sorted(found, key=lambda rise: (-rise.z, rise.words))[:most])


def phrases(text: str) -> frozenset[str]:
    """Give the words of an ad and its neighbouring words, each once."""
    words = [word for word in normalise(text).view.split() if any(c.isalpha() for c in word)]
    return frozenset(words) | frozenset(" ".join(pair) for pair in pairwise(words))


def _log_odds(count: float, of: float) -> float:
    return math.log(count / (of - count))
