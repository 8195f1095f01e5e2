"""Checkpoints others hold: the record adds to each of them, or there is proof that the key signed two histories."""

import json
import random
from pathlib import Path

import pytest
from sqlalchemy import text

from classifier.errors import StoreError
from conftest import CURE_VI, HandClock
from record_support import Assess, as_owner, checkpoints, decide, figure, opened, size
from review.papers.facts import paper_facts
from review.record.checkpoints import Checkpoints, sign_checkpoint, wait_for_events
from review.record.signing import make_key, read_key, sign
from review.record.store import Store
from review.record.witness import compare, is_conflict, notes_in
from ui.notice_text import notice_text

Signed = tuple[Store, Checkpoints, Path]


@pytest.fixture
def signed(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> Signed:
    """Give a record with several checkpoints, and the key."""
    kept, key = checkpoints(tmp_path)
    for n in range(5):
        decide(store, opened(store, assessed(CURE_VI), str(n)), clock)
        sign_checkpoint(store, kept, key)
    return store, kept, key


def test_every_split_view_is_found(signed: Signed) -> None:
    """T1.8: a history shown to others than the record's own is found, and what comes out proves the conflict by itself."""
    store, kept, key = signed
    draw, n_views, found, n_lies = random.Random(8), size(20, 200), 0, 0
    own = kept.all()
    with store.reading() as connection:
        for checkpoint in own:
            assert compare(connection, kept, checkpoint.note).conflict is None
        for n in range(n_views):
            at = own[n % len(own)].size if n % 3 else draw.randrange(1, own[-1].size)
            other = sign(at, draw.randbytes(32), read_key(key))
            conflict = compare(connection, kept, other.note).conflict
            assert conflict is not None and is_conflict(json.loads(json.dumps(conflict)))
            found += 1
            for lie in _lies(conflict, own[-1].note, draw):
                assert not is_conflict(lie), lie
                n_lies += 1
    kind = store.url.split(":")[0].split("+")[0]
    figure(f"T1.8 split views found, {kind}", f"{found} of {n_views}", "all", f"{n_lies} altered proofs accepted: 0")


def _lies(conflict: dict[str, object], newest: str, draw: random.Random) -> list[dict[str, object]]:
    """Give what is no proof: a signature changed, no conflict at all, another key, a root that leads nowhere."""
    notes = list(conflict["notes"])  # type: ignore[call-overload]
    changed = notes[0].replace("\n", "x\n", 1)
    lies: list[dict[str, object]] = [
        conflict | {"notes": [changed, notes[1]]},
        conflict | {"notes": [newest, newest]},
        conflict | {"public_key": draw.randbytes(32).hex()},
        conflict | {"format": "other"},
    ]
    if conflict["proof"]:
        lies.append(conflict | {"root": draw.randbytes(32).hex()})
    return lies


def test_a_rewritten_history_is_not_signed(signed: Signed) -> None:
    """What contradicts an earlier checkpoint is refused at signing, whether the tree is kept or not."""
    store, kept, key = signed
    with as_owner(store) as connection:
        connection.execute(
            text("UPDATE audit_event SET digest = previous_digest || 'x' WHERE sequence = (SELECT max(sequence) FROM audit_event)")
        )
        for gone in (False, True):
            if gone:
                (kept.folder / "frontier.json").unlink()
            altered = _Read(store, connection)
            with pytest.raises((StoreError, ValueError)) as caught:
                sign_checkpoint(altered, kept, key)  # type: ignore[arg-type]
            assert not isinstance(caught.value, StoreError) or caught.value.problems[0].code == "history_contradicts"


class _Read:
    """A record as a connection sees it that has not saved what it did."""

    def __init__(self, store: Store, connection: object) -> None:
        self.url, self._connection = store.url, connection

    def reading(self) -> "_Read":
        return self

    def __enter__(self) -> object:
        return self._connection

    def __exit__(self, *_: object) -> None:
        return


def test_a_notice_carries_a_witness(signed: Signed, assessed: Assess, tmp_path: Path) -> None:
    """The checkpoint printed on a notice is found in its text and holds; another key's does not count."""
    store, kept, key = signed
    notice = notice_text(paper_facts(store, 1), "vi", kept.newest(), is_signed=True)
    opened(store, assessed(CURE_VI), "later")
    sign_checkpoint(store, kept, key)
    (note,) = notes_in(notice.replace("\n", "\r\n"))
    make_key(tmp_path / "other.pem")
    with store.reading() as connection:
        found = compare(connection, kept, note)
        assert found.conflict is None and found.proof and found.checkpoint.size < (kept.newest() or found.checkpoint).size
        with pytest.raises(StoreError):
            compare(connection, kept, sign(3, b"r" * 32, read_key(tmp_path / "other.pem")).note)


def test_many_events_are_signed_at_once(signed: Signed, assessed: Assess) -> None:
    """T1.6: fifty events are not waited with; fewer are waited with for a while; nothing is signed twice."""
    store, kept, _ = signed
    newest = kept.newest()
    assert newest is not None
    opened(store, assessed(CURE_VI), "a few")
    wait_for_events(store, newest.size, 0.02, step=0.01)
    for n in range(20):
        opened(store, assessed(CURE_VI), f"many {n}")
    wait_for_events(store, newest.size, 3_600, step=0.01)
