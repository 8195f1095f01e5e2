"""PDF: the text of each page."""

import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from classifier.errors import InputError, problem
from ui.intake.bounds import MOST_PAGES
from ui.intake.domain import AdRow, RefusedRow, Source, notice
from ui.intake.foreign import parsing
from ui.intake.parts import Part, refuse_no_text, rows_of_parts


def read_pdf(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a PDF as one ad, its pages remembered. One that holds only pictures is refused: its words cannot be read."""
    pages = _pages(source.path)
    parts = [Part(text=text, page=number) for number, text in enumerate(pages, 1) if text.strip()]
    if not parts:
        yield refuse_no_text(source)
        return
    empty = len(pages) - len(parts)
    notices = (notice("pages_without_text", count=empty),) if empty else ()
    yield from rows_of_parts(source, parts, source.path.read_bytes(), notices)


def _pages(path: Path) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with parsing(path, PyPdfError), path.open("rb") as file:
        reader = PdfReader(file)
        locked = reader.is_encrypted and not reader.decrypt("")
        if not locked and len(reader.pages) <= MOST_PAGES:
            return [unicodedata.normalize("NFC", page.extract_text()) for page in reader.pages]
    raise InputError(problem("file_locked", str(path)) if locked else problem("file_pages", str(path), most=MOST_PAGES))
