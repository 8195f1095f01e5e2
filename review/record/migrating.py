"""Bringing an older record to this version, with a copy of it as it was."""

import shutil
from pathlib import Path

from sqlalchemy import inspect, text

from classifier.errors import StoreError, problem
from review.record import schema
from review.record.store import engine_of, shown, translated
from review.record.versions import found_version, newest_version, upgrade


def bring_up(url: str, folder: Path) -> tuple[str, str]:
    """Bring a record to this version in one transaction; give the version it had and the one it has.

    A SQLite file is copied to a folder first; a server is backed up with its own tools before.

    Raises
    ------
    StoreError
        The folder is there already, or the database is another program's.
    """
    if folder.exists():
        raise StoreError(problem("backup_exists", str(folder)))
    engine = engine_of(url, create=False, is_owner=True)
    try:
        with translated(url), engine.execution_options(immediate=True).begin() as connection:
            if "audit_event" not in inspect(connection).get_table_names():
                raise StoreError(problem("store_foreign", shown(url)))
            folder.mkdir(parents=True)
            if connection.dialect.name == "sqlite":
                shutil.copyfile(engine.url.database or "", folder / "record.db")
            else:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({schema.LOCK})"))
            found = str(found_version(connection))
            upgrade(connection)
            return found, newest_version()
    finally:
        engine.dispose()
