"""The case dossier: everything the record holds on one case, with proofs, in one file that can be checked offline."""

import base64
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from classifier.errors import OutOfScope, StoreError, problem
from classifier.records import digest_of
from review.cases import assessment_record
from review.papers import check_dossier
from review.reasons import reasons_of
from review.record import schema
from review.record.chain import plain_row
from review.record.checkpoints import Checkpoints, leaves
from review.record.merkle import Tree
from review.record.store import Store, one
from review.record.verification import SEALED_COLUMNS


def make_dossier(store: Store, case_id: int, kept: Checkpoints) -> dict[str, Any]:
    """Gather a case: each step with its event, row and proof, the texts, and what the reviewers were shown.

    Raises
    ------
    StoreError
        No checkpoint covers the case yet: sign one first.
    """
    with store.reading() as connection:
        return gather(connection, case_id, kept, leaves(connection))


def gather(connection: Connection, case_id: int, kept: Checkpoints, tree: Tree) -> dict[str, Any]:
    """Gather a case on an open connection, with a tree that may serve several."""
    newest = kept.newest()
    public = kept.key_of(newest.size) if newest else None
    one(connection, schema.review_case, case_id)
    event = schema.audit_event
    events = [
        dict(row) for row in connection.execute(select(event).where(event.c.case_id == case_id).order_by(event.c.sequence)).mappings()
    ]
    if newest is None or public is None or events[-1]["sequence"] > newest.size:
        raise StoreError(problem("checkpoint_needed", f"case {case_id}"))
    steps: list[dict[str, Any]] = []
    commitments: list[str] = []
    reasons: dict[str, Any] = {}
    for found in events:
        body = json.loads(found["body"])
        row = one(connection, schema.metadata.tables[body["table"]], body["id"])
        proof = [part.hex() for part in tree.inclusion(found["sequence"] - 1, newest.size)]
        steps.append({"event": found, "row": plain_row(row), "proof": proof})
        commitments += [row[column] for table, column in SEALED_COLUMNS if table.name == body["table"] and row[column]]
        if body["table"] == "receipt":
            reasons |= _reasons(connection, row["assessment_id"])
    dossier = {
        "format": check_dossier.FORMAT,
        "case_id": case_id,
        "checkpoint": newest.note,
        "public_key": public.hex(),
        "steps": steps,
        "texts": [_text(connection, commitment) for commitment in dict.fromkeys(commitments)],
        "reasons": reasons,
    }
    return dossier | {"digest": digest_of(dossier)}


def as_json(dossier: dict[str, Any]) -> str:
    """Give a dossier as canonical JSON."""
    return check_dossier.canonical(dossier).decode("utf-8") + "\n"


def as_html(dossier: dict[str, Any]) -> str:
    """Give a dossier as one page to read, with the JSON inside."""
    return check_dossier.render(dossier)


def checker_file() -> Path:
    """Give the file that checks dossiers: stand-alone, to be handed over with them."""
    return Path(check_dossier.__file__)


def _reasons(connection: Connection, assessment_id: int) -> dict[str, Any]:
    """Give the reasons shown by their digest; nothing when the text was erased."""
    row = one(connection, schema.assessment, assessment_id)
    try:
        return {row["reasons_digest"]: reasons_of(assessment_record(connection, row))}
    except OutOfScope:
        return {}


def _text(connection: Connection, commitment: str) -> dict[str, Any]:
    row = connection.execute(select(schema.sealed).where(schema.sealed.c.commitment == commitment)).mappings().one()
    body = None if row["body"] is None else base64.b64encode(bytes(row["body"])).decode()
    return {"commitment": commitment, "salt": None if row["salt"] is None else bytes(row["salt"]).hex(), "body": body}
