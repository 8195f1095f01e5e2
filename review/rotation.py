"""Another signing key: told by the history, under a checkpoint of the key before, so that each key vouches for the next."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from classifier.errors import StoreError, problem
from review.people import permitted
from review.record import schema
from review.record.checkpoints import Checkpoints, sign_checkpoint
from review.record.signing import Checkpoint, make_key
from review.record.store import Store

SIGNING_KEY = "signing_key"


def rotate_key(store: Store, kept: Checkpoints, old: Path, new: Path, *, by: str) -> Checkpoint:
    """Let a new key sign from here on, on a lead's word; give the last checkpoint of the old one, which covers that word.

    Raises
    ------
    StoreError
        Nothing was signed yet, the old key is not the one that signs, or the new file is there already.
    NotAllowed
        The person is no lead.
    """
    if kept.public_key() is None:
        raise StoreError(problem("checkpoint_needed_first", str(kept.folder)))
    sign_checkpoint(store, kept, old)
    with store.writing() as connection:
        actor = permitted(store, connection, by, "set_queue")
        public = make_key(new)
        values: dict[str, Any] = {"name": SIGNING_KEY, "value": public.hex(), "by_id": actor, "changed_at": store.now}
        store.add(connection, schema.setting, by=actor, action="setting_changed", **values)
    last = sign_checkpoint(store, kept, old)
    kept.follow(public, last.size)
    return last


def untold_keys(connection: Connection, kept: Checkpoints) -> tuple[str, ...]:
    """Give the public keys that signed after the first, of which the history says nothing under a checkpoint of the key before."""
    event, table = schema.audit_event, schema.setting
    sizes, untold = {checkpoint.size for checkpoint in kept.all()}, []
    for after, public in kept.keys()[1:]:
        rows = connection.execute(select(table.c.id).where(table.c.name == SIGNING_KEY, table.c.value == public.hex())).scalars()
        told = [event.c.body.like(f'{{"id":{row},"row":%,"table":"setting"}}') for row in rows]
        covered = any(connection.execute(select(event.c.sequence).where(event.c.sequence <= after, one)).first() for one in told)
        if after not in sizes or not covered:
            untold.append(public.hex())
    return tuple(untold)
