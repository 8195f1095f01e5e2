"""Decisions as files: JSONL that loses nothing, CSV that no spreadsheet program takes for formulas."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of

COLUMNS = (
    "decision_id", "case_id", "task_kind", "stands", "outcome", "first_view", "grounds", "rationale", "change_reason", "appeal_result",
    "reviewer_number", "decided_at", "ad", "source", "external_id", "seller", "product", "jurisdictions", "language", "assessment_digest",
    "erased",
)  # fmt: skip
_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")


def decision_rows(store: Store) -> Iterator[dict[str, Any]]:
    """Give every decision with its case, oldest first. Reviewers stand as numbers: no export ranks persons."""
    d, c, a, v = schema.decision, schema.review_case, schema.assessment, schema.first_view
    joined = (
        select(d, c.c.ad, c.c.origin, c.c.product, c.c.jurisdictions, a.c.language, a.c.digest, v.c.outcome.label("first_outcome"))
        .join(c, c.c.id == d.c.case_id)
        .join(a, a.c.id == d.c.assessment_id)
        .join(v, v.c.id == d.c.first_view_id)
        .order_by(d.c.id)
    )
    with store.reading() as connection:
        newest = dict(connection.execute(select(d.c.case_id, d.c.id).where(d.c.task_kind != "second").order_by(d.c.id)).all())
        for row in connection.execute(joined).mappings().all():
            yield _row(connection, dict(row), stands=newest.get(row["case_id"]) == row["id"])


def json_lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Give rows as JSON, one a line, as they are."""
    return (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def csv_lines(rows: Iterator[dict[str, Any]], columns: tuple[str, ...] = COLUMNS) -> Iterator[str]:
    """Give rows as CSV for looking at: a cell that a spreadsheet program could run gets an apostrophe in front."""
    yield _line(columns)
    for row in rows:
        yield _line(tuple(safe_cell(row[column]) for column in columns))


def safe_cell(value: Any) -> str:
    """Give a value as a cell that stays text; NUL and other controls but the newline are shown as U+FFFD."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    text = "".join(c if c == "\n" or c.isprintable() or c == " " else "\t" if c == "\t" else "\ufffd" for c in text)
    return f"'{text}" if text.lstrip(" '\"").startswith(_STARTS) or text.startswith(_STARTS) else text


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _row(connection: Connection, row: dict[str, Any], *, stands: bool) -> dict[str, Any]:
    ad, origin = sealed_text(connection, row["ad"]), sealed_text(connection, row["origin"])
    told = json.loads(origin) if origin else {"source": "", "external_id": "", "seller": ""}
    return {
        "decision_id": row["id"],
        "case_id": row["case_id"],
        "task_kind": row["task_kind"],
        "stands": stands,
        "outcome": row["outcome"],
        "first_view": row["first_outcome"],
        "grounds": json.loads(row["grounds"]),
        "rationale": sealed_text(connection, row["rationale"]),
        "change_reason": sealed_text(connection, row["change_reason"]),
        "appeal_result": row["appeal_result"],
        "reviewer_number": row["reviewer_id"],
        "decided_at": instant_of(row["decided_at"]).isoformat(),
        "ad": ad,
        **told,
        "product": row["product"],
        "jurisdictions": row["jurisdictions"].split(","),
        "language": row["language"],
        "assessment_digest": row["digest"],
        "erased": not origin,
    }
