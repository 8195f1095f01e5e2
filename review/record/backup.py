"""Backup and restore: one folder with the record as a SQLite file, the checkpoints, and the digests of both."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from classifier.errors import StoreError, problem
from classifier.records import canonical
from review.record.checkpoints import Checkpoints, refuse_contradiction
from review.record.guards import ON_THE_DAY, put_guards
from review.record.replaying import copy_record
from review.record.store import Store, engine_of, shown, translated
from review.record.verification import Verification, verify_history
from review.record.versions import newest_version, upgrade

_RECORD, _MANIFEST, _FOLDER = "record.db", "manifest.json", "checkpoints"


def back_up(store: Store, kept: Checkpoints, folder: Path) -> Verification:
    """Write a backup while others go on working, and verify it; nothing is left under the folder's name if it fails.

    Raises
    ------
    StoreError
        The folder is there already, or the copy does not verify.
    """
    if folder.exists():
        raise StoreError(problem("backup_exists", str(folder)))
    partial = folder.with_name(folder.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with translated(store.url):
        _write_record(store, partial / _RECORD)
    if kept.folder.is_dir():
        shutil.copytree(kept.folder, partial / _FOLDER)
    found = _verified(partial)
    manifest = {"version": newest_version(), "n_events": found.n_events, "head": found.head, "files": _digests(partial)}
    (partial / _MANIFEST).write_bytes(canonical(manifest) + b"\n")
    partial.replace(folder)
    return found


def restore(folder: Path, url: str, kept: Checkpoints) -> Verification:
    """Write a backup into an empty record, every step through the guards, and verify it against the checkpoints.

    Raises
    ------
    StoreError
        The backup was changed, the target is not empty, a step breaks the law of review, or newer checkpoints exist at
        the target than the backup reaches: it is too old to write on.
    """
    _refuse_changed(folder)
    source, target = Store(f"sqlite:///{folder / _RECORD}", create=False), engine_of(url, create=True, is_owner=True)
    newest = kept.newest() if kept.folder.is_dir() else None
    try:
        with translated(url), source.reading() as old, target.execution_options(immediate=True).begin() as new:
            if "audit_event" not in inspect(new).get_table_names():
                upgrade(new)
            if new.execute(text("SELECT count(*) FROM audit_event")).scalar():
                raise StoreError(problem("restore_not_empty", shown(url)))
            _copy_through(old, new)
            if newest is not None:
                refuse_contradiction(new, newest)
            found = verify_history(new, checkpoints=Checkpoints(folder / _FOLDER).all())
            if found.faults:
                raise StoreError(problem("backup_faulty", str(folder), detail=found.faults[0].code))
    finally:
        source.close()
        target.dispose()
    if newest is None and (folder / _FOLDER).is_dir():
        shutil.copytree(folder / _FOLDER, kept.folder, dirs_exist_ok=True)
    return found


def _write_record(store: Store, file: Path) -> None:
    """Copy a SQLite record in one read transaction, erased pages left behind; replay a server's into a new file."""
    if store.url.startswith("sqlite"):
        source = sqlite3.connect(engine_of(store.url, create=False, is_owner=True).url.database or "", timeout=10)
        source.execute("VACUUM INTO ?", (str(file),))
        source.close()
        return
    target = engine_of(f"sqlite:///{file}", create=True, is_owner=True)
    with store.reading() as old, target.execution_options(immediate=True).begin() as new:
        upgrade(new)
        _copy_through(old, new)
    target.dispose()


def _copy_through(old: Connection, new: Connection) -> None:
    """Write the events through every guard but those of the day, and the one that keeps the random key of a new record."""
    put_guards(new, ON_THE_DAY | {"store_key.only_added"})
    copy_record(old, new)
    put_guards(new)


def _verified(folder: Path) -> Verification:
    copy = Store(f"sqlite:///{folder / _RECORD}", create=False)
    with copy.reading() as connection:
        found = verify_history(connection, checkpoints=Checkpoints(folder / _FOLDER).all())
    copy.close()
    if found.faults:
        raise StoreError(problem("backup_faulty", str(folder), detail=found.faults[0].code))
    return found


def _refuse_changed(folder: Path) -> None:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(problem("backup_unreadable", str(folder), detail=type(error).__name__)) from error
    changed = sorted(set(manifest["files"].items()) ^ set(_digests(folder).items()))
    if changed:
        raise StoreError(problem("backup_changed", str(folder), detail=changed[0][0]))


def _digests(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file of a backup but its manifest."""
    found = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and file.name != _MANIFEST):
        with file.open("rb") as content:
            found[file.relative_to(folder).as_posix()] = hashlib.file_digest(content, "sha256").hexdigest()
    return found
