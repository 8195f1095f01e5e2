"""What proves the record, for pages that only read: the checks, the signed checkpoints, the dossier of a case."""

from typing import Any

from review.papers.dossier import make_dossier
from review.record.checkpoints import checkpoints_of
from review.record.signing import Checkpoint
from review.record.store import Store
from review.record.verification import Verification, verify_history


def verified(store: Store) -> Verification:
    """Check the whole history against itself and against the checkpoints kept outside it."""
    with store.reading() as connection:
        return verify_history(connection, checkpoints=checkpoints_of(store.url).all())


def signed_checkpoints(store: Store) -> tuple[Checkpoint, ...]:
    """Give the checkpoints kept outside the record, newest first."""
    return checkpoints_of(store.url).all()[::-1]


def newest_checkpoint(store: Store) -> Checkpoint | None:
    """Give the newest checkpoint; None before the first signing."""
    return checkpoints_of(store.url).newest()


def dossier_of(store: Store, case_id: int) -> dict[str, Any]:
    """Gather everything the record holds on a case, with proofs up to the newest checkpoint."""
    return make_dossier(store, case_id, checkpoints_of(store.url))
