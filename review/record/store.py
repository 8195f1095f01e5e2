"""Opening the record, and the one way to add to it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, Table, bindparam, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from classifier.errors import StoreError, problem
from review.record import schema
from review.record.chain import append_event
from review.record.checkpoints import Signed, checkpoints_of
from review.record.server_roles import refuse_unsafe_server
from review.record.sqlite import begin_sqlite, set_up_sqlite
from review.record.versions import prepare

Clock = Callable[[], datetime]
STORE_VARIABLE = "ADCHECK_STORE"
"""How the launcher of the console hands the address of the record to its pages."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WAIT_AND_TELL_TIME = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM pg_advisory_xact_lock(:lock)")


def utc_now() -> datetime:
    """Give the present instant of this machine's clock."""
    return datetime.now(UTC)


def default_url() -> str:
    """Give the URL of the SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('adcheck') / 'review.db'}"


def stamp(instant: datetime) -> int:
    """Write an instant as it is stored: whole microseconds since 1970, UTC."""
    return (instant - _BEGINNING) // timedelta(microseconds=1)


def instant_of(stamped: int) -> datetime:
    """Read an instant as it is stored."""
    return _BEGINNING + timedelta(microseconds=stamped)


class Store:
    """The record of cases, receipts, views, decisions and events.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql://…``. Tables are made on first opening.
    create : bool
        Whether a SQLite file that does not exist may be made.
    clock : callable
        Gives the present instant; every time in the record comes from it, on a server set right by the server's own clock.
        A record made under another clock than the machine's is marked as one whose clock is set by hand.

    Raises
    ------
    StoreError
        The URL is wrong, the file is not a record of this program or of another version, or the server does not answer.
    """

    def __init__(self, url: str | None = None, clock: Clock = utc_now, *, create: bool = True) -> None:
        self.url = url or default_url()
        self.clock = clock
        self._behind = 0
        with translated(self.url):
            owner = engine_of(self.url, create=create, is_owner=True)
            try:
                prepare(owner, shown(self.url), by_hand=clock is not utc_now)
            finally:
                owner.dispose()
            self._engine = engine_of(self.url, create=False, is_owner=False)
        self._signed = Signed(checkpoints_of(self.url))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    @property
    def now(self) -> int:
        """Give the present instant as it is stored."""
        return stamp(self.clock()) + self._behind

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads one unchanging state of the record."""
        options = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with translated(self.url), self._engine.execution_options(**options).connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together or not at all; writers wait for each other.

        Raises
        ------
        StoreError
            The record is older than a checkpoint kept outside it; or the connection was lost while saving, so that nobody
            knows yet whether it was saved.
        """
        with translated(self.url), self._engine.execution_options(immediate=True).connect() as connection:
            transaction = connection.begin()
            try:
                self._wait(connection)
                self._signed.refuse_older(connection)
                yield connection
            except BaseException:
                transaction.rollback()
                raise
            with _saving(self.url):
                transaction.commit()

    def _wait(self, connection: Connection) -> None:
        """Wait for other writers, and on a server set our clock right by the server's."""
        if connection.dialect.name == "postgresql":
            told = int(connection.execute(_WAIT_AND_TELL_TIME, {"lock": schema.LOCK}).scalar_one())
            self._behind = told - stamp(self.clock()) if self.clock is utc_now else 0

    def add(self, connection: Connection, table: Table, *, by: int, action: str, case: int | None = None, **values: Any) -> int:
        """Add a row and the event that tells of it; give the row's id.

        Parameters
        ----------
        by : int
            The actor who did it; a new actor's own id is told with 0.
        case : int, optional
            The case the event belongs to.
        """
        row_id = next_id(connection, table)
        connection.execute(table.insert().values(id=row_id, **values))
        row = one(connection, table, row_id)
        append_event(connection, at=self.now, actor_id=by or row_id, action=action, case_id=case, table=table.name, row=row)
        return row_id


_WITH_ID = (*schema.KEPT, *schema.LOOSE)
_NEXT = {table.name: select(func.coalesce(func.max(table.c.id), 0) + 1) for table in _WITH_ID if "id" in table.c}
_ONE = {table.name: select(table).where(table.c.id == bindparam("wanted")) for table in _WITH_ID if "id" in table.c}
"""What each step asks for many times, put together once."""


def next_id(connection: Connection, table: Table) -> int:
    """Give the id of the next row: ids follow each other without gaps, on every database alike."""
    return int(connection.execute(_NEXT[table.name]).scalar_one())


def one(connection: Connection, table: Table, row_id: int) -> Mapping[str, Any]:
    """Read one row by id.

    Raises
    ------
    StoreError
        There is none: after an insert, something made it vanish.
    """
    row = connection.execute(_ONE[table.name], {"wanted": row_id}).mappings().first()
    if row is None:
        raise StoreError(problem("row_missing", f"{table.name} {row_id}"))
    return dict(row)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn a database's own errors into ours."""
    try:
        yield
    except OperationalError as error:
        code = "store_busy" if "locked" in str(error.orig) else "store_unreachable"
        raise StoreError(problem(code, shown(url), detail=str(error.orig))) from error
    except DBAPIError as error:
        raise StoreError(problem("store_refused", shown(url), detail=str(error.orig).splitlines()[0])) from error


@contextmanager
def _saving(url: str) -> Iterator[None]:
    """Say that nobody knows whether it was saved, when the answer to a commit is lost."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise
        raise StoreError(problem("saved_or_not", shown(url), detail=str(error.orig).splitlines()[0])) from error


def shown(url: str) -> str:
    """Give an address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def engine_of(url: str, *, create: bool, is_owner: bool) -> Engine:
    """Give an engine: the owner's, which may change the schema, or the application's, which may not.

    Raises
    ------
    StoreError
        The URL is wrong, the file is not there, or the driver is missing.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(problem("store_url", url)) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(problem("store_url", shown(url)))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        file = Path(parsed.database)
        if not create and not file.is_file():
            raise StoreError(problem("file_missing", str(file)))
        file.parent.mkdir(parents=True, exist_ok=True)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() == "postgresql")
    except ModuleNotFoundError as error:
        raise StoreError(problem("store_driver", shown(url), detail=str(error))) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", set_up_sqlite(is_owner=is_owner))
        event.listen(engine, "begin", begin_sqlite)
    else:
        event.listen(engine, "connect", refuse_unsafe_server)
    return engine
