"""What is learnt from decisions: settled ones as labelled passages, never golden ones, never one that waits for another word."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, exists, select

from review.cases import assessment_record
from review.domain import Outcome, TaskKind
from review.record import schema
from review.record.store import Store, one

_LABELS = {Outcome.MISLEADING.value: "misleading", Outcome.NOT_MISLEADING.value: "acceptable"}


def labelled_passages(store: Store) -> Iterator[dict[str, Any]]:
    """Give each settled decision as text, label, and for misleading ones the spans with their claim types."""
    with store.reading() as connection:
        for decision in _settled(connection):
            row = one(connection, schema.assessment, decision["assessment_id"])
            opened = one(connection, schema.review_case, decision["case_id"])
            if row["language"] not in ("vi", "en") or not _is_kept(connection, opened["ad"]):
                continue
            record = assessment_record(connection, row)
            label = _LABELS[decision["outcome"]]
            spans = _spans(record, json.loads(decision["grounds"])) if label == "misleading" else []
            if label == "acceptable" or spans:
                yield {
                    "id": f"case-{decision['case_id']}",
                    "text": record["ad"]["text"],
                    "label": label,
                    "language": row["language"],
                    "product": opened["product"] or "other",
                    "spans": spans,
                    "was_overturned": decision["appeal_result"] == "overturned",
                    "was_flagged": row["triage"] != "none",
                }


def false_alarms(store: Store) -> tuple[str, ...]:
    """Give the ads the machine put forward and people, in the end, found not misleading: the slice to measure and mend on."""
    return tuple(row["text"] for row in labelled_passages(store) if row["was_flagged"] and row["label"] == "acceptable")


def _settled(connection: Connection) -> list[dict[str, Any]]:
    """Give the standing decisions that say yes or no, on cases with no open task and no golden answer."""
    d, task, golden, other = schema.decision, schema.task, schema.golden, schema.decision.alias("other")
    has_open = exists().where(task.c.case_id == d.c.case_id, ~exists().where(other.c.task_id == task.c.id).correlate(task))
    later = schema.decision.alias("later")
    is_outdone = exists().where(later.c.case_id == d.c.case_id, later.c.id > d.c.id, later.c.task_kind != TaskKind.SECOND.value)
    chosen = select(d).where(
        d.c.task_kind != TaskKind.SECOND.value,
        d.c.outcome.in_(tuple(_LABELS)),
        ~has_open,
        ~is_outdone,
        ~exists().where(golden.c.case_id == d.c.case_id),
    )
    return [dict(row) for row in connection.execute(chosen.order_by(d.c.id)).mappings().all()]


def _is_kept(connection: Connection, commitment: str) -> bool:
    kept = select(schema.sealed.c.commitment).where(schema.sealed.c.commitment == commitment, schema.sealed.c.body.is_not(None))
    return connection.execute(kept).first() is not None


def _spans(record: dict[str, Any], grounds: list[str]) -> list[dict[str, Any]]:
    """Give the words of the findings the decision rests on, overlapping ones joined, with their categories."""
    met = sorted(
        (span["start"], span["end"], finding["category"])
        for claim in record["claims"]
        for finding in claim["findings"]
        if finding["rule_id"] in grounds
        for span in finding["spans"]
    )
    joined: list[dict[str, Any]] = []
    for start, end, category in met:
        if joined and start < joined[-1]["end"]:
            joined[-1]["end"] = max(end, joined[-1]["end"])
            joined[-1]["types"] = list(dict.fromkeys([*joined[-1]["types"], category]))
        else:
            joined.append({"start": start, "end": end, "types": [category]})
    return joined
