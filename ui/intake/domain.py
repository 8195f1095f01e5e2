"""The values an input passes through on its way to being an ad."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from classifier.domain import Span
from classifier.errors import Problem

MAIN = "main"
SMALL_PRINT = "small_print"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run of an ad's text stands in what was received; what does not apply is empty.

    ``part`` is ``main`` or ``small_print`` of a page; ``time`` a range such as ``00:00:12.500 --> 00:00:15.000``;
    ``page`` counts from 1; ``box`` is left, top, right, bottom in pixels of the picture held upright.
    """

    span: Span
    part: str = ""
    time: str = ""
    page: int = 0
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdRow:
    """One ad of an input: its id, its text and where it stands.

    ``raw`` is the file it was read from when the whole file is the ad; ``as_of`` its own date where the input names one.
    """

    row_id: str
    text: str
    where: str
    raw: bytes | None = None
    as_of: date | None = None
    places: tuple[Place, ...] = ()
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One row of an input that cannot be read, and why. ``excerpt`` is its beginning, as far as there is one."""

    row_id: str
    reason: Problem
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """Which columns hold what. Several text columns are joined by line breaks; ``date`` is empty for none."""

    text: tuple[str, ...] = ("text",)
    id: str = "id"
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read, what its columns are, and whom to tell what a reader noticed."""

    path: Path
    columns: ColumnMap
    note: Callable[[Problem], None]


def notice(code: str, where: str = "", **facts: object) -> Problem:
    """Give something worth telling that stops nothing; its sentence is ``notice.<code>`` in the wording."""
    return Problem(code, where, tuple(facts.items()))
