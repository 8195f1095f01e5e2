"""What a Vietnamese syllable looks like without its marks."""

import re

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:ie|uo|uye|ye|ua|ia|oa|oe|uy|ue|[aeiouy])(?:ch|ng|nh|[cmnptiouy])?"
)
SYLLABLE_SHARE = 0.8
"""Share of words of the shape of a syllable from which a text without diacritics may be Vietnamese."""


def is_syllable(word: str) -> bool:
    """Say whether a word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None
