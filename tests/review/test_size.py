"""A large record: verified as a stream, in little memory."""

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

from classifier.records import canonical
from conftest import ROOT, HandClock
from record_support import SHARE, figure, size
from review.people import actor_id
from review.record import schema
from review.record.chain import row_digest
from review.record.store import Store, engine_of
from review.record.verification import verify_history

_VERIFY = """
import json, sys, time
from pathlib import Path
from review.record.store import Store
from review.record.verification import verify_history
store = Store(sys.argv[1], create=False)
began = time.perf_counter()
with store.reading() as connection:
    found = verify_history(connection)
took = time.perf_counter() - began
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"n": found.n_events, "faults": len(found.faults), "s": took, "mb": int(peak.split()[1]) / 1024}))
"""


def large(file: Path, n_events: int) -> Store:
    """Write a record of many events in the form the program writes, with a row each, past the guards for speed."""
    store = Store(f"sqlite:///{file}", HandClock())
    with store.writing() as connection:
        actor = actor_id(store, connection, "adcheck")
        newest = dict(connection.execute(schema.audit_event.select()).mappings().one())
    engine = engine_of(store.url, create=False, is_owner=True)
    from review.record.guards import put_guards, take_off_guards

    with engine.execution_options(immediate=True).begin() as connection:
        take_off_guards(connection)
        head, batch, rows = newest["digest"], [], []
        for number in range(2, n_events + 1):
            row = {"id": number - 1, "name": "n", "value": "0.1", "by_id": actor, "changed_at": number}
            event = {
                "sequence": number,
                "at": number,
                "actor_id": actor,
                "action": "setting_changed",
                "case_id": None,
                "previous_digest": head,
            }
            event["body"] = canonical({"table": "setting", "id": row["id"], "row": row_digest(row)}).decode()
            event["digest"] = head = hashlib.sha256(canonical(event)).hexdigest()
            batch.append(event)
            rows.append(row)
            if len(batch) == 10_000 or number == n_events:
                connection.execute(schema.setting.insert(), rows)
                connection.execute(schema.audit_event.insert(), batch)
                batch, rows = [], []
        put_guards(connection)
    engine.dispose()
    return store


def test_a_large_record_is_verified_in_little_memory(tmp_path: Path) -> None:
    """T1.12: many events verify in one pass whose memory does not grow with them; time is measured beside sha256sum."""
    n_events = size(3_000, 1_000_000)
    store = large(tmp_path / "large.db", n_events)
    command = [sys.executable, "-c", _VERIFY, store.url]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout)
    assert (told["n"], told["faults"]) == (n_events, 0) and told["mb"] <= 300
    if SHARE:
        began = time.perf_counter()
        subprocess.run(["sha256sum", str(tmp_path / "large.db")], check=True, capture_output=True)
        beside = time.perf_counter() - began
        bytes_ = (tmp_path / "large.db").stat().st_size
        figure(
            "T1.12 verify, events",
            f"{n_events:,}: {told['mb']:.0f} MB, {told['s']:.1f} s",
            "≤ 300 MB",
            f"sha256sum of the same {bytes_ / 1e6:.0f} MB: {beside:.1f} s",
        )
    store.close()


def test_a_part_is_as_good_as_the_whole(tmp_path: Path) -> None:
    """The last events of a large record are checked from a checkpoint's tree without reading the others."""
    from record_support import checkpoints
    from review.record.checkpoints import sign_checkpoint

    store = large(tmp_path / "large.db", size(2_000, 100_000))
    kept, key = checkpoints(tmp_path)
    newest = sign_checkpoint(store, kept, key)
    with store.writing() as connection:
        actor_id(store, connection, "lan")
    with store.reading() as connection:
        found = verify_history(connection, checkpoints=kept.all(), since=kept.frontier(newest))
    assert found.faults == () and found.n_unanchored == found.n_events - newest.size > 0
    store.close()
