"""A changed past is found: fourteen ways of changing a record, against checkpoints kept outside; and no false alarm."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from classifier.errors import StoreError
from conftest import CURE_EN, CURE_VI, HandClock
from record_support import Assess, as_owner, checkpoints, decide, figure, opened, size
from review.record.chain import event_digest
from review.record.checkpoints import Checkpoints, refuse_contradiction, sign_checkpoint
from review.record.store import Store
from review.record.verification import Verification, verify_history


@pytest.fixture
def filled(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> tuple[Store, Checkpoints]:
    """Give a record with decided cases and a checkpoint every few steps, as it stands at the last one."""
    kept, key = checkpoints(tmp_path)
    ads = [assessed(CURE_VI), assessed(CURE_EN)]
    for n in range(8):
        decide(store, opened(store, ads[n % 2], str(n)), clock)
        sign_checkpoint(store, kept, key)
    return store, kept


def verified(store: Store, kept: Checkpoints | None = None, head: str | None = None) -> Verification:
    """Verify a record."""
    with store.reading() as connection:
        return verify_history(connection, head, kept.all() if kept else ())


def rehash(connection: Connection) -> None:
    """Give the events new numbers in their order and chain them anew, as somebody with the database could."""
    events = [dict(row) for row in connection.execute(text("SELECT * FROM audit_event ORDER BY sequence")).mappings()]
    connection.execute(text("DELETE FROM audit_event"))
    head = "0" * 64
    for number, event in enumerate(events, 1):
        event |= {"sequence": number, "previous_digest": head}
        event["digest"] = head = event_digest(event)
        columns = ", ".join(event)
        values = ", ".join(f":{name}" for name in event)
        connection.execute(text(f"INSERT INTO audit_event ({columns}) VALUES ({values})"), event)


def _scalar(connection: Connection, query: str) -> Any:
    return connection.execute(text(query)).scalar()


def edit_event(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"UPDATE audit_event SET action = action || 'x' WHERE sequence = {at}"))


def edit_and_hash_one(c: Connection, at: int, last: int) -> None:
    event = dict(c.execute(text(f"SELECT * FROM audit_event WHERE sequence = {at}")).mappings().one()) | {"at": 1}
    c.execute(text(f"UPDATE audit_event SET at = 1, digest = '{event_digest(event)}' WHERE sequence = {at}"))


def delete_one(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"DELETE FROM audit_event WHERE sequence = {at}"))


def delete_and_rehash(c: Connection, at: int, last: int) -> None:
    delete_one(c, at, last)
    rehash(c)


def swap_and_rehash(c: Connection, at: int, last: int) -> None:
    other = at + 1 if at < last else at - 1
    for old, new in ((at, 0), (other, at), (0, other)):
        c.execute(text(f"UPDATE audit_event SET sequence = {new} WHERE sequence = {old}"))
    rehash(c)


def insert_and_rehash(c: Connection, at: int, last: int) -> None:
    c.execute(text("UPDATE audit_event SET sequence = sequence + 100000 WHERE sequence > :at"), {"at": at})
    event = dict(c.execute(text(f"SELECT * FROM audit_event WHERE sequence = {at}")).mappings().one())
    event |= {"sequence": at + 1, "action": "slipped_in", "digest": "x", "previous_digest": "y"}
    c.execute(text(f"INSERT INTO audit_event ({', '.join(event)}) VALUES ({', '.join(f':{n}' for n in event)})"), event)
    rehash(c)


def cut_five(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"DELETE FROM audit_event WHERE sequence > {last - 5}"))


def cut_many(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"DELETE FROM audit_event WHERE sequence > {max(1, last - 25)}"))


def cut_and_append(c: Connection, at: int, last: int) -> None:
    cut_five(c, at, last)
    for _ in range(5):
        event = dict(c.execute(text("SELECT * FROM audit_event ORDER BY sequence DESC LIMIT 1")).mappings().one())
        event |= {"sequence": event["sequence"] + 1, "action": "other", "previous_digest": event["digest"]}
        event["digest"] = event_digest(event)
        c.execute(text(f"INSERT INTO audit_event ({', '.join(event)}) VALUES ({', '.join(f':{n}' for n in event)})"), event)


def rewrite_all(c: Connection, at: int, last: int) -> None:
    c.execute(text("UPDATE audit_event SET at = at + 1"))
    rehash(c)


def empty(c: Connection, at: int, last: int) -> None:
    c.execute(text("DELETE FROM audit_event"))


def edit_row(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"UPDATE decision SET outcome = 'not_misleading' WHERE id = {1 + at % 8}"))


def delete_row(c: Connection, at: int, last: int) -> None:
    c.execute(text(f"DELETE FROM score_view WHERE id = {1 + at % 8}"))


def edit_text(c: Connection, at: int, last: int) -> None:
    chosen = f"(SELECT commitment FROM sealed ORDER BY commitment LIMIT 1 OFFSET {at % 20})"
    c.execute(text(f"UPDATE sealed SET body = salt WHERE commitment = {chosen}"))


ATTACKS: tuple[Callable[[Connection, int, int], None], ...] = (
    edit_event, edit_and_hash_one, delete_one, delete_and_rehash, swap_and_rehash, insert_and_rehash, cut_five, cut_many,
    cut_and_append, rewrite_all, empty, edit_row, delete_row, edit_text,
)  # fmt: skip
NAMES_SEQUENCE = set(ATTACKS) - {rewrite_all, edit_text, delete_row, edit_row}
STARTS: dict[Any, Callable[[int, int], int]] = {
    cut_five: lambda at, last: last - 4,
    cut_many: lambda at, last: last - 24,
    cut_and_append: lambda at, last: last - 4,
    swap_and_rehash: lambda at, last: min(at, last - 1),
    insert_and_rehash: lambda at, last: at + 1,
    empty: lambda at, last: 1,
}
"""Where the first bad event stands. It is named between there and the next checkpoint: a new chain is whole up to that."""


def test_every_tampering_is_found(filled: tuple[Store, Checkpoints]) -> None:
    """T1.1: each attack at each place is found against outside checkpoints, and the first bad event is named."""
    store, kept = filled
    signed, draw, found, n_named = kept.all(), random.Random(20261124), 0, 0
    n_seeds = size(1, 100)
    last = verified(store, kept).n_events
    for attack in ATTACKS:
        for _ in range(n_seeds):
            at = draw.randrange(2, last)
            with as_owner(store) as connection:
                attack(connection, at, last)
                faults = verify_history(connection, checkpoints=signed).faults
            assert faults, (attack.__name__, at)
            found += 1
            if attack in NAMES_SEQUENCE:
                first = min(fault.sequence for fault in faults if fault.sequence is not None)
                bad = STARTS.get(attack, lambda at, last: at)(at, last)
                bound = min((checkpoint.size for checkpoint in signed if checkpoint.size > bad), default=last)
                assert bad <= first <= bound, (attack.__name__, bad, first, bound)
                n_named += 1
    total = len(ATTACKS) * n_seeds
    figure(
        f"T1.1 tamper matrix, {store.url.split(':')[0].split('+')[0]}",
        f"{found} of {total} found",
        "all",
        f"{n_named} name the first bad event, or the checkpoint after it",
    )
    assert found == total


def test_an_untouched_history_holds(filled: tuple[Store, Checkpoints], assessed: Assess, clock: HandClock) -> None:
    """No false alarm: not on what was signed, not after more steps, not with a digest noted before; the tail is counted."""
    store, kept = filled
    n_clean = size(5, 200)
    head = verified(store, kept).head
    for n in range(n_clean):
        if n % 20 == 0:
            opened(store, assessed(CURE_VI), f"more {n}")
        found = verified(store, kept, head)
        assert found.faults == () and found.n_unanchored == found.n_events - kept.all()[-1].size
    figure(f"T1.1 clean checks, {store.url.split(':')[0].split('+')[0]}", f"0 false alarms in {n_clean}", "0")


def test_the_chain_alone_is_blind(filled: tuple[Store, Checkpoints]) -> None:
    """Control: a whole rewrite passes without checkpoints, or the matrix would prove nothing about them."""
    store, kept = filled
    with as_owner(store) as connection:
        rewrite_all(connection, 3, 10)
        assert verify_history(connection).faults == ()
        assert verify_history(connection, checkpoints=kept.all()).faults


def test_an_older_record_is_refused_for_signing(filled: tuple[Store, Checkpoints], assessed: Assess, tmp_path: Path) -> None:
    """T1.10: a record cut back to an earlier state is older than its checkpoint: it is not signed, and verify says so."""
    store, kept = filled
    newest = kept.newest()
    assert newest is not None
    n_older = size(4, 20)
    for n in range(n_older):
        with as_owner(store) as connection:
            connection.execute(text(f"DELETE FROM audit_event WHERE sequence > {newest.size - 1 - n}"))
            with pytest.raises(StoreError) as caught:
                refuse_contradiction(connection, newest)
            assert caught.value.problems[0].code == "store_older_than_checkpoint"
            faults = verify_history(connection, checkpoints=kept.all()).faults
            assert "checkpoint_ahead" in {fault.code for fault in faults}
    figure(f"T1.10 older records refused, {store.url.split(':')[0].split('+')[0]}", f"{n_older} of {n_older}", "all")


def test_a_check_goes_on_from_a_checkpoint(filled: tuple[Store, Checkpoints], assessed: Assess) -> None:
    """What came after a checkpoint is checked alone, and gives the head and the faults of a whole check."""
    store, kept = filled
    newest = kept.newest()
    assert newest is not None
    opened(store, assessed(CURE_VI), "later")
    with store.reading() as connection:
        part = verify_history(connection, checkpoints=kept.all(), since=kept.frontier(newest))
        assert (part.head, part.n_events, part.faults) == (verify_history(connection).head, verify_history(connection).n_events, ())
    with as_owner(store) as connection:
        edit_event(connection, newest.size + 2, 0)
        faults = verify_history(connection, checkpoints=kept.all(), since=kept.frontier(newest)).faults
        assert faults[0].sequence == newest.size + 2


def test_a_clock_set_back_does_not_change_the_order(store: Store, assessed: Assess, clock: HandClock) -> None:
    """T1.5: jumps of the clock refuse no write and move no event; each step back is counted."""
    draw = random.Random(5)
    for n in range(size(10, 100)):
        clock.pass_time(hours=draw.choice([-24, 24 * 365, -1, 0]))
        opened(store, assessed(CURE_VI), str(n))
    found = verified(store)
    assert found.faults == () and found.n_clock_steps > 0


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda f: f.write_bytes(b"no database at all, but long enough to be read as one" * 40), "store_refused"),
        (lambda f: sqlite3.connect(f).execute("CREATE TABLE other (a)").connection.close(), "store_foreign"),
    ],
)
def test_other_peoples_files_are_refused(tmp_path: Path, prepare: Callable[[Path], None], code: str) -> None:
    """A file that is no database, or another program's, is refused and left as it was."""
    file = tmp_path / "other.db"
    prepare(file)
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{file}")
    assert caught.value.problems[0].code == code and file.read_bytes() == before


def test_a_record_without_its_guards_is_refused(sqlite_store: Store) -> None:
    """A guard that is gone, or a trigger that is not ours, refuses the whole record."""
    file = sqlite_store.url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER decision__newest_assessment")
    connection.close()
    with pytest.raises(StoreError) as caught:
        Store(sqlite_store.url)
    assert caught.value.problems[0].code == "store_schema_changed"


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite:////nowhere/at/all\0/x.db"])
def test_a_wrong_address_is_said_so(url: str) -> None:
    """An address that cannot be a record is refused with our own error."""
    with pytest.raises((StoreError, ValueError)):
        Store(url)
