"""PostgreSQL's own roles: the application's may read and insert, the auditor's may read; neither owns anything."""

import re
from typing import Any

from sqlalchemy import Connection, text

from classifier.errors import StoreError, problem
from review.record.guards import GUARDED

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


def grant_roles(connection: Connection, application: str, auditor: str | None = None) -> None:
    """Let existing server roles use the record: the application's SELECT and INSERT, the auditor's SELECT.

    Raises
    ------
    StoreError
        A name is not a plain role name, or the database is not PostgreSQL.
    """
    if connection.dialect.name != "postgresql":
        raise StoreError(problem("roles_need_server"))
    tables = ", ".join(table.name for table in (*GUARDED,))
    for role, rights in ((application, "SELECT, INSERT"), (auditor, "SELECT")):
        if role is None:
            continue
        if not _NAME.match(role):
            raise StoreError(problem("role_name", role))
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"))
        connection.execute(text(f"REVOKE CREATE, TEMPORARY ON DATABASE {_quoted(connection)} FROM {role}, PUBLIC"))
        connection.execute(text(f"REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
        connection.execute(text(f"GRANT {rights} ON {tables} TO {role}"))
        connection.execute(text(f"GRANT SELECT ON alembic_version TO {role}"))


def refuse_unsafe_server(connection: Any, _record: Any) -> None:
    """Refuse a server that says "saved" before it is.

    Raises
    ------
    StoreError
        With the setting.
    """
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            value = cursor.fetchone()[0]
            if value == "off":
                raise StoreError(problem("store_unsafe", name, value=value))
    connection.rollback()


def _quoted(connection: Connection) -> str:
    return str(connection.execute(text("SELECT quote_ident(current_database())")).scalar_one())


def role_is_strong(connection: Connection) -> bool:
    """Say whether the connection's role could take guards off: it is a superuser, or owns the tables."""
    if connection.dialect.name != "postgresql":
        return False
    query = (
        "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'audit_event' AND pg_has_role(c.relowner, 'MEMBER'))"
        " FROM pg_roles WHERE rolname = current_user"
    )
    return bool(connection.execute(text(query)).scalar())
