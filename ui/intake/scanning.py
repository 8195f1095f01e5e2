"""Files of ads through the checker, into a table of results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from classifier.batch import assess_many
from classifier.domain import Ad, Scope
from classifier.errors import AdCheckError, InputError, Problem, problem
from ui.intake.bounds import MOST_SHOWN
from ui.intake.copies import CopyFinder, Membership
from ui.intake.domain import AdRow, RefusedRow
from ui.intake.journal import Journal, Mark, saying_unwritable
from ui.intake.placing import place_row
from ui.intake.plan import make_plan, refuse_changed, stamps_of
from ui.intake.progress import progress_bar
from ui.intake.reading import check_inputs, read_ads
from ui.intake.work import Counts, Scan
from ui.intake.writing import FULL, check_output, encoder, to_parquet
from ui.rows import COLUMNS, WHOLE_COLUMNS, full_row, summary_row

GROUP_COLUMNS = ("group", "copy")


def scan_files(scan: Scan) -> Counts:
    """Assess the ads of files and write one row each, in order.

    Raises
    ------
    InputError
        An input or the output cannot be used; then no output file is left behind.
    """
    check_inputs(scan.inputs)
    check_output(scan.out)
    stamps = stamps_of(scan.inputs)
    plan, make = make_plan(scan, Journal.kept_plan(scan.out))
    journal = Journal(scan.out, scan.side.path if scan.side else None, plan, every=scan.every)
    with _safely(journal, scan.out):
        counts = _Run(scan, make, journal).work()
        refuse_changed(stamps)
        _publish(journal, scan)
    return counts


@contextmanager
def _safely(journal: Journal, out: Path) -> Iterator[None]:
    """Leave nothing behind after an error, and what is done so far after an interruption."""
    try:
        yield
    except AdCheckError:
        journal.discard()
        raise
    except OSError as error:
        journal.discard()
        raise saying_unwritable(error, out) from error
    except BaseException:
        journal.keep()
        raise


def _publish(journal: Journal, scan: Scan) -> None:
    parts = journal.finish()
    if scan.out.suffix.lower() == ".parquet" and "out" in parts:
        whole = parts["out"].with_suffix(".table")
        try:
            to_parquet(parts["out"], whole, _columns(scan))
            whole.replace(parts["out"])
        finally:
            whole.unlink(missing_ok=True)
    journal.publish()


def _columns(scan: Scan) -> tuple[str, ...]:
    columns = WHOLE_COLUMNS if scan.make.keywords.get("is_whole") else COLUMNS
    return columns + GROUP_COLUMNS if scan.grouped else columns


@dataclass(slots=True)
class _Run:
    """One pass over the inputs: rows go in, and come out assessed in the same order with the refused ones between them."""

    scan: Scan
    make: "partial[Ad]"
    journal: Journal
    waiting: "deque[tuple[Mark, AdRow | RefusedRow, Membership | None]]" = field(default_factory=deque)

    def work(self) -> Counts:
        full = self.scan.out.suffix.lower() in FULL
        header, encode = encoder(self.scan.out.suffix.lower(), _columns(self.scan))
        counts = Counts(**self.journal.counts)
        counts.resumed = self.journal.mark.position
        self.journal.begin("out", header)
        self.journal.begin("side", self.scan.side.header if self.scan.side else b"")
        shape = full_row if full else summary_row
        shaped = assess_many(self._ads(), shape, jobs=self.scan.jobs, in_full=full, own_packs=self.scan.own_packs)
        with progress_bar(self.journal.mark.position) as advance:
            for row in shaped:
                self._write_refused(counts)
                self._write(row, encode, counts, full=full)
                advance()
        self._write_refused(counts)
        return counts

    def _ads(self) -> Iterator[Ad]:
        """Give the ads to assess; note each row read until its result comes back."""
        finder = CopyFinder() if self.scan.grouped else None
        done = self.journal.mark.position
        rows = self._rows(first_file=0 if self.scan.grouped else self.journal.mark.file)
        for mark, row in rows:
            if isinstance(row, RefusedRow) and self.scan.side is None:
                raise all_refused(row, (later for _, later in rows))
            member = finder.place(mark.position, row.text) if finder and isinstance(row, AdRow) else None
            if mark.position <= done:
                continue
            self.waiting.append((mark, row, member))
            if isinstance(row, AdRow):
                yield ad_from(row, self.make)

    def _rows(self, *, first_file: int) -> Iterator[tuple[Mark, AdRow | RefusedRow]]:
        """Give the rows from a file on; those before it were read by the run that this one goes on with."""
        position = self.journal.mark.before if first_file else 0
        for file, path in enumerate(self.scan.inputs):
            before = position
            for row in read_ads([path], self.scan.columns, self.scan.note) if file >= first_file else ():
                position += 1
                yield Mark(position, file, before), row

    def _write_refused(self, counts: Counts) -> None:
        while self.waiting and isinstance(self.waiting[0][1], RefusedRow):
            mark, row, _ = self.waiting.popleft()
            counts.unreadable += 1
            if self.scan.side is not None and isinstance(row, RefusedRow):
                self.journal.write("side", self.scan.side.unreadable(row))
            self.journal.advance(mark, counts.kept)

    def _write(self, shaped: dict[str, Any], encode: Callable[[dict[str, Any]], bytes], counts: Counts, *, full: bool) -> None:
        mark, row, member = self.waiting.popleft()
        assert isinstance(row, AdRow)  # noqa: S101 (for the type checker; refused rows were written before)
        written = {"id": row.row_id, **shaped} | ({"group": member.group, "copy": member.copy} if member else {})
        if full:
            place_row(written, row.places)
            written |= {"notices": [told(note) for note in row.notices]} if row.notices else {}
        self.journal.write("out", encode(written))
        if shaped["scope"] != Scope.IN:
            counts.refused += 1
            if self.scan.side is not None:
                self.journal.write("side", self.scan.side.not_assessed(row, shaped["scope_reason"]))
        counts.ads += 1
        counts.flagged += shaped["flagged"]
        counts.copies += bool(member and member.copy != "first")
        self.journal.advance(mark, counts.kept)


def ad_from(row: AdRow, make: "partial[Ad]") -> Ad:
    """Give the ad of a row: on its own date where it has one, with its bytes as received where it is a file."""
    dated = {"as_of": row.as_of} if row.as_of else {}
    return make(row.text, raw=row.raw, **dated)


def told(note: Problem) -> dict[str, Any]:
    """Give a notice as a plain record."""
    return {"code": note.code, **dict(note.facts)}


def all_refused(first: RefusedRow, rest: Iterable[AdRow | RefusedRow]) -> InputError:
    """Give the first few rows that cannot be read, and how many there are, as one error."""
    refused = (row.reason for row in rest if isinstance(row, RefusedRow))
    shown = [first.reason, *islice(refused, MOST_SHOWN - 1)]
    more = sum(1 for _ in refused)
    return InputError(*shown, problem("rows_refused", count=len(shown) + more))
