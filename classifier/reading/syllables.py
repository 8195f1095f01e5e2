"""What a Vietnamese syllable looks like without its marks."""

import re
from collections.abc import Collection

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:ie|uo|uye|ye|ua|ia|oa|oe|uy|ue|[aeiouy])(?:ch|ng|nh|[cmnptiouy])?"
)
SYLLABLE_SHARE = 0.8
"""Share of words of the shape of a syllable from which a text without diacritics may be Vietnamese."""


def syllable_share(words: Collection[str]) -> float:
    """Give the share of words that have the shape of a Vietnamese syllable, in [0, 1]."""
    return sum(bool(_SYLLABLE.fullmatch(word)) for word in words) / max(1, len(words))
