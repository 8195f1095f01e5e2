"""A changed past is found: every way of changing a copy of the record, and the first bad event is named."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from classifier.domain import Assessment
from classifier.errors import StoreError
from conftest import CURE_EN, CURE_VI, HandClock
from review.cases import open_case
from review.domain import Outcome
from review.record.chain import event_digest
from review.record.store import Store
from review.record.verification import Verification, verify_history
from review.workflow import record_decision, record_first_view, show_reasons, show_score


@pytest.fixture
def filled(sqlite_store: Store, assessed: Callable[..., Assessment], clock: HandClock) -> Path:
    """Give a SQLite record with two decided cases."""
    for n, ad in enumerate((CURE_VI, CURE_EN)):
        case = open_case(sqlite_store, assessed(ad), source="a.csv", external_id=str(n), raw=ad.encode()).case_id
        receipt = show_reasons(sqlite_store, case, "lan").receipt_id
        record_first_view(sqlite_store, receipt, "lan", Outcome.MISLEADING)
        show_score(sqlite_store, receipt, "lan")
        clock.pass_time(seconds=10)
        record_decision(sqlite_store, receipt, "lan", outcome=Outcome.MISLEADING, grounds=("g",), rationale="because")
    return Path(sqlite_store.url.removeprefix("sqlite:///"))


def verified(file: Path, head: str | None = None) -> Verification:
    """Verify a record in a file."""
    store = Store(f"sqlite:///{file}")
    with store.reading() as connection:
        found = verify_history(connection, head)
    store.close()
    return found


def tampered(file: Path, *statements: str) -> Path:
    """Copy a record and change the copy with the guards taken off, as somebody with the file could."""
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    with sqlite3.connect(copy) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return copy


def test_an_untouched_history_holds(filled: Path) -> None:
    """No false alarm, and the newest digest is found again."""
    found = verified(filled)
    assert found.faults == () and found.n_events > 10
    assert verified(filled, found.head).faults == ()


@pytest.mark.parametrize(
    ("statement", "code", "sequence"),
    [
        ("UPDATE audit_event SET actor = 'mallory' WHERE sequence = 4", "event_edited", 4),
        ("UPDATE audit_event SET at = '2020' WHERE sequence = 1", "event_edited", 1),
        ("DELETE FROM audit_event WHERE sequence = 5", "sequence_gap", 6),
        ("DELETE FROM audit_event WHERE sequence = 1", "sequence_gap", 2),
        ("DELETE FROM audit_event WHERE sequence = (SELECT max(sequence) FROM audit_event)", "row_without_event", None),
        ("UPDATE decision SET outcome = 'not_misleading' WHERE id = 1", "row_edited", None),
        ("UPDATE review_case SET ad_text = 'x' WHERE id = 1", "row_edited", None),
        ("DELETE FROM score_view WHERE id = 2", "event_without_row", None),
    ],
)
def test_a_change_is_found(filled: Path, statement: str, code: str, sequence: int | None) -> None:
    """Edited and deleted events and rows are found, and where they stand is said."""
    faults = verified(tampered(filled, statement)).faults
    assert (code, sequence) == (faults[0].code, faults[0].sequence)


def test_an_inserted_event_is_found(filled: Path) -> None:
    """An event slipped in at the end, digests and all, tells of a row that does not exist."""
    head = verified(filled)
    event = {
        "sequence": head.n_events + 1, "at": "2026", "actor": "mallory", "action": "decision_recorded",
        "body": '{"id":9,"row":"0","table":"decision"}', "previous_digest": head.head,
    }  # fmt: skip
    values = ", ".join(repr(value) for value in (*event.values(), event_digest(event)))
    copy = tampered(filled, f"INSERT INTO audit_event VALUES ({values})")
    assert [fault.code for fault in verified(copy).faults] == ["event_without_row"]


def test_an_event_slipped_into_the_middle_is_found(filled: Path) -> None:
    """Renumbering to make room breaks the digests."""
    copy = tampered(
        filled,
        "UPDATE audit_event SET sequence = sequence + 1000 WHERE sequence > 4",
        "UPDATE audit_event SET sequence = sequence - 999 WHERE sequence > 1000",
        "INSERT INTO audit_event VALUES (5, '2026', 'mallory', 'x', '{}', 'y', 'z')",
    )
    assert {fault.code for fault in verified(copy).faults} >= {"chain_broken", "event_edited"}


def test_a_cut_off_end_is_found_by_a_digest_kept_elsewhere(filled: Path) -> None:
    """Cutting rows and events together leaves a whole chain; the digest noted before does not stand in it."""
    head = verified(filled).head
    last = "(SELECT max(sequence) FROM audit_event)"
    copy = tampered(filled, f"DELETE FROM audit_event WHERE sequence = {last}", "DELETE FROM decision WHERE id = 2")
    assert verified(copy).faults == ()
    assert [fault.code for fault in verified(copy, head).faults] == ["head_missing"]


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


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite:////nowhere/at/all\0/x.db"])
def test_a_wrong_address_is_said_so(url: str) -> None:
    """An address that cannot be a record is refused with our own error."""
    with pytest.raises((StoreError, ValueError)):
        Store(url)
