"""The beginning of a foreign text, for messages and lists."""

from ui.intake.bounds import MOST_EXCERPT
from ui.intake.personal import mask_personal
from ui.shown import shown


def excerpt(text: str) -> str:
    """Give the beginning of a text on one line, personal data masked."""
    line = " ".join(mask_personal(text[: 4 * MOST_EXCERPT]).split())
    return shown(line if len(line) <= MOST_EXCERPT else line[: MOST_EXCERPT - 1] + "…")
