"""Text and marks → safe HTML. Pure; escapes first, so ad text is shown and never interpreted."""

import html
import re
from collections.abc import Iterable

from ui.marking import Mark, cut_at_marks
from ui.wording import say

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_MOST_COLUMNS = 20
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def marked_html(text: str, marks: Iterable[Mark], language: str) -> str:
    """Give the text as one HTML block, marked words in ``<mark>`` with their kinds named for screen readers.

    Invisible and direction-changing characters are seen as code points, such as ``U+202E``; copied, they are what they were.
    A legend below names the kinds by the small numbers at the marks.
    """
    pieces = list(cut_at_marks(text, marks))
    kinds = list(dict.fromkeys(name for _, names in pieces for name in names))
    shown = "".join(_piece(piece, names, kinds, language) for piece, names in pieces)
    return f'<div class="ad" dir="auto">{shown}</div>{_legend(kinds, language)}'


def plain_html(text: str, *, small: bool = False) -> str:
    """Give foreign text as inert HTML, nothing marked."""
    return f'<div class="ad{" small" if small else ""}" dir="auto">{_original(text)}</div>'


def said_html(text: str, kind: str = "note") -> str:
    """Give a message as inert HTML: nothing in it is interpreted, whoever wrote it. Errors are announced to screen readers."""
    role = "alert" if kind == "error" else "status"
    return f'<p class="said {kind}" role="{role}">{escaped(text)}</p>'


def table_html(heads: Iterable[str], rows: Iterable[Iterable[str]], *, numbers: Iterable[int] = ()) -> str:
    """Give a small table of inert text; ``numbers`` are the columns set to the right."""
    right = set(numbers)

    def cells(tag: str, row: Iterable[str]) -> str:
        opening = [f"<{tag}{' scope=col' if tag == 'th' else ''}{' class=number' if n in right else ''}>" for n in range(_MOST_COLUMNS)]
        return "".join(f"{opening[n]}{escaped(cell)}</{tag}>" for n, cell in enumerate(row))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<table class="facts"><thead><tr>{cells("th", heads)}</tr></thead><tbody>{body}</tbody></table>'


def _piece(piece: str, names: tuple[str, ...], kinds: list[str], language: str) -> str:
    if not names:
        return _original(piece)
    numbers = [kinds.index(name) + 1 for name in names]
    title = html.escape(", ".join(_named(name, language) for name in names))
    shown = ",".join(map(str, numbers))
    return f'<mark class="k{numbers[0] % 5}" data-k="{shown}" title="{title}">{_original(piece)}</mark>'


def _legend(kinds: list[str], language: str) -> str:
    if not kinds:
        return ""
    named = "".join(f'<span><mark data-k="{n}"></mark> {html.escape(_named(kind, language))}</span>' for n, kind in enumerate(kinds, 1))
    return f'<div class="legend">{named}</div>'


def _named(name: str, language: str) -> str:
    """Name what is marked: a claim type, or words the reviewer marked."""
    return say(language, name if "." in name else f"type.{name}")


def visible(text: str) -> str:
    """Give text with invisible, direction-changing and control characters as visible code points, such as ``<U+202E>``."""
    return _HIDDEN.sub(lambda m: f"<U+{ord(m.group()):04X}>", text)


def escaped(text: str) -> str:
    """Give foreign text as inert HTML, invisible characters as visible code points."""
    return _HIDDEN.sub(lambda m: f'<span class="hidden">U+{ord(m.group()):04X}</span>', html.escape(text))


def _original(text: str) -> str:
    """Give foreign text as inert HTML that copies as it was received; only characters no page can hold are written out."""
    return _HIDDEN.sub(_shown, html.escape(text))


def _shown(match: re.Match[str]) -> str:
    code = f"U+{ord(match.group()):04X}"
    if _UNPRINTABLE.match(match.group()):
        return f'<span class="hidden">{code}</span>'
    return f'<span class="hidden" data-u="{code}">{match.group()}</span>'
