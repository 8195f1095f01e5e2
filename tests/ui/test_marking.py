"""Marked words on a page: safe, complete, and nothing hidden."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from classifier.domain import Span
from ui.marked_text import marked_html
from ui.marking import Mark, cut_at_marks

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: Span(min(pair), max(pair)))
MARKS = st.lists(st.builds(Mark, span=SPANS, names=st.just(("disease_cure",))), max_size=5)


@given(st.text(max_size=40), MARKS)
def test_pieces_are_the_text(text: str, marks: list[Mark]) -> None:
    """Cut pieces joined give the text, and just the covered characters are marked."""
    pieces = list(cut_at_marks(text, marks))
    assert "".join(piece for piece, _ in pieces) == text
    covered = sum(any(m.span.start <= i < m.span.end for m in marks) for i in range(len(text)))
    assert sum(len(piece) for piece, names in pieces if names) == covered


@given(st.text(max_size=40), MARKS)
def test_html_strips_back_to_the_text(text: str, marks: list[Mark]) -> None:
    """Without our tags the block holds the ad as received, so that it copies as it was; only what no page can hold is written out."""
    block = marked_html(text, marks, "en").split('</div><div class="legend">')[0].removesuffix("</div>")
    inner = re.sub(r"<[^>]*>", "", block)
    written = "".join(f"U+{ord(c):04X}" if re.match("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", c) else c for c in text)
    assert html.unescape(inner) == html.unescape(html.escape(written))


def test_hostile_text_stays_text() -> None:
    """Tags are escaped, direction overrides and invisible characters are written out."""
    shown = marked_html('<img src=x onerror=alert(1)>\u202e\u200b"', [], "vi")
    assert "<img" not in shown and "U+202E" in shown and "U+200B" in shown
