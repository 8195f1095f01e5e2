"""Another signing key follows the one before: old checkpoints hold, and the key before signs nothing any more."""

from pathlib import Path

import pytest

from classifier.errors import NotAllowed, StoreError
from conftest import CURE_VI, HandClock
from record_support import Assess, checkpoints, engage, figure, opened, size
from review.papers.check_dossier import check
from review.papers.dossier import as_json, make_dossier
from review.record.checkpoints import sign_checkpoint
from review.record.signing import make_key, read_key, sign
from review.record.store import Store
from review.record.verification import verify_history
from review.record.witness import compare
from review.rotation import rotate_key, untold_keys


def test_each_key_signs_its_own_part(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """T1.9: after many changes of key every checkpoint holds, dossiers too, and no key before signs beyond its own part."""
    n_changes, refused = size(3, 50), 0
    kept, key = checkpoints(tmp_path)
    engage(store)
    sign_checkpoint(store, kept, key)
    for n in range(n_changes):
        case_id = opened(store, assessed(CURE_VI), str(n))
        new = tmp_path / "key" / f"{n}.pem"
        last = rotate_key(store, kept, key, new, by="an")
        stolen, key = key, new
        check(as_json(make_dossier(store, case_id, kept)).encode())
        with pytest.raises(StoreError, match="signing_key_other"):
            sign_checkpoint(store, kept, stolen)
        with pytest.raises(StoreError, match="checkpoint_wrong"):
            kept.read(sign(last.size + 1, last.root, read_key(stolen)).note)
        refused += 1
    opened(store, assessed(CURE_VI), "last")
    newest = sign_checkpoint(store, kept, key)
    with store.reading() as connection:
        found = verify_history(connection, checkpoints=kept.all())
        assert found.faults == () and found.n_unanchored == 0 and untold_keys(connection, kept) == ()
        for signed in kept.all():
            assert compare(connection, kept, signed.note).conflict is None
    assert len(kept.keys()) == n_changes + 1 and kept.newest() == newest
    kind = store.url.split(":")[0].split("+")[0]
    figure(f"T1.9 keys changed, {kind}", f"{n_changes}; {len(kept.all())} of {len(kept.all())} checkpoints hold", "all")
    figure(f"T1.9 signed by a key after it was followed, {kind}", f"{refused} of {refused} refused", "all")


def test_a_key_the_history_does_not_name_is_found(store: Store, assessed: Assess, tmp_path: Path) -> None:
    """Who writes a key of their own beside the checkpoints can sign with it, and is found: the history names no such key."""
    kept, key = checkpoints(tmp_path)
    opened(store, assessed(CURE_VI))
    last = sign_checkpoint(store, kept, key)
    own = make_key(tmp_path / "own.pem")
    kept.follow(own, last.size)
    opened(store, assessed(CURE_VI), "2")
    sign_checkpoint(store, kept, tmp_path / "own.pem")
    with store.reading() as connection:
        assert untold_keys(connection, kept) == (own.hex(),)


def test_only_a_lead_changes_the_key(store: Store, assessed: Assess, tmp_path: Path) -> None:
    """Before the first signing there is nothing to follow; a reviewer is refused, and no key is made."""
    kept, key = checkpoints(tmp_path)
    engage(store)
    with pytest.raises(StoreError, match="checkpoint_needed_first"):
        rotate_key(store, kept, key, tmp_path / "new.pem", by="an")
    sign_checkpoint(store, kept, key)
    with pytest.raises(NotAllowed):
        rotate_key(store, kept, key, tmp_path / "new.pem", by="lan")
    assert not (tmp_path / "new.pem").exists() and len(kept.keys()) == 1
