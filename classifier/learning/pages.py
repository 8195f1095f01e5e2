"""Pages of several passages, as adverts are met: what risk is calibrated on, and thresholds are chosen on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.learning.corpus import Passage
from classifier.learning.fitting import SEED

MOST_PASSAGES = {"vi": 5, "en": 2}
"""How many passages make a page at most: Vietnamese listings run to several paragraphs, English adverts to a line or two."""


@dataclass(frozen=True, slots=True)
class Page:
    """A passage among harmless ones of its theme; ``passage`` is the number of the one that gives it its label."""

    text: str
    label: str
    passage: int


def compose_pages(passages: Sequence[Passage]) -> list[Page]:
    """Put every passage on a page, alone or among others. The same passages give the same pages.

    An advert stands among acceptable passages, a text out of scope among others out of scope; all of one theme, so that
    holding out a theme holds out whole pages.
    """
    draw = np.random.default_rng(SEED)
    harmless: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for n, passage in enumerate(passages):
        if passage.label != "misleading":
            harmless[passage.language, passage.theme, passage.label == "out_of_scope"].append(n)
    pages = []
    for n, passage in enumerate(passages):
        others = harmless[passage.language, passage.theme, passage.label == "out_of_scope"]
        n_others = min(len(others), int(draw.integers(0, MOST_PASSAGES[passage.language])))
        parts = [n, *(int(other) for other in draw.choice(others, n_others, replace=False))] if n_others else [n]
        draw.shuffle(parts)
        pages.append(Page("\n".join(passages[part].text for part in parts), passage.label, n))
    return pages
