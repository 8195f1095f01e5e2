"""The version of a record's tables: making them, checking them, bringing an older record to this version."""

import secrets
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from classifier.errors import StoreError, problem
from review.record import schema
from review.record.guards import changed_guards, put_guards, take_off_guards

_SCRIPTS = Path(__file__).with_name("migrations")


@cache
def newest_version() -> str:
    """Give the version this program writes."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def found_version(connection: Connection) -> str | None:
    """Give the version of the tables there are."""
    return MigrationContext.configure(connection).get_current_revision()


def prepare(engine: Engine, where: str, *, by_hand: bool = False) -> None:
    """Make the tables in an empty database; refuse another program's, another version's, and one whose guards are gone.

    ``by_hand`` marks a record made here as one whose clock is set by hand.
    """
    with engine.execution_options(immediate=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({schema.LOCK})"))
        tables = set(inspect(connection).get_table_names())
        if not tables:
            upgrade(connection)
            if by_hand:
                connection.execute(schema.store_key.insert().values(id=schema.BY_HAND, key=b"by hand"))
            return
        if "audit_event" not in tables or "alembic_version" not in tables:
            raise StoreError(problem("store_foreign", where))
        found = found_version(connection)
        if found != newest_version():
            known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
            facts = {"expected": newest_version(), "found": found}
            raise StoreError(problem("store_older", where, **facts) if found in known else problem("store_newer", where, **facts))
        if changed := changed_guards(connection):
            raise StoreError(problem("store_schema_changed", where, detail=", ".join(changed[:3])))


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the tables to a version, in the connection's own transaction, and put the guards back on."""
    take_off_guards(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)
    if connection.execute(select(schema.store_key.c.id)).first() is None:
        connection.execute(schema.store_key.insert().values(id=schema.KEY, key=secrets.token_bytes(32)))
    put_guards(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
