"""Checkpoints kept outside the database: one file each, written by who holds the key, never by the console."""

import json
import os
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from platformdirs import user_config_path, user_data_path
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import make_url

from classifier.errors import StoreError, problem
from review.record import schema
from review.record.merkle import Frontier, Tree
from review.record.signing import Checkpoint, claimed_size, make_key, read_checkpoint, read_key, sign

FOLDER_VARIABLE, KEY_VARIABLE = "ADCHECK_CHECKPOINTS", "ADCHECK_KEY"
_PUBLIC = "public-key.hex"
MOST_UNANCHORED = 50
"""Events after the newest checkpoint at which `adcheck checkpoint --every` signs at once."""


class Readable(Protocol):
    """A record that can be read."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that reads one unchanging state of it."""


class Checkpoints:
    """The folder of signed checkpoints of one record, with the public keys they are checked with.

    Each key signs up to the size at which the next one follows; what it signs beyond is refused.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def public_key(self) -> bytes | None:
        """Give the public key that signs now; None before the first signing."""
        keys = self.keys()
        return keys[-1][1] if keys else None

    def keys(self) -> tuple[tuple[int, bytes], ...]:
        """Give every public key, oldest first, with the size after which it signs."""
        file = self.folder / _PUBLIC
        lines = file.read_text("ascii").splitlines() if file.is_file() else []
        told = [(*line.split(), "0")[:2] for line in lines if line.strip()]
        return tuple((int(after), bytes.fromhex(public)) for public, after in told)

    def key_of(self, size: int) -> bytes | None:
        """Give the public key that signs at a size."""
        return next((public for after, public in reversed(self.keys()) if after < size or after == 0), None)

    def follow(self, public: bytes, size: int) -> None:
        """Let another key sign what comes after a size."""
        lines = [f"{key.hex()} {after}" if after else key.hex() for after, key in (*self.keys(), (size, public))]
        _write(self.folder / _PUBLIC, "\n".join(lines) + "\n")

    def read(self, note: str, where: str = "") -> Checkpoint:
        """Read a checkpoint of this record, with the key that signs at its size.

        Raises
        ------
        StoreError
            It is not what that key signed, or there is no key yet.
        """
        public = self.key_of(claimed_size(note))
        if public is None:
            raise StoreError(problem("checkpoint_wrong", where))
        return read_checkpoint(note, public, where)

    def all(self) -> tuple[Checkpoint, ...]:
        """Give every checkpoint, smallest first, each with its signature checked.

        Raises
        ------
        StoreError
            One is not what the key signed.
        """
        if not self.keys():
            return ()
        return tuple(self._read(file) for file in sorted(self.folder.glob("*.checkpoint")))

    def newest(self) -> Checkpoint | None:
        """Give the newest checkpoint."""
        every = sorted(self.folder.glob("*.checkpoint"))
        return self._read(every[-1]) if every and self.keys() else None

    def keep(self, checkpoint: Checkpoint, frontier: Frontier, head: str, public: bytes) -> None:
        """Write a checkpoint, with the tree to go on from and the newest event's digest, whole or not at all, even when the power fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.public_key() is None:
            _write(self.folder / _PUBLIC, public.hex() + "\n")
        state = {"size": frontier.size, "roots": [root.hex() for root in frontier.roots], "head": head}
        _write(self.folder / "frontier.json", json.dumps(state) + "\n")
        _write(self.folder / f"{checkpoint.size:012d}.checkpoint", checkpoint.note)

    def frontier(self, checkpoint: Checkpoint) -> Frontier | None:
        """Give the tree to go on from at a checkpoint, if it is kept and leads to the root that was signed."""
        try:
            state = self._state()
            frontier = Frontier(int(state["size"]), [bytes.fromhex(root) for root in state["roots"]])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        is_right = frontier.size == checkpoint.size and len(frontier.roots) == frontier.size.bit_count()
        return frontier if is_right and frontier.root() == checkpoint.root else None

    def head(self, checkpoint: Checkpoint) -> str | None:
        """Give the digest of the newest event a checkpoint covers, if the tree at it is kept: a chain that holds it is the one signed."""
        return str(self._state().get("head")) if self.frontier(checkpoint) else None

    def _state(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "frontier.json").read_text("ascii")))

    def _read(self, file: Path) -> Checkpoint:
        """Read a checkpoint to the byte: a line break of another kind is a change."""
        try:
            note = file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise StoreError(problem("checkpoint_wrong", str(file))) from error
        return self.read(note, str(file))


