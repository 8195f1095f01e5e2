"""Erasing the texts of a case by order: the chain keeps the commitments and the order, and still holds."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text, update

from classifier.errors import FieldInvalid, problem
from review.people import permitted
from review.record import schema
from review.record.store import Store, engine_of, one, translated


def erase_cases(store: Store, case_ids: Sequence[int], *, by: str, by_order: str) -> int:
    """Erase every text kept for some cases, by an administrator, on an order that is named; give how many texts.

    On PostgreSQL this needs the owner's connection: the application's role cannot change a row. Free pages are zeroed
    and given back; copies made earlier (backups, a server's archived logs) are the operator's to erase.

    Raises
    ------
    FieldInvalid
        No order is named.
    """
    if len(by_order.strip()) < 3:
        raise FieldInvalid(problem("rationale_length", least=3, most=5_000))
    with store.writing() as connection:
        actor = permitted(store, connection, by, "erase")
        for case_id in dict.fromkeys(case_ids):
            one(connection, schema.review_case, case_id)
            values: dict[str, Any] = {"case_id": case_id, "by_order": by_order.strip(), "erased_at": store.now}
            store.add(connection, schema.erasure, by=actor, action="case_erased", case=case_id, **values)
    owner = engine_of(store.url, create=False, is_owner=True)
    try:
        with translated(store.url), owner.execution_options(immediate=True).begin() as connection:
            table = schema.sealed
            erased = update(table).where(table.c.case_id.in_(case_ids), table.c.body.is_not(None)).values(body=None, salt=None)
            n_erased = connection.execute(erased).rowcount
        _give_back(store)
    finally:
        owner.dispose()
    return int(n_erased)


def _give_back(store: Store) -> None:
    """Make the database forget the freed bytes themselves."""
    if store.url.startswith("sqlite"):
        file = engine_of(store.url, create=False, is_owner=True).url.database or ""
        direct = sqlite3.connect(file, timeout=10, isolation_level=None)
        direct.execute("VACUUM")
        direct.close()
        return
    owner = engine_of(store.url, create=False, is_owner=True)
    with owner.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM FULL sealed"))
    owner.dispose()
