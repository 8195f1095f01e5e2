"""Plain text: a file is an ad."""

from collections.abc import Iterator

from classifier.errors import InputError, problem
from ui.intake.columns import unfit
from ui.intake.domain import AdRow, RefusedRow, Source
from ui.intake.encoding import decoded, legacy_font


def read_plain(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a text file as one ad, every character kept."""
    raw = source.path.read_bytes()
    text = decoded(source, raw)
    if old := legacy_font(text):
        raise InputError(problem("file_font_encoding", str(source.path), encoding=old))
    name = source.path.name
    if reason := unfit(text, name):
        yield RefusedRow(row_id=name, reason=reason)
    else:
        yield AdRow(row_id=name, text=text, where=name, raw=raw)
