"""A record written anew from another, event by event, through the same guards: backup from a server, restore, change of database.

A decision in the old record that breaks the law of review is refused by the new one, as it would have been on the day.
"""

import json
from typing import Any

from sqlalchemy import Connection, Table, select

from review.record import schema

_AT_ONCE = 500


def copy_record(old: Connection, new: Connection) -> int:
    """Write an old record's texts, rows and events into a new, empty one; give the number of events.

    Texts come first, for rows refer to them; erasures before the texts, for they explain why some are gone.
    """
    new.execute(schema.store_key.delete())
    for table in (schema.store_key, schema.erasure, schema.sealed):
        _copy(old, new, table)
    n_events = 0
    events = select(schema.audit_event).order_by(schema.audit_event.c.sequence)
    for event in old.execute(events, execution_options={"yield_per": _AT_ONCE}).mappings():
        _write_row(old, new, json.loads(event["body"]))
        new.execute(schema.audit_event.insert().values(dict(event)))
        n_events += 1
    _copy(old, new, schema.near_key)
    return n_events


def _write_row(old: Connection, new: Connection, body: dict[str, Any]) -> None:
    table = schema.metadata.tables[body["table"]]
    if table is schema.erasure:
        return
    row = old.execute(select(table).where(table.c.id == body["id"])).mappings().one()
    new.execute(table.insert().values(dict(row)))


def _copy(old: Connection, new: Connection, table: Table) -> None:
    for rows in old.execute(select(table), execution_options={"yield_per": _AT_ONCE}).mappings().partitions(_AT_ONCE):
        new.execute(table.insert(), [dict(row) for row in rows])
