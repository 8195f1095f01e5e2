"""Proving that a history holds: events against each other, rows against events, texts against commitments, roots against checkpoints.

Everything is read once, as a stream, in pages: a million events need no more memory than a thousand.
"""

import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, exists, select

from classifier.records import digest_of
from review.reasons import reasons_digest
from review.record import schema
from review.record.chain import BEGINNING, RowDigests
from review.record.law import Law
from review.record.merkle import Frontier
from review.record.signing import Checkpoint

MOST_FAULTS = 100
_PAGE = 2_000
_STREAM = {"yield_per": _PAGE}
_BODY = re.compile(r'\{"id":(\d+),"row":"([0-9a-f]{64})","table":"([a-z_]+)"\}')


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
    is_by_hand: bool = False


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
        The tree at a checkpoint up to which everything was checked before: only what came after is checked, without the
        law of review and the texts, for which all rows are needed.
    """
    walk = _Walk(connection, checkpoints, since or Frontier())
    walk.run(expected_head)
    n_erased = 0
    if since is None:
        n_erased = walk.check_texts()
        walk.check_assessments()
    newest = max((checkpoint.size for checkpoint in checkpoints), default=0)
    faults = sorted(walk.faults, key=lambda fault: (fault.sequence is None, fault.sequence or 0))[:MOST_FAULTS]
    by_hand = connection.execute(select(schema.store_key.c.id).where(schema.store_key.c.id == schema.BY_HAND)).first() is not None
    return Verification(walk.size, walk.head, tuple(faults), max(0, walk.size - newest), n_erased, walk.n_clock_steps, by_hand)


class _Walk:
    """One pass over the events, with the rows of every table read beside them."""

    def __init__(self, connection: Connection, checkpoints: Sequence[Checkpoint], tree: Frontier) -> None:
        self.connection = connection
        self.faults: list[Fault] = []
        self.tree = Frontier(tree.size, list(tree.roots))
        self.start = tree.size
        self.size, self.head, self.n_clock_steps = tree.size, BEGINNING, 0
        self._law = Law() if not tree.size else None
        self._roots = {checkpoint.size: checkpoint.root for checkpoint in checkpoints}
        self._rows: dict[str, _Rows] = {}

    def run(self, expected_head: str | None) -> None:
        """Walk over the events after the start."""
        event = schema.audit_event
        is_seen = expected_head in (None, BEGINNING)
        if self.start:
            self.head = self.connection.execute(select(event.c.digest).where(event.c.sequence == self.start)).scalar() or BEGINNING
            is_seen = is_seen or self.head == expected_head
        digests, before = RowDigests([column.name for column in event.columns], without="digest"), 0
        chosen = select(event).where(event.c.sequence > self.start).order_by(event.c.sequence)
        for page in self.connection.execute(chosen, execution_options=_STREAM).partitions():
            leaves = []
            for row in page:
                sequence, at, _, action, _, body, previous, digest = row
                self.size += 1
                if sequence != self.size:
                    self._fault("sequence_gap", sequence, f"expected {self.size}")
                    self.size = sequence
                if previous != self.head:
                    self._fault("chain_broken", sequence, "previous_digest")
                if digests.digest(row) != digest:
                    self._fault("event_edited", sequence, action)
                self.head = digest
                self._row_of(sequence, at, body)
                is_seen = is_seen or digest == expected_head
                self.n_clock_steps += at < before
                before = at
                leaves.append((sequence, digest))
            self._grow(leaves)
        self._after(is_seen, expected_head)

    def _grow(self, leaves: list[tuple[int, str]]) -> None:
        """Add a page of events to the tree, and compare its root at each size that was signed."""
        done = 0
        hashes = [_leaf(digest) for _, digest in leaves]
        for size in sorted(size for size in self._roots if self.tree.size < size <= self.tree.size + len(leaves)):
            upto = done + size - self.tree.size
            self.tree.extend(hashes[done:upto])
            done = upto
            if self._roots.pop(size) != self.tree.root():
                self._fault("checkpoint_differs", leaves[done - 1][0], str(size))
        self.tree.extend(hashes[done:])

    def _row_of(self, sequence: int, at: int, body: str) -> None:
        """Check the row an event tells of, and that none was slipped in before it."""
        told = _BODY.fullmatch(body)
        if told is None or told[3] not in schema.metadata.tables:
            self._fault("event_edited", sequence, "body")
            return
        row_id, name = int(told[1]), told[3]
        rows = self._rows.get(name)
        if rows is None:
            rows = self._rows[name] = _Rows(self.connection, schema.metadata.tables[name], row_id if self.start else 0)
        if rows.next_id is not None and rows.next_id < row_id:
            for strange in rows.up_to(row_id):
                self._fault("row_without_event", sequence, f"{name} {strange}")
        row = rows.take(row_id)
        if row is None:
            self._fault("event_without_row", sequence, f"{name} {row_id}")
            return
        if rows.digests.digest(row) != told[2]:
            self._fault("row_edited", sequence, f"{name} {row_id}")
        if self._law is not None and not self._law.allows(name, row, sequence, at):
            self._fault("law_broken", sequence, f"{name} {row_id}")

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
        erased, wrong = 0, []
        chosen = select(sealed.c.commitment, sealed.c.case_id, sealed.c.salt, sealed.c.body)
        by_order = set(self.connection.execute(select(erasure.c.case_id)).scalars())
        for page in self.connection.execute(chosen, execution_options=_STREAM).partitions():
            for commitment, case_id, salt, body in page:
                if body is None:
                    erased += 1
                    if case_id not in by_order:
                        wrong.append(("text_missing", commitment))
                elif hmac.digest(salt, body, "sha256").hex() != commitment:
                    wrong.append(("text_edited", commitment))
        for code, commitment in wrong[:MOST_FAULTS]:
            self._fault(code, self._told_at(commitment), commitment[:16])
        self._check_references()
        return erased

    def check_assessments(self) -> None:
        """Check that the reasons and the assessment a case holds are those its digests tell of."""
        table, sealed = schema.assessment, schema.sealed
        chosen = select(table.c.id, table.c.digest, table.c.reasons_digest, table.c.scope, table.c.risk, table.c.triage, sealed.c.body)
        joined = chosen.join(sealed, sealed.c.commitment == table.c.record).where(sealed.c.body.is_not(None)).order_by(table.c.id)
        for row in self.connection.execute(joined, execution_options=_STREAM):
            if not _is_told(row):
                self._fault("record_differs", self._event_of("assessment", row.id), f"assessment {row.id}")

    def _check_references(self) -> None:
        """Find commitments in the chain whose texts are nowhere, not even erased."""
        for table, column in SEALED_COLUMNS:
            held = exists().where(schema.sealed.c.commitment == table.c[column])
            missing = select(table.c.id).where(table.c[column].is_not(None), ~held).limit(MOST_FAULTS)
            for row_id in self.connection.execute(missing).scalars():
                self._fault("text_gone", None, f"{table.name} {row_id}")

    def _told_at(self, commitment: str) -> int | None:
        """Give the event of the row that holds a commitment."""
        for table, column in SEALED_COLUMNS:
            row_id = self.connection.execute(select(table.c.id).where(table.c[column] == commitment).limit(1)).scalar()
            if row_id is not None:
                return self._event_of(table.name, row_id)
        return None

    def _event_of(self, table: str, row_id: int) -> int | None:
        event = schema.audit_event.c
        told = select(event.sequence).where(event.body.like(f'{{"id":{row_id},"row":%,"table":"{table}"}}')).limit(1)
        found = self.connection.execute(told).scalar()
        return None if found is None else int(found)

    def _fault(self, code: str, sequence: int | None, detail: str) -> None:
        if len(self.faults) < 10 * MOST_FAULTS:
            self.faults.append(Fault(code, sequence, detail))


def _leaf(digest: str) -> bytes:
    try:
        return bytes.fromhex(digest)
    except ValueError:
        return b""


def _is_told(row: Any) -> bool:
    """Say whether an assessment's text is the one its row tells of."""
    try:
        record = json.loads(bytes(row.body))
        own = digest_of({name: value for name, value in record.items() if name != "digest"})
        told = (own, reasons_digest(record), record["ruling"]["scope"], record["risk"], record["triage"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return told == (row.digest, row.reasons_digest, row.scope, row.risk, row.triage)


class _Rows:
    """The rows of one table in the order of their ids, read as they are asked for."""

    def __init__(self, connection: Connection, table: Table, start: int) -> None:
        self.digests = RowDigests([column.name for column in table.columns])
        chosen = select(table).where(table.c.id >= start).order_by(table.c.id)
        self._rows: Iterator[Any] = iter(connection.execute(chosen, execution_options=_STREAM))
        self._read()

    def _read(self) -> None:
        self._next = next(self._rows, None)
        self.next_id: int | None = None if self._next is None else self._next[0]

    def up_to(self, row_id: int) -> Iterator[int]:
        """Pass over rows no event has told of."""
        while self.next_id is not None and self.next_id < row_id:
            yield self.next_id
            self._read()

    def take(self, row_id: int) -> Any:
        """Give a row, if it is there."""
        if self.next_id != row_id:
            return None
        row = self._next
        self._read()
        return row

    def rest(self) -> Iterator[int]:
        """Give the ids of the rows that are left."""
        while self.next_id is not None:
            yield self.next_id
            self._read()


SEALED_COLUMNS = tuple(
    (schema.metadata.tables[name], column)
    for name, column in (
        ("actor", "name"), ("role_change", "reason"), ("review_case", "origin"), ("review_case", "ad"), ("review_case", "raw"),
        ("assessment", "record"), ("claim_end", "reason"), ("decision", "rationale"), ("decision", "change_reason"),
        ("appeal", "letter"), ("evidence", "content"), ("paper", "content"), ("foreign_record", "body"), ("stop", "reason"),
    )
)  # fmt: skip
"""Where the chain holds commitments."""
