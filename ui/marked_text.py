"""Text and marks → safe HTML. Pure; escapes first, so ad text is shown and never interpreted."""

import html
import re
from collections.abc import Iterable

from ui.marking import Mark, cut_at_marks
from ui.wording import say

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
STYLE = """<style>
.ad{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;font-size:1.1rem;line-height:1.7;padding:.8rem 1rem;
border:1px solid rgba(128,128,128,.5);border-radius:.5rem}
.ad mark{background:rgba(255,196,0,.35);color:inherit;border-bottom:2px solid currentColor;padding:0 .1em}
.ad .hidden{font-family:monospace;font-size:.75em;border:1px dashed currentColor;padding:0 .2em}
</style>"""


def marked_html(text: str, marks: Iterable[Mark], language: str) -> str:
    """Give the text as one HTML block, marked words in ``<mark>`` with their kinds named for screen readers.

    Invisible and direction-changing characters become visible code points, such as ``U+202E``.
    """
    pieces = (_piece(piece, names, language) for piece, names in cut_at_marks(text, marks))
    return f'<div class="ad" dir="auto">{"".join(pieces)}</div>'


def plain_html(text: str) -> str:
    """Give foreign text as inert HTML, nothing marked."""
    return f'<div class="ad" dir="auto">{escaped(text)}</div>'


def _piece(piece: str, names: tuple[str, ...], language: str) -> str:
    if not names:
        return escaped(piece)
    title = html.escape(", ".join(say(language, f"type.{name}") for name in names))
    return f'<mark title="{title}">{escaped(piece)}</mark>'


def visible(text: str) -> str:
    """Give text with invisible, direction-changing and control characters as visible code points, such as ``<U+202E>``."""
    return _HIDDEN.sub(lambda m: f"<U+{ord(m.group()):04X}>", text)


def escaped(text: str) -> str:
    """Give foreign text as inert HTML, invisible characters as visible code points."""
    return _HIDDEN.sub(lambda m: f'<span class="hidden">U+{ord(m.group()):04X}</span>', html.escape(text))
