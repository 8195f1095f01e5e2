"""Result rows as bytes of CSV and JSON lines, and JSON lines as a Parquet file."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from classifier.errors import InputError, problem
from classifier.records import canonical

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
FULL = (".jsonl", ".ndjson")
"""Endings of outputs that hold everything behind a result."""
_BATCH = 1_000
_FORMULA = ("=", "@", "\t", "\r", "＝", "＠")

Encode = Callable[[dict[str, Any]], bytes]


def check_output(out: Path) -> None:
    """Refuse an output whose ending is not known or that lies in no folder."""
    if out.suffix.lower() not in ENDINGS:
        raise InputError(problem("file_ending", str(out), expected=", ".join(ENDINGS)))
    if not out.parent.is_dir():
        raise InputError(problem("folder_missing", str(out.parent)))


def encoder(ending: str, columns: tuple[str, ...]) -> tuple[bytes, Encode]:
    """Give the header and the function that writes a row; the first column is the id. Rows on their way to Parquet are JSON lines."""
    if ending in FULL:
        return b"", json_line
    if ending == ".parquet":
        return b"", lambda row: json_line({name: _cell(row.get(name)) for name in columns})
    delimiter = "\t" if ending == ".tsv" else ","
    others = columns[1:]
    return cells_line(columns, delimiter), lambda row: cells_line(
        [_inert(row["id"]), *(_cell(row.get(name)) for name in others)], delimiter
    )


def json_line(row: dict[str, Any]) -> bytes:
    """Give a row as one line of JSON."""
    return canonical(row) + b"\n"


def cells_line(cells: Iterable[Any], delimiter: str = ",") -> bytes:
    """Give cells as one record of CSV."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return line.getvalue().encode("utf-8")


def to_parquet(lines: Path, target: Path, columns: tuple[str, ...]) -> None:
    """Turn JSON lines into a Parquet file, batch by batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"risk": pa.float64(), "flagged": pa.int8(), "group": pa.int64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    with lines.open("rb") as file, pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(json.loads(line) for line in file):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _cell(value: Any) -> Any:
    return ";".join(value) if isinstance(value, list) else value


def _inert(row_id: str) -> str:
    """Keep a spreadsheet from running an id, the only foreign cell, as a formula."""
    return f"'{row_id}" if row_id.startswith(_FORMULA) else row_id
