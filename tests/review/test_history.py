"""A changed past is found: fourteen ways of changing a record, against checkpoints kept outside; and no false alarm."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from classifier.errors import StoreError
from classifier.records import canonical
from conftest import CURE_EN, CURE_VI, HandClock, postgres_database
from record_support import Assess, as_owner, checkpoints, decide, figure, opened, size
from review.record import schema
from review.record.chain import append_event, event_digest, row_digest
from review.record.checkpoints import FOLDER_VARIABLE, Checkpoints, sign_checkpoint
from review.record.store import Store
from review.record.verification import Verification, verify_history
from review.workflow import show_reasons


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
STARTS: dict[Any, Callable[[Connection, int, int], int]] = {
    cut_five: lambda c, at, last: last - 4,
    cut_many: lambda c, at, last: last - 24,
    cut_and_append: lambda c, at, last: last - 4,
    swap_and_rehash: lambda c, at, last: min(at, last - 1),
    insert_and_rehash: lambda c, at, last: at + 1,
    rewrite_all: lambda c, at, last: 1,
    empty: lambda c, at, last: 1,
    edit_row: lambda c, at, last: told_at(c, "decision", 1 + at % 8),
    delete_row: lambda c, at, last: told_at(c, "score_view", 1 + at % 8),
    edit_text: lambda c, at, last: min(told_at(c, table, row_id) for table, row_id in holders(c, at)),
}
"""Where the first bad event stands. It is named between there and the next checkpoint: a new chain is whole up to that."""


def told_at(c: Connection, table: str, row_id: int) -> int:
    """Give the event that tells of a row."""
    bodies = c.execute(text("SELECT sequence, body FROM audit_event ORDER BY sequence")).all()
    return next(sequence for sequence, body in bodies if (told := json.loads(body))["table"] == table and told["id"] == row_id)


def holders(c: Connection, at: int) -> list[tuple[str, int]]:
    """Give the rows that hold the commitment to the text :func:`edit_text` changes."""
    commitment = _scalar(c, f"SELECT commitment FROM sealed ORDER BY commitment LIMIT 1 OFFSET {at % 20}")
    found = []
    for table in schema.KEPT:
        for row in c.execute(table.select()).mappings():
            if commitment in row.values():
                found.append((table.name, row["id"]))
    return found


def test_every_tampering_is_found(filled: tuple[Store, Checkpoints]) -> None:
    """T1.1: each attack at each place is found against outside checkpoints, and the first bad event is named."""
    store, kept = filled
    signed, draw, found = kept.all(), random.Random(20261124), 0
    n_seeds = size(1, 100)
    last = verified(store, kept).n_events
    with as_owner(store) as connection:
        for attack in ATTACKS:
            for _ in range(n_seeds):
                at = draw.randrange(2, last)
                bad = STARTS.get(attack, lambda c, at, last: at)(connection, at, last)
                with connection.begin_nested() as undone:
                    attack(connection, at, last)
                    faults = verify_history(connection, checkpoints=signed).faults
                    undone.rollback()
                assert faults, (attack.__name__, at)
                first = min(fault.sequence for fault in faults if fault.sequence is not None)
                bound = min((checkpoint.size for checkpoint in signed if checkpoint.size > bad), default=last)
                assert bad <= first <= bound, (attack.__name__, bad, first, bound)
                found += 1
        assert verify_history(connection, checkpoints=signed).faults == ()
    total = len(ATTACKS) * n_seeds
    figure(
        f"T1.1 tamper matrix, {store.url.split(':')[0].split('+')[0]}",
        f"{found} of {total} found",
        "all",
        "each names the first bad event, or one up to the next checkpoint",
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


def test_an_older_record_is_refused_for_writing(
    store: Store, assessed: Assess, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T1.10: an older state put in the place of the record can be read and verified; nothing is written to it, nor is it signed."""
    kept, key = checkpoints(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(kept.folder))
    older, n_older = [], size(4, 20)
    for n in range(n_older):
        opened(store, assessed((CURE_VI, CURE_EN)[n % 2]), str(n))
        older.append(_copied(store, tmp_path / f"older{n}"))
    opened(store, assessed(CURE_VI), "newest")
    newest = sign_checkpoint(store, kept, key)
    n_refused = 0
    for address, gone in older:
        old = Store(address, clock)
        for write in (lambda old=old: opened(old, assessed(CURE_VI), "more"), lambda old=old: show_reasons(old, 1, "lan")):
            with pytest.raises(StoreError) as caught:
                write()
            n_refused += caught.value.problems[0].code == "store_older_than_checkpoint"
        with pytest.raises(StoreError):
            sign_checkpoint(old, kept, key)
        found = verified(old, kept)
        assert found.n_events < newest.size and "checkpoint_ahead" in {fault.code for fault in found.faults}
        old.close()
        gone()
    figure(
        f"T1.10 older records refused, {store.url.split(':')[0].split('+')[0]}", f"{n_refused // 2} of {n_older}", "all", "reading works"
    )
    assert n_refused == 2 * n_older
    assert opened(store, assessed(CURE_EN), "goes on")


