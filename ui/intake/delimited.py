"""Tables of text: CSV and TSV, whatever their delimiter and encoding."""

import csv
from collections.abc import Iterator
from itertools import chain, islice
from typing import TextIO

from classifier.errors import InputError, problem
from ui.intake.bounds import MOST_FIELD
from ui.intake.columns import ad_of, refuse_columns
from ui.intake.domain import AdRow, ColumnMap, RefusedRow, Source, notice
from ui.intake.encoding import composed, encoding_of, legacy_font
from ui.intake.excerpts import excerpt

_DELIMITERS = ",;\t|"
_HEADER = 64_000


def read_delimited(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a CSV or TSV file row by row; a row with too many or too few cells is refused, the others go on."""
    csv.field_size_limit(MOST_FIELD)
    encoding = encoding_of(source)
    with source.path.open(encoding=encoding, newline="") as lines:
        delimiter = _delimiter(lines, source)
        records = _records(lines, delimiter, source)
        columns = next(records, (1, []))[1]
        refuse_columns(str(source.path), columns, source.columns)
        for number, (line, cells) in enumerate(_noticing_fonts(records, source), 1):
            where = f"{source.path.name}:{line}"
            if len(cells) != len(columns):
                reason = problem("file_ragged", where, expected=len(columns), found=len(cells))
                yield RefusedRow(row_id=str(number), reason=reason, excerpt=excerpt(delimiter.join(cells)))
            else:
                values = {name: composed(cell, encoding) for name, cell in zip(columns, cells, strict=True)}
                yield ad_of(values, number, where, source.columns)


def _records(lines: TextIO, delimiter: str, source: Source) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line it begins on; blank lines are none."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = reader.line_num + 1
    try:
        for cells in reader:
            if cells and not (begins == 1 and cells[0].lower().startswith("sep=") and len("".join(cells)) < 6):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        where = f"{source.path}:{begins}"
        if "field limit" in str(error):
            raise InputError(problem("file_field_large", where, most=MOST_FIELD)) from error
        raise InputError(problem("file_quote", where, detail=str(error))) from error
    except UnicodeError as error:
        raise InputError(problem("file_encoding", f"{source.path}:{begins}", detail=str(error))) from error


def _delimiter(lines: TextIO, source: Source) -> str:
    """Give the delimiter under which the header holds the mapped columns, else the commonest; told when not the usual one."""
    first = lines.readline(_HEADER)
    usual = "\t" if source.path.suffix.lower() in (".tsv", ".tab") else ","
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        found = first[4]
    else:
        by_count = sorted(_DELIMITERS, key=lambda mark: (-first.count(mark), mark != usual))
        found = next((mark for mark in by_count if _fits(first, mark, source.columns)), by_count[0])
    if found != usual:
        source.note(notice("delimiter", source.path.name, delimiter=repr(found)))
    lines.seek(0)
    return found


def _fits(header: str, mark: str, columns: ColumnMap) -> bool:
    cells = next(csv.reader([header], delimiter=mark), [])
    return all(column in cells for column in columns.text)


def _noticing_fonts(records: Iterator[tuple[int, list[str]]], source: Source) -> Iterator[tuple[int, list[str]]]:
    """Refuse a table whose first rows are in an old font encoding that was saved as if it were Unicode."""
    first = list(islice(records, 50))
    if old := legacy_font(" ".join(cell for _, cells in first for cell in cells)):
        raise InputError(problem("file_font_encoding", str(source.path), encoding=old))
    return chain(first, records)
