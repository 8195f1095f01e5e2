"""Cutting a text at its marks, so that any surface can show them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from classifier.domain import Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to mark and the names of what it is marked for."""

    span: Span
    names: tuple[str, ...]


def cut_at_marks(text: str, marks: Iterable[Mark]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the text in order, piece by piece, each with the names of the marks that cover it.

    The pieces joined are the text; overlapping marks share their common piece.
    """
    kept = [mark for mark in marks if mark.span.start < mark.span.end]
    edges = sorted({0, len(text), *(edge for mark in kept for edge in (mark.span.start, mark.span.end))})
    for start, end in pairwise(edges):
        covering = (mark for mark in kept if mark.span.start <= start and end <= mark.span.end)
        names = dict.fromkeys(name for mark in covering for name in mark.names)
        if text[start:end]:
            yield text[start:end], tuple(names)


def finding_marks(claims: Iterable[dict[str, object]]) -> list[Mark]:
    """Give a mark for each span of each finding in a record's claims, named by its claim type."""
    return [
        Mark(Span(span["start"], span["end"]), (finding["category"],))
        for claim in claims
        for finding in claim["findings"]  # type: ignore[attr-defined]
        for span in finding["spans"]
    ]
