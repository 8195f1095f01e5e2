"""Accounts and sessions of this machine: a SQLite file beside the record. It is no part of the record and tells nothing of decisions."""

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Column, ColumnElement, Connection, Integer, MetaData, Table, Text, delete, insert, select, update

from classifier.errors import InputError, problem
from review.people import MOST_NAME
from review.record.store import STORE_VARIABLE
from ui.accounts.passwords import hash_password, is_right
from ui.accounts.sessions import ABSOLUTE, IDLE, digest_of_token, new_token
from ui.beside import file_beside, open_beside

ACCOUNTS_VARIABLE = "ADCHECK_ACCOUNTS"
_MOST_TRIES, _TRIES_WITHIN = 10, 15 * 60

_metadata = MetaData()
_account = Table("account", _metadata, Column("name", Text, primary_key=True), Column("password", Text, nullable=False))
_session = Table(
    "session", _metadata, Column("token", Text, primary_key=True), Column("name", Text, nullable=False),
    Column("began", Integer, nullable=False), Column("seen", Integer, nullable=False), Column("roles", Integer, nullable=False),
)  # fmt: skip
_subject = Table(
    "subject",
    _metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
_try = Table("failed_try", _metadata, Column("name", Text, nullable=False), Column("at", Integer, nullable=False))


class Accounts:
    """Accounts, linked identities and open sessions. ``now`` gives seconds since 1970."""

    def __init__(self, file: Path) -> None:
        self.file, self._engine = file, open_beside(file, _metadata)

    def now(self) -> int:
        """Give the present second."""
        return int(datetime.now(UTC).timestamp())

    def is_kept(self) -> bool:
        """Say whether anybody has an account or a linked identity: then nobody works without signing in."""
        with self._engine.connect() as connection:
            return any(connection.execute(select(table).limit(1)).first() is not None for table in (_account, _subject))

    def keep(self, name: str, password: str) -> None:
        """Keep an account, or change its password; every open session of it ends."""
        name = name.strip()
        if not 0 < len(name) <= MOST_NAME:
            raise InputError(problem("reviewer_missing"))
        hashed = hash_password(password)
        with self._engine.begin() as connection:
            connection.execute(delete(_account).where(_account.c.name == name))
            connection.execute(insert(_account).values(name=name, password=hashed))
            _end_sessions(connection, _session.c.name == name)

    def remove(self, name: str) -> None:
        """Take an account and its linked identities away and end its sessions."""
        with self._engine.begin() as connection:
            connection.execute(delete(_account).where(_account.c.name == name))
            connection.execute(delete(_subject).where(_subject.c.name == name))
            _end_sessions(connection, _session.c.name == name)

    def link(self, name: str, issuer: str, subject: str) -> None:
        """Say which person an OpenID Connect identity is. The key is issuer and subject, never an address."""
        with self._engine.begin() as connection:
            connection.execute(delete(_subject).where(_subject.c.issuer == issuer, _subject.c.subject == subject))
            connection.execute(insert(_subject).values(issuer=issuer, subject=subject, name=name))

    def names(self) -> tuple[str, ...]:
        """Give everybody who may sign in."""
        with self._engine.connect() as connection:
            found = {*connection.execute(select(_account.c.name)).scalars(), *connection.execute(select(_subject.c.name)).scalars()}
        return tuple(sorted(found))

    def sign_in(self, name: str, password: str, roles: int) -> str:
        """Begin a session; give its token, or nothing when name and password are not right or were tried too often.

        Parameters
        ----------
        roles : int
            Number of the newest change of this person's roles: the session ends with the next change.
        """
        name, now = name.strip(), self.now()
        with self._engine.begin() as connection:
            tries = connection.execute(select(_try).where(_try.c.name == name, _try.c.at > now - _TRIES_WITHIN)).all()
            hashed = connection.execute(select(_account.c.password).where(_account.c.name == name)).scalar() or ""
        if len(tries) >= _MOST_TRIES or not is_right(password, hashed):
            with self._engine.begin() as connection:
                connection.execute(delete(_try).where(_try.c.at <= now - _TRIES_WITHIN))
                connection.execute(insert(_try).values(name=name, at=now))
            return ""
        token = new_token()
        with self._engine.begin() as connection:
            _begin(connection, digest_of_token(token), name, now, now, roles)
        return token

    def begin_login(self, login: str, name: str, began: int, roles: int) -> None:
        """Begin the session of a login made elsewhere, once: an ended one does not begin again, however long its cookie lives.

        Parameters
        ----------
        login : str
            What tells this login from every other, of the same person too.
        began : int
            When the provider let the person in, in seconds since 1970.
        roles : int
            As in ``sign_in``.
        """
        now, key = self.now(), digest_of_token(login)
        with self._engine.begin() as connection:
            is_known = connection.execute(select(_session.c.token).where(_session.c.token == key)).first() is not None
            if not is_known and now - began <= ABSOLUTE:
                _begin(connection, key, name, min(began, now), now, roles)

    def person_of_session(self, token: str) -> tuple[str, int]:
        """Give whose session a token is, and the number of the change of roles it began under. Seeing it keeps it awake.

        The name is empty when the session ended, lay idle too long or lasted too long.
        """
        if not token:
            return "", 0
        now, key = self.now(), digest_of_token(token)
        with self._engine.begin() as connection:
            row = connection.execute(select(_session).where(_session.c.token == key)).mappings().first()
            if row is None:
                return "", 0
            if now - row["seen"] > IDLE or now - row["began"] > ABSOLUTE:
                _end_sessions(connection, _session.c.token == key)
                return "", 0
            if now - row["seen"] > 60:
                connection.execute(update(_session).where(_session.c.token == key).values(seen=now))
            return str(row["name"]), int(row["roles"])

    def person_of_subject(self, issuer: str, subject: str) -> str:
        """Give who an OpenID Connect identity is linked to; nothing when to nobody."""
        chosen = select(_subject.c.name).where(_subject.c.issuer == issuer, _subject.c.subject == subject)
        with self._engine.connect() as connection:
            return str(connection.execute(chosen).scalar() or "")

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._engine.begin() as connection:
            _end_sessions(connection, _session.c.token == digest_of_token(token))


def accounts() -> Accounts:
    """Give the accounts beside the record in use."""
    return _accounts(accounts_file(os.environ.get(STORE_VARIABLE, "")))


def accounts_of(url: str) -> Accounts:
    """Give the accounts beside a record."""
    return _accounts(accounts_file(url))


def accounts_file(url: str) -> Path:
    """Give the file the accounts beside a record are kept in, whether it is there or not."""
    named = os.environ.get(ACCOUNTS_VARIABLE, "")
    return Path(named) if named else file_beside(url, "accounts")


@cache
def _accounts(file: Path) -> Accounts:
    return Accounts(file)


def _begin(connection: Connection, token: str, name: str, began: int, now: int, roles: int) -> None:
    """Begin a session; those that lasted too long are forgotten."""
    connection.execute(delete(_session).where(_session.c.began < now - ABSOLUTE))
    connection.execute(insert(_session).values(token=token, name=name, began=began, seen=now, roles=roles))


def _end_sessions(connection: Connection, which: ColumnElement[bool]) -> None:
    """End sessions for good: a row is kept, last seen long ago, so that its token or login begins nothing again."""
    connection.execute(update(_session).where(which).values(seen=0))
