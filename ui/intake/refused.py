"""The side file: every row that was not assessed, and why."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from classifier.errors import InputError, problem
from ui.intake.domain import AdRow, RefusedRow
from ui.intake.excerpts import excerpt
from ui.intake.writing import cells_line, json_line
from ui.wording import say, say_inert

COLUMNS = ("id", "where", "code", "reason", "excerpt")
ENDINGS = (".csv", ".jsonl", ".ndjson")


class SideFile:
    """Rows of a side file as bytes; CSV or JSON lines by the ending of its name.

    ``code`` is stable; ``reason`` is a sentence in the language of the run. ``excerpt`` is masked.
    """

    def __init__(self, path: Path, language: str) -> None:
        if path.suffix.lower() not in ENDINGS:
            raise InputError(problem("file_ending", str(path), expected=", ".join(ENDINGS)))
        self.path, self._language = path, language
        self._cells = path.suffix.lower() == ".csv"
        self.header = cells_line(COLUMNS) if self._cells else b""

    def begin(self) -> None:
        """Make the file anew."""
        self._put("wb", self.header)

    def append(self, lines: Iterable[bytes]) -> None:
        """Add lines to the file."""
        self._put("ab", b"".join(lines))

    def unreadable(self, row: RefusedRow) -> bytes:
        """Give the line of a row that cannot be read."""
        reason = say_inert(self._language, f"error.{row.reason.code}", row.reason.facts)
        return self._line(row.row_id, row.reason.where, row.reason.code, reason, row.excerpt)

    def not_assessed(self, row: AdRow, scope_reason: str) -> bytes:
        """Give the line of an ad that was read and then refused before scoring."""
        return self._line(row.row_id, row.where, scope_reason, say(self._language, f"scope.{scope_reason}"), excerpt(row.text))

    def _line(self, *cells: Any) -> bytes:
        return cells_line(cells) if self._cells else json_line(dict(zip(COLUMNS, cells, strict=True)))

    def _put(self, mode: str, content: bytes) -> None:
        try:
            with self.path.open(mode) as file:
                file.write(content)
        except OSError as error:
            raise InputError(problem("file_unwritable", str(self.path), detail=error.strerror or str(error))) from error