def _copied(store: Store, to: Path) -> tuple[str, Callable[[], None]]:
    """Copy a record as its database's own tools would; give the address of the copy, and what takes it away."""
    if store.url.startswith("sqlite"):
        shutil.copyfile(store.url.removeprefix("sqlite:///"), to)
        return f"sqlite:///{to}", to.unlink
    store.close()
    copy = postgres_database(template=make_url(store.url).database or "")
    return copy.__enter__(), copy.__exit__


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
    """T1.5: a day back, a year on, frozen, and jumps by chance refuse no write and move no event; each step back is counted."""
    draw, n_jumps, n_back, before = random.Random(5), size(10, 100), 0, clock.now
    opened(store, assessed(CURE_VI), "first")
    for n in range(n_jumps):
        clock.pass_time(hours=(-24, 24 * 365, 0, 1, -1, draw.randrange(-5_000, 5_000))[n % 6])
        n_back += clock.now < before
        before = clock.now
        assert opened(store, assessed(CURE_VI), str(n)) == n + 2
    found = verified(store)
    kind = store.url.split(":")[0].split("+")[0]
    figure(f"T1.5 steps of the clock back told, {kind}", f"{found.n_clock_steps} of {n_back}", "all", f"{n_jumps} jumps, 0 writes refused")
    assert found.faults == () and found.n_clock_steps == n_back > 0


def test_a_planted_decision_with_its_event_is_found(filled: tuple[Store, Checkpoints]) -> None:
    """D17: who owns the database plants a decision, its event and a whole new chain; without any checkpoint verify names it."""
    store, _ = filled
    plants: tuple[tuple[str, dict[str, Any]], ...] = (
        ("decision", {"id": 9, "task_id": 77}), ("receipt", {"id": 9, "reasons_digest": "0" * 64}), ("first_view", {"id": 9, "receipt_id": 99}),
        ("receipt", {"id": 9, "ready_at": 0}), ("decision", {"id": 9, "task_id": 77, "receipt_id": 99}), ("score_view", {"id": 9, "receipt_id": 99, "first_view_id": 99}),
    )  # fmt: skip
    for table, change in plants:
        with as_owner(store) as connection:
            row = dict(connection.execute(schema.metadata.tables[table].select().limit(1)).mappings().one()) | change
            connection.execute(schema.metadata.tables[table].insert().values(row))
            append_event(connection, at=store.now, actor_id=1, action="x", case_id=1, table=table, row=row)
            faults = verify_history(connection).faults
            assert ("law_broken", f"{table} 9") in {(fault.code, fault.detail) for fault in faults}, (table, change)


def test_an_assessment_changed_with_its_digests_is_found(filled: tuple[Store, Checkpoints]) -> None:
    """A whole new chain over an assessment whose text says something else than its digests: verify names it."""
    store, _ = filled
    with as_owner(store) as connection:
        connection.execute(text("UPDATE assessment SET risk = 0.01 WHERE id = 3"))
        row = dict(connection.execute(schema.assessment.select().where(schema.assessment.c.id == 3)).mappings().one())
        told = json.loads(_scalar(connection, f"SELECT body FROM audit_event WHERE sequence = {told_at(connection, 'assessment', 3)}"))
        change = {"body": canonical(told | {"row": row_digest(row)}).decode(), "at": told_at(connection, "assessment", 3)}
        connection.execute(text("UPDATE audit_event SET body = :body WHERE sequence = :at"), change)
        rehash(connection)
        assert {fault.code for fault in verify_history(connection).faults} == {"record_differs"}


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
