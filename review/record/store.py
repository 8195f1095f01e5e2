"""Opening the record, and the one way to add to it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from classifier.errors import StoreError, problem
from review.record import schema
from review.record.chain import append_event

Clock = Callable[[], datetime]
_BUSY_SECONDS = 10
STORE_VARIABLE = "ADCHECK_STORE"
"""How the launcher of the console hands the address of the record to its pages."""


def utc_now() -> datetime:
    """Give the present instant of this machine's clock."""
    return datetime.now(UTC)


def default_url() -> str:
    """Give the URL of the SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('adcheck') / 'review.db'}"


def stamp(instant: datetime) -> str:
    """Write an instant as it is stored: UTC, microseconds, fixed width."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_of(stamped: str) -> datetime:
    """Read an instant as it is stored."""
    return datetime.strptime(stamped, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


class Store:
    """The record of cases, receipts, views, decisions and events.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql://…``. Tables are made on first opening.
    create : bool
        Whether a SQLite file that does not exist may be made.
    clock : callable
        Gives the present instant; every time in the record comes from it.

    Raises
    ------
    StoreError
        The URL is wrong, the file is not a record of this program, or the server does not answer.
    """

    def __init__(self, url: str | None = None, clock: Clock = utc_now, *, create: bool = True) -> None:
        self.url = url or default_url()
        self.clock = clock
        self._engine = _engine(self.url, create=create)
        with translated(self.url):
            _prepare(self._engine, self.url)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with translated(self.url), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together or not at all; writers wait for each other."""
        with translated(self.url), self._engine.execution_options(immediate=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(4417)"))
            yield connection

    def add(self, connection: Connection, table: Table, *, by: str, action: str, **values: Any) -> int:
        """Add a row and the event that tells of it; give the row's id."""
        row_id = int(connection.execute(table.insert().values(values)).inserted_primary_key[0])  # type: ignore[index]
        row = one(connection, table, row_id)
        append_event(connection, at=stamp(self.clock()), actor=by, action=action, table=table.name, row=row)
        return row_id


def one(connection: Connection, table: Table, row_id: int) -> Mapping[str, Any]:
    """Read one row by id.

    Raises
    ------
    StoreError
        There is none.
    """
    row = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
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
        raise StoreError(problem(code, _shown(url), detail=str(error.orig))) from error
    except DBAPIError as error:
        raise StoreError(problem("store_refused", _shown(url), detail=str(error.orig).splitlines()[0])) from error


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _engine(url: str, *, create: bool) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(problem("store_url", url)) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(problem("store_url", _shown(url)))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        file = Path(parsed.database)
        if not create and not file.is_file():
            raise StoreError(problem("file_missing", str(file)))
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(parsed)
    except ModuleNotFoundError as error:
        raise StoreError(problem("store_driver", _shown(url), detail=str(error))) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "recursive_triggers=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _prepare(engine: Engine, url: str) -> None:
    """Make the tables in an empty database; refuse another program's, or another version's."""
    with engine.execution_options(immediate=True).begin() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            schema.metadata.create_all(connection)
            connection.execute(schema.schema_version.insert().values(version=schema.SCHEMA_VERSION))
        elif "schema_version" not in tables:
            raise StoreError(problem("store_foreign", _shown(url)))
        found = connection.execute(select(schema.schema_version.c.version)).scalar()
        if found != schema.SCHEMA_VERSION:
            raise StoreError(problem("store_version", _shown(url), expected=schema.SCHEMA_VERSION, found=found))
