"""Files of ads through the checker, into the record as cases."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from classifier.batch import assess_many
from classifier.domain import Ad, Assessment, Scope
from classifier.errors import InputError, problem
from classifier.law.loading import load_packs
from review.cases import open_case
from review.record.store import Store
from review.replay import archive
from ui.intake.copies import CopyFinder
from ui.intake.domain import AdRow, RefusedRow
from ui.intake.excerpts import excerpt
from ui.intake.plan import refuse_changed, stamps_of
from ui.intake.progress import progress_bar
from ui.intake.reading import check_inputs, is_picture, read_ads
from ui.intake.scanning import ad_from, all_refused
from ui.intake.work import QueueCounts, Queueing


def queue_files(work: Queueing) -> QueueCounts:
    """Assess the ads of files and open a case for each. The same ad of the same file opens one case only.

    All but pictures are read through once before the first case is opened: a row that cannot be read stops the run before it changes
    anything, unless there is a side file for it.
    """
    check_inputs(work.inputs)
    stamps = stamps_of(work.inputs)
    _look_through(work)
    refuse_changed(stamps)
    counts = QueueCounts()
    if work.side is not None:
        work.side.begin()
    finder = _Earlier() if work.once else None
    store = Store(work.store)
    try:
        archive(store, load_packs(work.own_packs))
        for path in work.inputs:
            _queue_file(path, work, store, counts, finder)
    finally:
        store.close()
    return counts


def _look_through(work: Queueing) -> None:
    """Refuse what would stop the run half-way. Pictures are not read twice: that takes seconds each."""
    quick = [path for path in work.inputs if not is_picture(path)]
    rows = read_ads(quick, work.columns, lambda _: None)
    for number, row in enumerate(rows, 1):
        if isinstance(row, RefusedRow) and work.side is None:
            raise all_refused(row, rows)
        if number > work.most_rows:
            raise InputError(problem("rows_many", most=work.most_rows))


@dataclass(slots=True)
class _Earlier:
    """Tells of an ad where the first one like it stood, if one did."""

    finder: CopyFinder = field(default_factory=CopyFinder)
    places: list[str] = field(default_factory=list)

    def earlier(self, row: AdRow) -> str | None:
        self.places.append(row.where)
        member = self.finder.place(len(self.places), row.text)
        return None if member.copy == "first" else self.places[member.group - 1]


@dataclass(slots=True)
class _Waiting:
    rows: "deque[AdRow]" = field(default_factory=deque)
    side_lines: list[bytes] = field(default_factory=list)


def _queue_file(path: Path, work: Queueing, store: Store, counts: QueueCounts, finder: "_Earlier | None") -> None:
    waiting = _Waiting()
    with progress_bar(counts.ads) as advance:
        for assessment in assess_many(_ads(path, work, waiting, counts, finder), _whole, own_packs=work.own_packs):
            row = waiting.rows.popleft()
            raw = row.raw if row.raw is not None else row.text.encode("utf-8")
            opened = open_case(store, assessment, source=path.name, external_id=row.row_id, raw=raw)
            counts.ads += 1
            counts.opened += opened.is_new
            if assessment.ruling.scope is not Scope.IN:
                counts.refused += 1
                if work.side is not None:
                    waiting.side_lines.append(work.side.not_assessed(row, assessment.ruling.reason))
            advance()
    if work.side is not None:
        work.side.append(waiting.side_lines)


def _ads(path: Path, work: Queueing, waiting: _Waiting, counts: QueueCounts, finder: "_Earlier | None") -> Iterator[Ad]:
    rows = read_ads([path], work.columns, work.note)
    for row in rows:
        first = finder.earlier(row) if finder and isinstance(row, AdRow) else None
        if first is not None and isinstance(row, AdRow):
            counts.copies += 1
            refused = RefusedRow(row_id=row.row_id, reason=problem("row_copy", row.where, first=first), excerpt=excerpt(row.text))
            waiting.side_lines.extend([work.side.unreadable(refused)] if work.side else [])
        elif isinstance(row, AdRow):
            waiting.rows.append(row)
            yield ad_from(row, work.make)
        elif work.side is None:
            raise all_refused(row, rows)
        else:
            counts.unreadable += 1
            waiting.side_lines.append(work.side.unreadable(row))


def _whole(assessment: Assessment) -> Assessment:
    return assessment
