"""The chain of events: each holds the digest of the one before, and the digest of the row it tells of."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Connection, select

from classifier.records import canonical, digest_of
from review.record import schema

BEGINNING = "0" * 64
_NEWEST = select(schema.audit_event.c.sequence, schema.audit_event.c.digest).order_by(schema.audit_event.c.sequence.desc()).limit(1)
_APPEND = schema.audit_event.insert()


def row_digest(row: Mapping[str, Any]) -> str:
    """Give the digest of a stored row, of every column in it; bytes stand in it by their own digest."""
    return digest_of(plain_row(row))


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row as JSON can hold it: bytes by their SHA-256."""
    return {name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes | memoryview) else value for name, value in row.items()}


class RowDigests:
    """The digests of many rows of one table, given as tuples: what :func:`row_digest` gives, without a mapping for each.

    Parameters
    ----------
    columns : sequence of str
        Names of all columns, in the order of the tuples.
    without : str
        A column that is not part of the digest.
    """

    def __init__(self, columns: Sequence[str], without: str = "") -> None:
        chosen = sorted((name, n) for n, name in enumerate(columns) if name != without)
        self._labelled = [(f'{"," if k else "{"}"{name}":', n) for k, (name, n) in enumerate(chosen)]

    def digest(self, row: Sequence[Any]) -> str:
        """Give the digest of one row."""
        return hashlib.sha256(("".join([label + _WRITTEN[type(row[n])](row[n]) for label, n in self._labelled]) + "}").encode()).hexdigest()


_WRITTEN: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    float: float.__repr__,
    type(None): lambda _: "null",
    bytes: lambda value: f'"{hashlib.sha256(value).hexdigest()}"',
    memoryview: lambda value: f'"{hashlib.sha256(value).hexdigest()}"',
}


def event_digest(event: Mapping[str, Any]) -> str:
    """Give the digest of an event: of all its columns but the digest itself."""
    return digest_of({name: value for name, value in event.items() if name != "digest"})


def append_event(
    connection: Connection, *, at: int, actor_id: int, action: str, case_id: int | None, table: str, row: Mapping[str, Any]
) -> str:
    """Append the event that tells of a new row, in the transaction that wrote the row; give its digest."""
    newest = connection.execute(_NEWEST).first()
    event = {
        "sequence": newest.sequence + 1 if newest else 1,
        "at": at,
        "actor_id": actor_id,
        "action": action,
        "case_id": case_id,
        "body": canonical({"table": table, "id": row["id"], "row": row_digest(row)}).decode(),
        "previous_digest": newest.digest if newest else BEGINNING,
    }
    event["digest"] = event_digest(event)
    connection.execute(_APPEND, event)
    return str(event["digest"])
