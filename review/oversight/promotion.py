"""A change of model, written into the record with the comparison it rests on."""

from collections.abc import Mapping
from typing import Any

from classifier.records import canonical
from review.people import permitted
from review.record import schema
from review.record.store import Store


def record_promotion(store: Store, present: str, candidate: str, comparison: Mapping[str, Any], *, by: str) -> int:
    """Write down that a model takes another's place, by a lead, and on what comparison."""
    with store.writing() as connection:
        actor = permitted(store, connection, by, "promote_model")
        values: dict[str, Any] = {
            "from_digest": present,
            "to_digest": candidate,
            "comparison": canonical(dict(comparison)).decode(),
            "by_id": actor,
            "changed_at": store.now,
        }
        return store.add(connection, schema.model_change, by=actor, action="model_promoted", **values)
