"""What the service remembers for itself: hashes of API keys, and answers already given to queue requests."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from classifier.errors import InputError, StoreError, problem

_PREFIX = "adck_"
_KEPT = timedelta(days=7)
"""How long the answer to a queue request can be asked for again."""
_metadata = MetaData()
_keys = Table(
    "api_key",
    _metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("made_at", String, nullable=False),
    Column("revoked_at", String),
)
_answers = Table(
    "answer",
    _metadata,
    Column("name", String, nullable=False),
    Column("request_key", String, nullable=False),
    Column("request_digest", String, nullable=False),
    Column("status", Integer),
    Column("body", String),
    Column("at", String, nullable=False, index=True),
    PrimaryKeyConstraint("name", "request_key"),
)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was handed out. The key itself is not kept, only its hash."""

    name: str
    made_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a queue request was answered. ``status`` is None while it is worked on."""

    request_digest: str
    status: int | None
    body: str | None


def default_ledger() -> Path:
    """Give the ledger's file in the user's data folder."""
    return user_data_path("adcheck") / "service.db"


class Ledger:
    """The service's own SQLite file, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise InputError(problem("file_unwritable", str(path), detail=error.strerror or str(error))) from error
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        with self._writing() as connection:
            _metadata.create_all(connection)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def add_key(self, name: str) -> str:
        """Make a key of 256 random bits, keep its hash, and give the key: it can never be shown again.

        Raises
        ------
        InputError
            The name is taken or empty.
        """
        key = _PREFIX + secrets.token_urlsafe(32)
        if not name.strip() or len(name) > 100:
            raise InputError(problem("key_name", value=name[:100]))
        try:
            with self._writing() as connection:
                connection.execute(insert(_keys).values(name=name, digest=_hash(key), made_at=_now()))
        except IntegrityError as error:
            raise InputError(problem("key_taken", value=name)) from error
        return key

    def known_keys(self) -> tuple[KnownKey, ...]:
        """Give every key that was handed out, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(_keys).order_by(_keys.c.made_at, _keys.c.name)).mappings().all()
        return tuple(KnownKey(row["name"], row["made_at"], row["revoked_at"]) for row in rows)

    def revoke_key(self, name: str) -> None:
        """Let a key open nothing from now on.

        Raises
        ------
        InputError
            There is no such key in use.
        """
        with self._writing() as connection:
            live = (_keys.c.name == name) & _keys.c.revoked_at.is_(None)
            if not connection.execute(update(_keys).where(live).values(revoked_at=_now())).rowcount:
                raise InputError(problem("key_unknown", value=name))

    def name_of(self, key: str) -> str | None:
        """Give whose key this is; None for one that opens nothing."""
        with self._reading() as connection:
            live = (_keys.c.digest == _hash(key)) & _keys.c.revoked_at.is_(None)
            name: str | None = connection.execute(select(_keys.c.name).where(live)).scalar()
        return name

    def begin(self, name: str, request_key: str, request_digest: str) -> Answer | None:
        """Claim a request; None when it is new, else what is known of the earlier one."""
        with self._writing() as connection:
            connection.execute(delete(_answers).where(_answers.c.at < _now(-_KEPT)))
            chosen = (_answers.c.name == name) & (_answers.c.request_key == request_key)
            row = connection.execute(select(_answers).where(chosen)).mappings().first()
            if row is not None:
                return Answer(row["request_digest"], row["status"], row["body"])
            values = {"name": name, "request_key": request_key, "request_digest": request_digest, "at": _now()}
            connection.execute(insert(_answers).values(values))
        return None

    def finish(self, name: str, request_key: str, status: int, body: str) -> None:
        """Keep the answer."""
        with self._writing() as connection:
            chosen = (_answers.c.name == name) & (_answers.c.request_key == request_key)
            connection.execute(update(_answers).where(chosen).values(status=status, body=body))

    def give_up(self, name: str, request_key: str) -> None:
        """Forget a request that failed, so that it can be sent again."""
        with self._writing() as connection:
            chosen = (_answers.c.name == name) & (_answers.c.request_key == request_key)
            connection.execute(delete(_answers).where(chosen, _answers.c.status.is_(None)))

    def forget_unfinished(self) -> None:
        """Forget what was under way when the service last stopped. Sending it again opens no case twice."""
        with self._writing() as connection:
            connection.execute(delete(_answers).where(_answers.c.status.is_(None)))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _translated(self.path), self._engine.begin() as connection:
            yield connection


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreError(problem("ledger_unusable", str(path), detail=str(error.orig))) from error


def _hash(key: str) -> str:
    """Hash a key. It holds 256 random bits, so there is nothing to guess and no need of a slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _now(shift: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + shift).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
