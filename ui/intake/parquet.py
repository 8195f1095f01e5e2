"""Parquet tables, read in batches, only the columns that are needed."""

from collections.abc import Iterator
from typing import Any

from ui.intake.columns import ad_of, refuse_columns
from ui.intake.domain import AdRow, RefusedRow, Source
from ui.intake.foreign import parsing

_BATCH = 1_000


def read_parquet(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read the ads of a Parquet file."""
    for number, values in enumerate(_rows(source), 1):
        yield ad_of(values, number, f"{source.path.name}:{number}", source.columns)


def _rows(source: Source) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with parsing(source.path, pa.ArrowException):
        file = pq.ParquetFile(source.path)
    with file:
        names = file.schema_arrow.names
        refuse_columns(str(source.path), names, source.columns)
        wanted = (*source.columns.text, source.columns.id, source.columns.date)
        needed = [name for name in names if any(column == name or column.startswith(f"{name}.") for column in wanted)]
        batches = file.iter_batches(batch_size=_BATCH, columns=needed)
        while True:
            with parsing(source.path, pa.ArrowException):
                batch = next(batches, None)
                rows = batch.to_pylist() if batch is not None else None
            if rows is None:
                return
            yield from rows
