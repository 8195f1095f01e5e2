"""A batch of ads on the console: read, assess, queue, download. No Streamlit in it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifier.checker import Checker, assess
from classifier.domain import Ad, Assessment, Scope, Triage
from classifier.errors import InputError, Problem, problem
from classifier.law.rules import RulePack
from classifier.records import canonical
from review.cases import open_case
from review.papers.exports import csv_lines
from review.record.store import Store
from review.replay import archive
from ui.intake.domain import AdRow, ColumnMap, RefusedRow
from ui.intake.reading import DOCUMENTS, TABLES, check_inputs, read_ads
from ui.intake.scanning import ad_from
from ui.rows import COLUMNS, WHOLE_COLUMNS, full_row, summary_row

ENDINGS_READ = tuple(TABLES | DOCUMENTS)
MOST_ADS = 20_000
_BINS = 10
_TOLD_EVERY = 25


@dataclass(frozen=True)
class Result:
    """One ad of a batch and what the machine has to say of it."""

    row: AdRow
    assessment: Assessment


@dataclass(frozen=True)
class Read:
    """What was read of one file or one pasting: the ads, the rows that cannot be read, and what the readers noticed."""

    ads: tuple[AdRow, ...]
    unreadable: tuple[RefusedRow, ...] = ()
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Batch:
    """The ads of one file or one pasting, assessed."""

    name: str
    results: tuple[Result, ...]
    read: Read

    @property
    def in_scope(self) -> list[Result]:
        """Give what was assessed."""
        return [result for result in self.results if result.assessment.ruling.scope is Scope.IN]

    @property
    def refused(self) -> list[Result]:
        """Give what was refused."""
        return [result for result in self.results if result.assessment.ruling.scope is not Scope.IN]

    @property
    def n_flagged(self) -> int:
        """Count the ads to look at."""
        return sum(result.assessment.triage in (Triage.REVIEW, Triage.PRIORITY) for result in self.results)

    def histogram(self) -> list[int]:
        """Count the assessed ads in ten equal steps of risk."""
        counts = [0] * _BINS
        for result in self.in_scope:
            counts[min(_BINS - 1, int(_BINS * (result.assessment.risk or 0.0)))] += 1
        return counts


def read_upload(name: str, content: bytes, text_column: str) -> Read:
    """Read the ads of an uploaded file; its name says its form and is used for nothing else."""
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS_READ:
        raise InputError(problem("file_ending", name[-80:], expected=", ".join(ENDINGS_READ)))
    notices: list[Problem] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"upload{ending}"
        file.write_bytes(content)
        check_inputs([file])
        rows = list(read_ads([file], ColumnMap(text=(text_column.strip() or "text",)), notices.append))
    ads = tuple(row for row in rows if isinstance(row, AdRow))
    return Read(_few(ads), tuple(row for row in rows if isinstance(row, RefusedRow)), tuple(dict.fromkeys(notices)))


def read_pasted(pasted: str) -> Read:
    """Read pasted ads: an empty line stands between two."""
    parts = (part.strip("\n") for part in pasted.replace("\r\n", "\n").split("\n\n"))
    named = enumerate((part for part in parts if part.strip()), 1)
    return Read(_few(tuple(AdRow(row_id=str(number), text=part, where=str(number)) for number, part in named)))


def assess_batch(name: str, read: Read, checker: Checker, make: "partial[Ad]", progress: Callable[[float], object]) -> Batch:
    """Assess the ads that ``make`` makes of the rows, telling now and then how far it is."""
    results = []
    for n, row in enumerate(read.ads, 1):
        results.append(Result(row, assess(ad_from(row, make), checker)))
        if n % _TOLD_EVERY == 0:
            progress(n / len(read.ads))
    return Batch(name, tuple(results), read)


def queue_batch(store: Store, batch: Batch, packs: tuple[RulePack, ...]) -> int:
    """Open a case for each ad, what it was assessed with archived; give how many are new."""
    archive(store, packs)
    return sum(_open(store, batch.name, result) for result in batch.results)


def download_of(batch: Batch, ending: str) -> bytes:
    """Give the results as JSONL, which loses nothing, or as CSV to look at, safe in spreadsheet programs."""
    if ending == "jsonl":
        return b"".join(canonical({"id": r.row.row_id, **full_row(r.assessment)}) + b"\n" for r in batch.results)
    rows = ({"id": r.row.row_id, **summary_row(r.assessment)} for r in batch.results)
    columns = WHOLE_COLUMNS if any(r.assessment.ad.is_whole for r in batch.results) else COLUMNS
    return "".join(csv_lines(rows, columns)).encode("utf-8-sig")


def _open(store: Store, name: str, result: Result) -> bool:
    raw = result.row.raw if result.row.raw is not None else result.row.text.encode("utf-8", "surrogatepass")
    return open_case(store, result.assessment, source=name, external_id=result.row.row_id, raw=raw).is_new


def _few(rows: tuple[AdRow, ...]) -> tuple[AdRow, ...]:
    if len(rows) > MOST_ADS:
        raise InputError(problem("batch_too_many", found=len(rows), expected=MOST_ADS))
    return rows
