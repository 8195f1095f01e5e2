"""Files of any kind to ads: the ending chooses the reader, the first bytes must agree."""

import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from classifier.errors import InputError, Problem, problem
from ui.intake.bounds import MOST_DOCUMENT
from ui.intake.content import PICTURES, kind_of
from ui.intake.delimited import read_delimited
from ui.intake.domain import AdRow, ColumnMap, RefusedRow, Source
from ui.intake.json_lines import read_json_export, read_json_lines
from ui.intake.page import read_page
from ui.intake.parquet import read_parquet
from ui.intake.pdf import read_pdf
from ui.intake.picture import read_picture, tesseract_fault
from ui.intake.plain import read_plain
from ui.intake.spreadsheet import read_spreadsheet
from ui.intake.subtitles import read_subtitles

Reader = Callable[[Source], Iterator[AdRow | RefusedRow]]

TABLES: dict[str, Reader] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".tab": read_delimited,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json_export,
    ".parquet": read_parquet,
    ".xlsx": read_spreadsheet,
}
"""Readers of files that hold many ads, by ending."""
DOCUMENTS: dict[str, Reader] = {
    ".txt": read_plain,
    ".html": read_page,
    ".htm": read_page,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    ".pdf": read_pdf,
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"), read_picture),
}
"""Readers of files that are one ad, by ending."""
_KINDS = {".pdf": ("pdf",), ".xlsx": ("zip", "ole"), ".parquet": ("parquet", ""), ".html": ("html", ""), ".htm": ("html", "")}
_HEAD = 4_096


def read_ads(paths: Iterable[Path], columns: ColumnMap, note: Callable[[Problem], None]) -> Iterator[AdRow | RefusedRow]:
    """Read the ads of files, in order.

    Raises
    ------
    InputError
        A file as a whole cannot be read: not what its ending says, no such column, nothing in it.
    """
    for path in paths:
        rows = _reader(path)(Source(path=path, columns=columns, note=note))
        first = next(rows, None)
        if first is None:
            raise InputError(problem("file_no_rows", str(path)))
        yield from chain((first,), rows)


def is_document(path: Path) -> bool:
    """Say whether a file of this name is one ad."""
    return path.suffix.lower() in DOCUMENTS


def is_picture(path: Path) -> bool:
    """Say whether a file of this name is a picture, which takes seconds to read."""
    return DOCUMENTS.get(path.suffix.lower()) is read_picture


def check_inputs(paths: Iterable[Path]) -> None:
    """Refuse, before any work, what cannot be read; all of it at once."""
    problems: list[Problem] = []
    seen: set[Path] = set()
    for path in paths:
        found = _fault(path)
        if found is None and path.resolve() in seen:
            found = problem("file_twice", str(path))
        seen.add(path.resolve() if found is None else path)
        problems.extend((found,) if found else ())
    if problems:
        raise InputError(*problems)


def _reader(path: Path) -> Reader:
    return (TABLES | DOCUMENTS)[path.suffix.lower()]


def _fault(path: Path) -> Problem | None:
    where = str(path)
    try:
        if path.suffix.lower() not in TABLES | DOCUMENTS:
            return problem("file_ending", where, expected=", ".join(TABLES | DOCUMENTS))
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return problem("file_irregular", where)
        if not found.st_size:
            return problem("file_empty", where)
        if is_document(path) and found.st_size > MOST_DOCUMENT:
            return problem("file_large", where, most=MOST_DOCUMENT)
        with path.open("rb") as file:
            return _kind_fault(path, where, file.read(_HEAD))
    except FileNotFoundError:
        return problem("file_missing", where)
    except (OSError, ValueError) as error:
        return problem("file_unreadable", where, detail=getattr(error, "strerror", None) or str(error))


def _kind_fault(path: Path, where: str, head: bytes) -> Problem | None:
    ending, found = path.suffix.lower(), kind_of(head)
    expected = PICTURES if is_picture(path) else _KINDS.get(ending, ("",))
    if found not in expected:
        return problem("file_kind", where, found=found or "?", expected=ending.removeprefix("."))
    return tesseract_fault() if is_picture(path) else None
