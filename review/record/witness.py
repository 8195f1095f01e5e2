"""Checkpoints that others hold, on a notice or in a dossier, against the record: it adds to each, or there is proof that it does not."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from classifier.errors import StoreError, problem
from review.record.checkpoints import Checkpoints, leaves, n_events
from review.record.merkle import is_consistent
from review.record.signing import ORIGIN, Checkpoint, read_checkpoint

FORMAT = "adcheck conflict 1"
_NOTE = re.compile(rf"^{ORIGIN}\n\d+\n[A-Za-z0-9+/=]+\n\n\u2014 {ORIGIN} [A-Za-z0-9+/=]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What came of one checkpoint. ``conflict`` proves, by itself, that the key signed two histories; None where the record adds to it."""

    checkpoint: Checkpoint
    proof: tuple[str, ...]
    conflict: dict[str, Any] | None


def notes_in(text: str) -> tuple[str, ...]:
    """Find the checkpoints printed in a text."""
    return tuple(found.group() + "\n" for found in _NOTE.finditer(text.replace("\r\n", "\n")))


def compare(connection: Connection, kept: Checkpoints, note: str, where: str = "") -> Witnessed:
    """Hold a checkpoint against the record and the newest checkpoint of the same key.

    Raises
    ------
    StoreError
        The key of this record did not sign it, or the record or its newest checkpoint holds less than it covers.
    """
    if not kept.keys():
        raise StoreError(problem("checkpoint_needed_first", where))
    held = kept.read(note, where)
    public = kept.key_of(held.size)
    newest = next((own for own in reversed(kept.all()) if kept.key_of(own.size) == public), None)
    if newest is None or public is None:
        raise StoreError(problem("checkpoint_needed_first", where))
    size = n_events(connection)
    if size < held.size:
        raise StoreError(problem("store_older_than_checkpoint", where, size=size, signed=held.size))
    if newest.size < held.size:
        raise StoreError(problem("checkpoint_needed_first", where))
    tree = leaves(connection)
    own = tree.root(0, held.size)
    proof = tuple(part.hex() for part in tree.consistency(held.size, newest.size))
    if own == held.root:
        return Witnessed(checkpoint=held, proof=proof, conflict=None)
    conflict = {"format": FORMAT, "public_key": public.hex(), "notes": [held.note, newest.note], "root": own.hex(), "proof": list(proof)}
    return Witnessed(checkpoint=held, proof=proof, conflict=conflict)


def is_conflict(told: dict[str, Any]) -> bool:
    """Say whether a file proves that one key signed two histories of which neither adds to the other; nothing else is needed to tell.

    Either two roots at one size; or a root at the smaller size that the larger one adds to, and that is not the one signed there.
    """
    try:
        public = bytes.fromhex(told["public_key"])
        older, newer = (read_checkpoint(note, public) for note in told["notes"])
        root, proof = bytes.fromhex(told["root"]), [bytes.fromhex(part) for part in told["proof"]]
    except (StoreError, ValueError, KeyError, TypeError):
        return False
    if told.get("format") != FORMAT or older.size > newer.size or older.size == 0:
        return False
    if older.size == newer.size:
        return older.root != newer.root
    return root != older.root and is_consistent(older.size, newer.size, root, newer.root, proof)
