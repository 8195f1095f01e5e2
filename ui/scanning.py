"""Files of ads through the checker: into a table of results, or into the record as cases."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from classifier.batch import assess_many
from classifier.domain import Ad, Assessment, Scope
from classifier.errors import InputError, problem
from review.record.store import Store
from review.workflow import open_case
from ui.files import ENDINGS, AdRow, Writer, check_inputs, read_rows
from ui.rows import COLUMNS, full_row, summary_row

MakeAd = Callable[[str], Ad]


@dataclass(slots=True)
class Counts:
    """What became of the ads of a run."""

    ads: int = 0
    flagged: int = 0
    refused: int = 0
    opened: int = 0


def scan_files(inputs: list[Path], out: Path, *, text_column: str, id_column: str, make: MakeAd, jobs: int) -> Counts:
    """Assess the ads of files and write one row each, in order.

    Raises
    ------
    InputError
        An input or the output cannot be used; then no output file is left behind.
    """
    check_inputs(inputs)
    if out.suffix.lower() not in ENDINGS:
        raise InputError(problem("file_ending", str(out), expected=", ".join(ENDINGS)))
    counts = Counts()
    ids: list[str] = []
    writer = Writer(out, COLUMNS)
    rows = _noted(read_rows(inputs, text_column=text_column, id_column=id_column), ids)
    shaped = assess_many((make(row.text) for row in rows), full_row if writer.full else summary_row, jobs=jobs)
    with writer.open() as write, _progress() as advance:
        for number, row in enumerate(shaped):
            write({"id": ids[number], **row})
            counts.ads += 1
            counts.flagged += row["flagged"]
            counts.refused += row["scope"] != Scope.IN
            advance()
    return counts


def queue_files(inputs: list[Path], url: str | None, *, text_column: str, id_column: str, make: MakeAd) -> Counts:
    """Assess the ads of files and open a case for each. The same ad of the same file opens one case only."""
    check_inputs(inputs)
    counts = Counts()
    store = Store(url)
    for path in inputs:
        rows = list(read_rows([path], text_column=text_column, id_column=id_column))
        with _progress() as advance:
            for row, assessment in zip(rows, assess_many((make(row.text) for row in rows), _whole), strict=True):
                opened = open_case(store, assessment, source=path.name, external_id=row.row_id, raw=row.text.encode("utf-8"))
                counts.ads += 1
                counts.opened += opened.is_new
                counts.refused += assessment.ruling.scope is not Scope.IN
                advance()
    store.close()
    return counts


def _whole(assessment: Assessment) -> Assessment:
    return assessment


def _noted(rows: Iterable[AdRow], ids: list[str]) -> Iterator[AdRow]:
    for row in rows:
        ids.append(row.row_id)
        yield row


@contextmanager
def _progress() -> Iterator[Callable[[], Any]]:
    """Show a progress bar on standard error when it is a terminal; give the function that moves it on."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("ads", total=None)
        yield lambda: progress.advance(task)
