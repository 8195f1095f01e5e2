"""What happened last in the record, event by event, for those who may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from review.people import name_of
from review.record import schema
from review.record.store import Store, instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event. ``actor`` is empty when the name was erased."""

    sequence: int
    at: datetime
    action: str
    case_id: int | None
    actor: str


def happened_last(store: Store, most: int) -> tuple[Happened, ...]:
    """Give the newest events, newest first; that a blind second opinion was asked is left out, so that it stays blind."""
    event = schema.audit_event
    with store.reading() as connection:
        rows = (
            connection.execute(select(event).where(event.c.action != "second_asked").order_by(event.c.sequence.desc()).limit(most))
            .mappings()
            .all()
        )
        return tuple(
            Happened(
                sequence=row["sequence"],
                at=instant_of(row["at"]),
                action=row["action"],
                case_id=row["case_id"],
                actor=name_of(connection, row["actor_id"]),
            )
            for row in rows
        )