class Signed:
    """How much of a record was signed, read again only when the folder of its checkpoints changed."""

    def __init__(self, kept: Checkpoints) -> None:
        self._kept, self._seen, self._size = kept, 0, 0

    def refuse_older(self, connection: Connection) -> None:
        """Refuse to write on a record that holds less than was signed: an old backup in the place of the record.

        Raises
        ------
        StoreError
            It does, or the newest checkpoint is not what the key signed.
        """
        changed = self._kept.folder.stat().st_mtime_ns if self._kept.folder.is_dir() else 0
        if changed != self._seen:
            newest = self._kept.newest()
            self._seen, self._size = changed, newest.size if newest else 0
        if self._size and n_events(connection) < self._size:
            raise StoreError(problem("store_older_than_checkpoint", size=n_events(connection), signed=self._size))


def checkpoints_of(url: str) -> Checkpoints:
    """Give the checkpoints of a record: in the folder the environment names, else beside a SQLite file, else in the user's data folder."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Checkpoints(Path(named))
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Checkpoints(Path(parsed.database + ".checkpoints"))
    return Checkpoints(user_data_path("adcheck") / f"{parsed.host}-{parsed.database}.checkpoints")


def default_key() -> Path:
    """Give the file of the signing key: what the environment names, else in the user's own settings."""
    return Path(os.environ.get(KEY_VARIABLE) or user_config_path("adcheck") / "signing-key.pem")


def leaves(connection: Connection) -> Tree:
    """Give the tree over the events of a record."""
    event = schema.audit_event.c

    def read(start: int, end: int) -> list[bytes]:
        chosen = select(event.digest).where(event.sequence > start, event.sequence <= end).order_by(event.sequence)
        return [bytes.fromhex(digest) for digest in connection.execute(chosen).scalars()]

    return Tree(read)


def n_events(connection: Connection) -> int:
    """Give the number of events in a record."""
    return int(connection.execute(select(func.coalesce(func.max(schema.audit_event.c.sequence), 0))).scalar_one())


def sign_checkpoint(store: Readable, kept: Checkpoints, key_file: Path) -> Checkpoint:
    """Sign the history as it stands, unless it contradicts what was signed before; the key is made at the first signing.

    Raises
    ------
    StoreError
        The key cannot be used, or the history is not what an earlier checkpoint says.
    """
    if not key_file.exists() and kept.public_key() is None:
        make_key(key_file)
    key = read_key(key_file)
    public = key.public_key().public_bytes_raw()
    if kept.public_key() not in (None, public):
        raise StoreError(problem("signing_key_other", str(key_file)))
    newest = kept.newest()
    with store.reading() as connection:
        size = n_events(connection)
        if newest is not None and (size < newest.size or kept.head(newest) != _digest_at(connection, newest.size)):
            refuse_contradiction(connection, newest)
        if newest is not None and newest.size == size:
            return newest
        frontier = _grown(connection, kept, newest, size)
        head = _digest_at(connection, size)
    checkpoint = sign(size, frontier.root(), key)
    kept.keep(checkpoint, frontier, head, public)
    return checkpoint


def _digest_at(connection: Connection, sequence: int) -> str:
    """Give the digest of an event."""
    event = schema.audit_event.c
    return str(connection.execute(select(event.digest).where(event.sequence == sequence)).scalar() or "")


def wait_for_events(store: Readable, size: int, seconds: float, *, step: float = 1.0) -> None:
    """Wait until the record holds many more events than were signed, or for so long and then for the first of them."""
    waited = 0.0
    while True:
        with store.reading() as connection:
            n_more = n_events(connection) - size
        if n_more >= MOST_UNANCHORED or (n_more > 0 and waited >= seconds):
            return
        time.sleep(step)
        waited += step


def refuse_contradiction(connection: Connection, signed: Checkpoint) -> None:
    """Refuse a history that is older than a checkpoint, or other than it says.

    Raises
    ------
    StoreError
        Either of them.
    """
    size = n_events(connection)
    if size < signed.size:
        raise StoreError(problem("store_older_than_checkpoint", size=size, signed=signed.size))
    if leaves(connection).root(0, signed.size) != signed.root:
        raise StoreError(problem("history_contradicts", signed=signed.size))


def _grown(connection: Connection, kept: Checkpoints, newest: Checkpoint | None, size: int) -> Frontier:
    """Give the tree of the whole history, going on from the newest checkpoint where its tree is kept."""
    frontier = (kept.frontier(newest) if newest else None) or Frontier()
    event = schema.audit_event.c
    chosen = select(event.digest).where(event.sequence > frontier.size, event.sequence <= size).order_by(event.sequence)
    digests = connection.execute(chosen, execution_options={"yield_per": 2_000}).scalars()
    frontier.extend(bytes.fromhex(digest) for digest in digests)
    return frontier


def _write(file: Path, content: str) -> None:
    partial = file.with_suffix(file.suffix + ".part")
    with partial.open("w", encoding="utf-8") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
