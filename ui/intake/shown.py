"""Foreign names and texts made safe to print on one line."""

import unicodedata

from ui.intake.bounds import MOST_EXCERPT
from ui.intake.personal import mask_personal


def shown(text: str) -> str:
    """Write control, invisible and direction-changing characters as code points, such as ``U+202E``."""
    return "".join(f"U+{ord(c):04X}" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def excerpt(text: str) -> str:
    """Give the beginning of a text on one line, personal data masked."""
    line = " ".join(mask_personal(text[: 4 * MOST_EXCERPT]).split())
    return shown(line if len(line) <= MOST_EXCERPT else line[: MOST_EXCERPT - 1] + "…")
