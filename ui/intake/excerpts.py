"""The beginning of a foreign text, for messages and lists."""

from ui.intake.bounds import MOST_EXCERPT
from ui.intake.personal import mask_personal
from ui.shown import shown


def excerpt(text: str, most: int = MOST_EXCERPT) -> str:
    """Give the beginning of a text on one line, at most ``most`` characters of it, personal data masked."""
    line = " ".join(mask_personal(text[: 4 * most]).split())
    return shown(line if len(line) <= most else line[: most - 1] + "…")
