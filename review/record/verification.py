"""Proving that a history holds: events against each other, rows against events, texts against commitments, roots against checkpoints.

Everything is read as a stream, so that a million events need no more memory than a hundred.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, exists, select

from review.record import schema
from review.record.chain import BEGINNING, event_digest, row_digest
from review.record.merkle import Frontier
from review.record.sealing import commitment_of
from review.record.signing import Checkpoint

MOST_FAULTS = 100
_STREAM = {"yield_per": 500}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the history that does not hold. ``sequence`` is the first event it shows at, None where no event tells."""

    code: str
    sequence: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the history found. ``n_unanchored`` events stand after the newest checkpoint."""

    n_events: int
    head: str
    faults: tuple[Fault, ...]
    n_unanchored: int
    n_erased: int = 0
    n_clock_steps: int = 0


def verify_history(
    connection: Connection, expected_head: str | None = None, checkpoints: Sequence[Checkpoint] = (), since: Frontier | None = None
) -> Verification:
    """Check every event against the one before and the row it tells of, every row for its event, and the roots.

    Parameters
    ----------
    expected_head : str, optional
        A digest kept elsewhere: it must stand in the chain, or its end was cut off.
    checkpoints : sequence of Checkpoint
        Signed roots kept outside, with their signatures checked.
    since : Frontier, optional
        The tree at a checkpoint up to which everything was checked before: only what came after is checked.
    """
    walk = _Walk(connection, checkpoints, since or Frontier())
    walk.run(expected_head)
    n_erased = 0
    if since is None:
        n_erased = walk.check_texts()
    newest = max((checkpoint.size for checkpoint in checkpoints), default=0)
    faults = sorted(walk.faults, key=lambda fault: (fault.sequence is None, fault.sequence or 0))[:MOST_FAULTS]
    return Verification(walk.size, walk.head, tuple(faults), max(0, walk.size - newest), n_erased, walk.n_clock_steps)


class _Walk:
    """One pass over the events, with the rows of every table read beside them."""

    def __init__(self, connection: Connection, checkpoints: Sequence[Checkpoint], tree: Frontier) -> None:
        self.connection = connection
        self.faults: list[Fault] = []
        self.tree = Frontier(tree.size, list(tree.roots))
        self.start = tree.size
        self.size, self.head, self.n_clock_steps = tree.size, BEGINNING, 0
        self._roots = {checkpoint.size: checkpoint.root for checkpoint in checkpoints}
        self._rows: dict[str, _Rows] = {}

    def run(self, expected_head: str | None) -> None:
        event = schema.audit_event
        is_seen = expected_head in (None, BEGINNING)
        if self.start:
            self.head = self.connection.execute(select(event.c.digest).where(event.c.sequence == self.start)).scalar() or BEGINNING
            is_seen = is_seen or self.head == expected_head
        before = 0
        chosen = select(event).where(event.c.sequence > self.start).order_by(event.c.sequence)
        for row in self.connection.execution_options(**_STREAM).execute(chosen).mappings():
            found = dict(row)
            self._event(found)
            is_seen = is_seen or self.head == expected_head
            self.n_clock_steps += found["at"] < before
            before = found["at"]
        self._after(is_seen, expected_head)

    def _event(self, event: dict[str, Any]) -> None:
        self.size += 1
        sequence = event["sequence"]
        if sequence != self.size:
            self._fault("sequence_gap", sequence, f"expected {self.size}")
            self.size = sequence
        if event["previous_digest"] != self.head:
            self._fault("chain_broken", sequence, "previous_digest")
        if event_digest(event) != event["digest"]:
            self._fault("event_edited", sequence, event["action"])
        self.head = event["digest"]
        self._row_of(event)
        try:
            self.tree.append(bytes.fromhex(self.head))
        except ValueError:
            self.tree.append(b"")
        signed = self._roots.pop(self.tree.size, None)
        if signed is not None and signed != self.tree.root():
            self._fault("checkpoint_differs", sequence, str(self.tree.size))

    def _row_of(self, event: Mapping[str, Any]) -> None:
        try:
            body = json.loads(event["body"])
            table, row_id, told = schema.metadata.tables[body["table"]], int(body["id"]), body["row"]
        except (ValueError, KeyError, TypeError):
            self._fault("event_edited", event["sequence"], "body")
            return
        rows = self._rows.setdefault(table.name, _Rows(self.connection, table, row_id if self.start else 0))
        for strange in rows.up_to(row_id):
            self._fault("row_without_event", event["sequence"], f"{table.name} {strange}")
        row = rows.take(row_id)
        if row is None:
            self._fault("event_without_row", event["sequence"], f"{table.name} {row_id}")
        elif row_digest(row) != told:
            self._fault("row_edited", event["sequence"], f"{table.name} {row_id}")

    def _after(self, is_seen: bool, expected_head: str | None) -> None:
        for table in schema.KEPT:
            rows = self._rows.get(table.name)
            if rows is None and self.start == 0:
                rows = _Rows(self.connection, table, 0)
            for strange in rows.rest() if rows else ():
                self._fault("row_without_event", None, f"{table.name} {strange}")
        if not is_seen:
            self._fault("head_missing", None, str(expected_head))
        for size in sorted(size for size in self._roots if size > self.start):
            self._fault("checkpoint_ahead", min(self.size + 1, size), str(size))

    def check_texts(self) -> int:
        """Check every text against its commitment, and every missing text for the order that erased it; count those."""
        sealed, erasure = schema.sealed, schema.erasure
        erased = 0
        by_order = exists().where(erasure.c.case_id == sealed.c.case_id)
        for row in self.connection.execution_options(**_STREAM).execute(select(sealed, by_order.label("by_order"))).mappings():
            if row["body"] is None:
                erased += 1
                if not row["by_order"]:
                    self._fault("text_missing", None, row["commitment"][:16])
            elif commitment_of(bytes(row["salt"]), bytes(row["body"])) != row["commitment"]:
                self._fault("text_edited", None, row["commitment"][:16])
        self._check_references()
        return erased

    def _check_references(self) -> None:
        """Find commitments in the chain whose texts are nowhere, not even erased."""
        for table, column in SEALED_COLUMNS:
            held = exists().where(schema.sealed.c.commitment == table.c[column])
            missing = select(table.c.id).where(table.c[column].is_not(None), ~held).limit(MOST_FAULTS)
            for row_id in self.connection.execute(missing).scalars():
                self._fault("text_gone", None, f"{table.name} {row_id}")

    def _fault(self, code: str, sequence: int | None, detail: str) -> None:
        if len(self.faults) < 10 * MOST_FAULTS:
            self.faults.append(Fault(code, sequence, detail))


class _Rows:
    """The rows of one table in the order of their ids, read as they are asked for."""

    def __init__(self, connection: Connection, table: Table, start: int) -> None:
        chosen = select(table).where(table.c.id >= start).order_by(table.c.id)
        self._rows: Iterator[Any] = iter(connection.execution_options(**_STREAM).execute(chosen).mappings())
        self._next: dict[str, Any] | None = self._read()

    def _read(self) -> dict[str, Any] | None:
        row = next(self._rows, None)
        return None if row is None else dict(row)

    def up_to(self, row_id: int) -> Iterator[int]:
        """Pass over rows no event has told of."""
        while self._next is not None and self._next["id"] < row_id:
            yield self._next["id"]
            self._next = self._read()

    def take(self, row_id: int) -> dict[str, Any] | None:
        """Give a row, if it is there."""
        if self._next is None or self._next["id"] != row_id:
            return None
        row, self._next = self._next, self._read()
        return row

    def rest(self) -> Iterator[int]:
        """Give the ids of the rows that are left."""
        while self._next is not None:
            yield self._next["id"]
            self._next = self._read()


SEALED_COLUMNS = tuple(
    (schema.metadata.tables[name], column)
    for name, column in (
        ("actor", "name"), ("role_change", "reason"), ("review_case", "origin"), ("review_case", "ad"), ("review_case", "raw"),
        ("assessment", "record"), ("claim_end", "reason"), ("decision", "rationale"), ("decision", "change_reason"),
        ("appeal", "letter"), ("evidence", "content"), ("paper", "content"), ("foreign_record", "body"), ("stop", "reason"),
    )
)  # fmt: skip
"""Where the chain holds commitments."""
