"""The same scan on Apache Spark: Parquet in, Parquet out, part by part. Nothing here assesses; it hands ads to the same path.

Spark writes a part once whatever happens to the worker that made it, and ``_SUCCESS`` when all are there. The package
must be installed where the workers run.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.batch import assess_many
from classifier.domain import Ad, Assessment, Scope
from classifier.errors import InputError, problem
from ui.intake.columns import ad_of
from ui.intake.domain import AdRow, ColumnMap
from ui.intake.reading import check_inputs
from ui.intake.scanning import ad_from
from ui.rows import COLUMNS, WHOLE_COLUMNS, summary_row

if TYPE_CHECKING:
    import pyarrow as pa

DIGEST = "digest"
_LISTS = ("claim_types", "missing_rules")
_UNREADABLE = {"scope": Scope.CANNOT_ASSESS.value, "language": "unknown", "flagged": 0, "claim_types": [], "missing_rules": []}
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    "spark.sql.files.maxPartitionBytes": "4m",
    "spark.sql.session.timeZone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkScan:
    """What to scan on which cluster. ``out`` becomes a folder of Parquet parts; it must not be there yet.

    ``own_packs`` is read where the workers run, so it must lie where all of them see it.
    """

    inputs: tuple[Path, ...]
    out: Path
    columns: ColumnMap
    make: "partial[Ad]"
    master: str
    own_packs: Path | None = None


def scan_on_spark(scan: SparkScan) -> int:
    """Assess the ads of Parquet files on a cluster; give how many there were.

    The columns are those of ``adcheck scan`` and the digest of each assessment. The order of rows is not kept. A row that
    cannot be read is there too: ``cannot_assess``, with the code of its reason.

    Raises
    ------
    InputError
        An input is no Parquet file or lacks a column, the output is there already, or Spark cannot do the work.
    """
    check_inputs(scan.inputs)
    wrong = [path for path in scan.inputs if path.suffix.lower() != ".parquet"]
    if wrong:
        raise InputError(*(problem("spark_parquet", str(path)) for path in wrong))
    if scan.out.exists():
        raise InputError(problem("spark_out", str(scan.out)))
    session, failed = _session(scan.master)
    try:
        frame = session.read.parquet(*(str(path.resolve()) for path in scan.inputs))
        own_packs = scan.own_packs.resolve() if scan.own_packs else None
        assess = partial(assess_batches, columns=scan.columns, make=scan.make, own_packs=own_packs)
        assessed = frame.mapInArrow(assess, _schema(scan.make))
        assessed.write.mode("errorifexists").parquet(str(scan.out.resolve()))
        return int(session.read.parquet(str(scan.out.resolve())).count())
    except failed as error:
        raise InputError(problem("spark_failed", scan.master, detail=str(error).splitlines()[0][:200])) from error
    finally:
        session.stop()


def assess_batches(
    batches: "Iterator[pa.RecordBatch]", *, columns: ColumnMap, make: "partial[Ad]", own_packs: Path | None = None
) -> "Iterator[pa.RecordBatch]":
    """Give a batch of results for each batch of rows; runs on a worker."""
    import pyarrow as pa

    kinds = {"risk": pa.float64(), "flagged": pa.int8()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in _columns(make)])
    for batch in batches:
        rows = [ad_of(values, number, str(number), columns) for number, values in enumerate(batch.to_pylist(), 1)]
        results = assess_many((ad_from(row, make) for row in rows if isinstance(row, AdRow)), _row, own_packs=own_packs)
        told = [
            {"id": row.row_id, **(next(results) if isinstance(row, AdRow) else {**_UNREADABLE, "scope_reason": row.reason.code})}
            for row in rows
        ]
        yield pa.RecordBatch.from_pylist([{**row, **{name: ";".join(row[name]) for name in _LISTS}} for row in told], schema=schema)


def _columns(make: "partial[Ad]") -> tuple[str, ...]:
    return (*(WHOLE_COLUMNS if make.keywords.get("is_whole") else COLUMNS), DIGEST)


def _schema(make: "partial[Ad]") -> str:
    kinds = {"risk": "double", "flagged": "tinyint"}
    return ", ".join(f"{name} {kinds.get(name, 'string')}" for name in _columns(make))


def _row(assessment: Assessment) -> dict[str, Any]:
    return {**summary_row(assessment), DIGEST: assessment.digest}


def _session(master: str) -> tuple[Any, tuple[type[Exception], ...]]:
    """Give a session on a cluster, and what it may raise."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise InputError(problem("spark_missing", detail=error.name or str(error))) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("adcheck")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    if master.startswith("local"):
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    failed = (PySparkException, Py4JError)
    try:
        return builder.getOrCreate(), failed
    except (*failed, RuntimeError) as error:
        raise InputError(problem("spark_failed", master, detail=str(error).splitlines()[0][:200])) from error
