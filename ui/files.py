"""Tables of ads in, tables of results out: CSV, JSONL, Parquet, by the ending of the name.

Everything is read as text. A file is written beside its name first and renamed when it is whole.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from classifier.errors import InputError, problem
from classifier.records import canonical

ENDINGS = (".csv", ".jsonl", ".ndjson", ".parquet")
_MOST_FIELD = 2**31 - 1
_SAMPLE = 64_000
_ARROW_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AdRow:
    """One row of an input file: its id, its text and where it stands."""

    row_id: str
    text: str
    where: str


def read_rows(paths: Iterable[Path], *, text_column: str, id_column: str) -> Iterator[AdRow]:
    """Read the ads of files, in order. Without an id column a row's id is its number.

    Raises
    ------
    InputError
        A file cannot be read, its ending is not known, it has no text column, or a line is broken.
    """
    for path in paths:
        for number, row in enumerate(_rows_of(path, text_column), 1):
            text = row[text_column]
            yield AdRow(str(row.get(id_column, number)), "" if text is None else str(text), f"{path.name}:{number}")


def check_inputs(paths: Iterable[Path]) -> None:
    """Refuse, before any work, a path that is not a readable file of a known ending."""
    problems = []
    for path in paths:
        if path.suffix.lower() not in ENDINGS:
            problems.append(problem("file_ending", str(path), expected=", ".join(ENDINGS)))
        elif not path.is_file():
            problems.append(problem("file_missing", str(path)))
        elif not path.stat().st_size:
            problems.append(problem("file_empty", str(path)))
    if problems:
        raise InputError(*problems)


def _rows_of(path: Path, text_column: str) -> Iterator[Mapping[str, Any]]:
    readers: dict[str, Callable[[Path, str], Iterator[Mapping[str, Any]]]] = {".csv": _csv_rows, ".parquet": _parquet_rows}
    try:
        yield from readers.get(path.suffix.lower(), _json_rows)(path, text_column)
    except OSError as error:
        raise InputError(problem("file_unreadable", str(path), detail=error.strerror or str(error))) from error


def _csv_rows(path: Path, text_column: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(_MOST_FIELD)
    with path.open(encoding=_encoding(path), newline="") as lines:
        reader = csv.reader(lines, dialect=_dialect(lines), strict=True)
        try:
            columns = next(reader, [])
            _refuse_columns(path, columns, text_column)
            for cells in reader:
                if cells and len(cells) != len(columns):
                    where = f"{path}:{reader.line_num}"
                    raise InputError(problem("file_ragged", where, expected=len(columns), found=len(cells)))
                if cells:
                    yield dict(zip(columns, cells, strict=True))
        except csv.Error as error:
            raise InputError(problem("file_quote", f"{path}:{reader.line_num}", detail=str(error))) from error
        except UnicodeDecodeError as error:
            raise InputError(problem("file_encoding", str(path), detail=str(error))) from error


def _encoding(path: Path) -> str:
    """Give UTF-8 when the whole file is; else the likeliest encoding, said on standard error."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8-sig")
        return "utf-8-sig"
    except UnicodeDecodeError:
        best = from_bytes(raw[:_SAMPLE]).best()
    if best is None:
        raise InputError(problem("file_encoding", str(path), detail="unknown"))
    sys.stderr.write(f"{path}: {best.encoding}\n")
    return best.encoding


def _dialect(lines: Any) -> type[csv.Dialect]:
    first = lines.readline()
    lines.seek(0)
    delimiter = max(",;\t", key=first.count)

    class Found(csv.excel):
        pass

    Found.delimiter = delimiter
    return Found


def _refuse_columns(path: Path, columns: list[str], text_column: str) -> None:
    if columns.count(text_column) > 1:
        raise InputError(problem("file_column_twice", str(path), column=text_column))
    if text_column not in columns:
        raise InputError(problem("file_column", str(path), column=text_column, found=", ".join(columns)))


def _json_rows(path: Path, text_column: str) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(problem("file_json", f"{path}:{number}", detail=str(error))) from error
            if not isinstance(row, dict) or text_column not in row:
                found = ", ".join(row) if isinstance(row, dict) else type(row).__name__
                raise InputError(problem("file_column", f"{path}:{number}", column=text_column, found=found))
            yield row


def _parquet_rows(path: Path, text_column: str) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _refuse_columns(path, file.schema_arrow.names, text_column)
            for batch in file.iter_batches(batch_size=_ARROW_BATCH):
                yield from batch.to_pylist()
    except pa.ArrowInvalid as error:
        raise InputError(problem("file_unreadable", str(path), detail=str(error))) from error


class Writer:
    """Writes result rows to CSV, JSONL or Parquet."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.columns = path, columns
        self.full = path.suffix.lower() in (".jsonl", ".ndjson")

    @contextmanager
    def open(self) -> Iterator[Callable[[dict[str, Any]], None]]:
        """Give a function that writes one row; the file appears under its name only when all went well."""
        partial = self.path.with_name(f".{self.path.name}.part")
        try:
            with self._opened(partial) as write:
                yield write
            partial.replace(self.path)
        except OSError as error:
            raise InputError(problem("file_unwritable", str(self.path), detail=error.strerror or str(error))) from error
        finally:
            partial.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, partial: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
        if self.path.suffix.lower() == ".parquet":
            with _parquet_writer(partial, self.columns) as write:
                yield write
        elif self.full:
            with partial.open("wb") as file:
                yield lambda row: _write_json(file, row)
        else:
            with partial.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.DictWriter(lines, self.columns, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                yield lambda row: _write_cells(writer, row)


def _write_json(file: Any, row: dict[str, Any]) -> None:
    file.write(canonical(row) + b"\n")


def _write_cells(writer: "csv.DictWriter[str]", row: dict[str, Any]) -> None:
    writer.writerow({name: ";".join(cell) if isinstance(cell, list) else cell for name, cell in row.items()})


@contextmanager
def _parquet_writer(partial: Path, columns: tuple[str, ...]) -> Iterator[Callable[[dict[str, Any]], None]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"risk": pa.float64(), "flagged": pa.int8()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    waiting: list[dict[str, Any]] = []
    with pq.ParquetWriter(partial, schema) as writer:

        def write(row: dict[str, Any]) -> None:
            plain = {name: ";".join(row[name]) if isinstance(row[name], list) else row[name] for name in columns}
            waiting.append(plain)
            if len(waiting) >= _ARROW_BATCH:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
                waiting.clear()

        yield write
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema=schema))


def read_labelled(path: Path) -> list[tuple[str, str]]:
    """Read the texts and labels of a table with the columns ``text`` and ``label``."""
    rows = list(_rows_of(path, "text"))
    if rows and "label" not in rows[0]:
        raise InputError(problem("file_column", str(path), column="label", found=", ".join(rows[0])))
    return [(str(row["text"]), str(row["label"])) for row in rows]
