"""The chain of events: each holds the digest of the one before, and the digest of the row it tells of."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from classifier.records import canonical, digest_of
from review.record import schema

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the history that does not hold. ``sequence`` is None for a row no event tells of."""

    code: str
    sequence: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole history found."""

    n_events: int
    head: str
    faults: tuple[Fault, ...]


def row_digest(row: Mapping[str, Any]) -> str:
    """Give the digest of a stored row, of every column in it."""
    plain = {name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for name, value in row.items()}
    return digest_of(plain)


def event_digest(event: Mapping[str, Any]) -> str:
    """Give the digest of an event: of all its columns but the digest itself."""
    return digest_of({name: value for name, value in event.items() if name != "digest"})


def append_event(connection: Connection, *, at: str, actor: str, action: str, table: str, row: Mapping[str, Any]) -> str:
    """Append the event that tells of a new row, in the transaction that wrote the row; give its digest."""
    newest = connection.execute(
        select(schema.audit_event.c.sequence, schema.audit_event.c.digest).order_by(schema.audit_event.c.sequence.desc()).limit(1)
    ).first()
    event = {
        "sequence": newest.sequence + 1 if newest else 1,
        "at": at,
        "actor": actor,
        "action": action,
        "body": canonical({"table": table, "id": row["id"], "row": row_digest(row)}).decode(),
        "previous_digest": newest.digest if newest else BEGINNING,
    }
    event["digest"] = event_digest(event)
    connection.execute(schema.audit_event.insert().values(event))
    return str(event["digest"])


def verify_history(connection: Connection, expected_head: str | None = None) -> Verification:
    """Check every event against the one before and against the row it tells of, and every row for its event.

    ``expected_head`` is a digest kept elsewhere: it must stand in the chain, or its end was cut off.
    """
    faults: list[Fault] = []
    told: dict[tuple[str, int], str] = {}
    head, n_events, seen_head = BEGINNING, 0, expected_head in (None, BEGINNING)
    for event in map(dict, connection.execute(select(schema.audit_event).order_by(schema.audit_event.c.sequence)).mappings()):
        n_events += 1
        faults += _faults_of_event(event, n_events, head)
        told.update(_told(event))
        head = event["digest"]
        seen_head = seen_head or head == expected_head
    faults += _faults_of_rows(connection, told)
    if not seen_head:
        faults.append(Fault("head_missing", None, str(expected_head)))
    return Verification(n_events, head, tuple(faults))


def _faults_of_event(event: Mapping[str, Any], position: int, head: str) -> Iterator[Fault]:
    sequence = event["sequence"]
    if sequence != position:
        yield Fault("sequence_gap", sequence, f"expected {position}")
    if event["previous_digest"] != head:
        yield Fault("chain_broken", sequence, "previous_digest")
    if event_digest(event) != event["digest"]:
        yield Fault("event_edited", sequence, event["action"])


def _told(event: Mapping[str, Any]) -> dict[tuple[str, int], str]:
    try:
        body = json.loads(event["body"])
        return {(body["table"], body["id"]): body["row"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _faults_of_rows(connection: Connection, told: dict[tuple[str, int], str]) -> Iterator[Fault]:
    for table in schema.KEPT:
        for row in map(dict, connection.execute(select(table)).mappings()):
            known = told.pop((table.name, row["id"]), None)
            if known is None:
                yield Fault("row_without_event", None, f"{table.name} {row['id']}")
            elif known != row_digest(row):
                yield Fault("row_edited", None, f"{table.name} {row['id']}")
    for name, row_id in told:
        yield Fault("event_without_row", None, f"{name} {row_id}")
