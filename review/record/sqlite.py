"""SQLite as the record needs it: durable settings, and a connection that may read and insert, nothing else."""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from classifier.errors import StoreError, problem
from review.record import schema

BUSY_SECONDS = 10
_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=DELETE",
    "synchronous=EXTRA",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
)
_SAFE = {"foreign_keys": (1,), "synchronous": (2, 3), "journal_mode": ("delete",), "recursive_triggers": (1,)}
"""What must be in force after the settings: a library may take no notice of one it does not know."""
_TABLES = frozenset(schema.metadata.tables)
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_RECURSIVE,
    }
)  # fmt: skip
_READ_PRAGMAS = frozenset({"table_info", "table_xinfo", "table_list", "integrity_check", "quick_check", "page_count", "page_size"})


def set_up_sqlite(*, is_owner: bool) -> Callable[[Any, Any], None]:
    """Give what to do with each new connection; the application's gets an authorizer, the owner's does not."""

    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for name, safe in _SAFE.items():
            found = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if found not in safe:
                raise StoreError(problem("store_unsafe", name, value=found))
        if not is_owner:
            connection.set_authorizer(_authorize)

    return set_up


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction: one that writes takes the lock at once."""
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    """Allow reading, inserting into our tables, and transactions; refuse everything else, every PRAGMA that sets something included."""
    if action == sqlite3.SQLITE_PRAGMA:
        reads = first in _READ_PRAGMAS or (first == "foreign_keys" and second is None)
        return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_INSERT:
        return sqlite3.SQLITE_OK if first in _TABLES else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
