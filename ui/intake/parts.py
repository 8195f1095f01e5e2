"""An ad put together from parts of a document, each part remembering where it stood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifier.domain import Span
from classifier.errors import Problem, problem
from ui.intake.bounds import MOST_PIECE
from ui.intake.columns import unfit
from ui.intake.domain import AdRow, Place, RefusedRow, Source

_BETWEEN = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of a document's text and where it stands; see :class:`~ui.intake.domain.Place`."""

    text: str
    part: str = ""
    time: str = ""
    page: int = 0


def rows_of_parts(source: Source, parts: Iterable[Part], raw: bytes, notices: tuple[Problem, ...] = ()) -> Iterator[AdRow | RefusedRow]:
    """Give the document as one ad; one longer than an ad may be is cut between parts into several.

    Their ids are ``name#1``, ``name#2`` and so on. A document without any text gives one ad without text, which the gate refuses.
    """
    name = source.path.name
    pieces = list(_pieces(parts))
    for number, piece in enumerate(pieces or [[]], 1):
        row_id = name if len(pieces) <= 1 else f"{name}#{number}"
        text = _BETWEEN.join(part.text for part in piece)
        if reason := unfit(text, row_id):
            yield RefusedRow(row_id=row_id, reason=reason)
        else:
            yield AdRow(row_id=row_id, text=text, where=row_id, raw=raw, places=tuple(_places(piece)), notices=notices)


def refuse_no_text(source: Source) -> RefusedRow:
    """Refuse a document that holds pictures where its words should be."""
    return RefusedRow(row_id=source.path.name, reason=problem("row_no_text", source.path.name))


def _pieces(parts: Iterable[Part]) -> Iterator[list[Part]]:
    piece: list[Part] = []
    length = 0
    for part in (part for part in parts if part.text.strip()):
        if piece and length + len(part.text) + len(_BETWEEN) > MOST_PIECE:
            yield piece
            piece, length = [], 0
        piece.append(part)
        length += len(part.text) + len(_BETWEEN)
    if piece:
        yield piece


def _places(piece: list[Part]) -> Iterator[Place]:
    start = 0
    for part in piece:
        end = start + len(part.text)
        yield Place(span=Span(start, end), part=part.part, time=part.time, page=part.page)
        start = end + len(_BETWEEN)
