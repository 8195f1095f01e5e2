"""Keeping a record for years: backup, restore, migration, erasure, replay, checkpoints and their keys, Merkle proofs."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from classifier.checker import assess, make_ad
from classifier.errors import NotAllowed, StoreError
from classifier.law.loading import load_packs
from classifier.records import canonical
from conftest import CURE_EN, CURE_VI, DAY, HandClock, postgres_database
from record_processes import Workers, await_ready
from record_support import Assess, checkpoints, decide, engage, figure, opened, size
from review.erasing import erase_cases
from review.papers.check_dossier import Rejected, root_of
from review.people import actor_id
from review.record.backup import _digests, back_up, restore
from review.record.checkpoints import leaves, sign_checkpoint
from review.record.guards import put_guards
from review.record.merkle import Frontier, Tree, is_consistent, leaf_hash, node_hash, root_from_inclusion
from review.record.migrating import bring_up
from review.record.signing import make_key, read_checkpoint, read_key, sign
from review.record.store import Store, engine_of
from review.record.verification import verify_history
from review.record.versions import found_version, newest_version, upgrade
from review.replay import archive, decided_assessments, replay


def head_of(store: Store) -> tuple[int, str, tuple[object, ...]]:
    """Give count, newest digest and faults of a record."""
    with store.reading() as connection:
        found = verify_history(connection)
    return found.n_events, found.head, found.faults


# ---- Merkle tree -------------------------------------------------------------------------------------------------


def slow_root(items: list[bytes]) -> bytes:
    """Give the root as RFC 6962 defines it, written apart from the code."""
    import hashlib

    if not items:
        return hashlib.sha256(b"").digest()
    if len(items) == 1:
        return leaf_hash(items[0])
    k = 1
    while k * 2 < len(items):
        k *= 2
    return node_hash(slow_root(items[:k]), slow_root(items[k:]))


def test_proofs_hold_and_lies_do_not() -> None:
    """T1.2: inclusion and consistency of every size up to 70 agree with the definition; every altered proof is rejected."""
    items = [bytes([n]) * 32 for n in range(70)]
    tree, draw, n_lies, n_proofs = Tree(lambda a, b: items[a:b]), random.Random(3), 0, 0
    frontier = Frontier()
    for size_ in range(1, 71):
        frontier.append(items[size_ - 1])
        root = slow_root(items[:size_])
        assert frontier.root() == tree.root(0, size_) == root
        for position in range(0, size_, 7):
            proof = tree.inclusion(position, size_)
            assert root_from_inclusion(items[position], position, size_, proof) == root
            n_proofs += 1
            lies = [
                proof[:-1],
                [*proof, b"\0" * 32],
                proof[::-1] if len(proof) > 1 and proof != proof[::-1] else [b"x"],
                [b"\1" * 32, *proof[1:]],
            ]
            for lie in lies:
                assert lie == proof or root_from_inclusion(items[position], position, size_, lie) != root
                n_lies += 1
            other = (position + 1) % size_
            assert size_ == 1 or root_from_inclusion(items[other], position, size_, proof) != root
        for old in range(1, size_ + 1, 3):
            proof, old_root = tree.consistency(old, size_), slow_root(items[:old])
            assert is_consistent(old, size_, old_root, root, proof)
            n_proofs += 1
            wrong = bytearray(old_root)
            wrong[draw.randrange(32)] ^= 1
            for lie in (
                (old, size_, bytes(wrong), root, proof),
                (old, size_, old_root, bytes(wrong), proof),
                (old, size_, old_root, root, [*proof, b"\0" * 32]),
            ):
                assert not is_consistent(*lie)
                n_lies += 1
            if proof:
                assert not is_consistent(old, size_, old_root, root, proof[:-1]) and not is_consistent(size_ + 1, size_, root, root, proof)
                n_lies += 2
    figure("T1.2 lying proofs accepted", f"0 of {n_lies}", "0", f"{n_proofs} true proofs hold")


def test_the_stand_alone_checker_agrees_on_trees() -> None:
    """T1.2: the dossier's own checker, written apart, leads every proof of every random tree, true or altered, to the same root or to none."""
    draw, n_trees, n_lies = random.Random(10), size(300, 10_000), 0
    for _ in range(n_trees):
        n = draw.randrange(1, 200)
        items = [draw.randbytes(32) for _ in range(n)]
        tree, position = Tree(lambda a, b, items=items: items[a:b]), draw.randrange(n)
        proof = tree.inclusion(position, n)
        assert root_of(items[position], position, n, proof) == tree.root(0, n)
        for leaf, at, of, lie in _lies(items, position, n, proof, draw):
            told = root_from_inclusion(leaf, at, of, lie)
            try:
                other = root_of(leaf, at, of, lie)
            except Rejected:
                other = None
            assert told == other and told != tree.root(0, n)
            n_lies += 1
    figure(
        "T1.2 random trees on which both checkers agree",
        f"{n_trees} of {n_trees}",
        "10,000",
        f"{n_lies} altered proofs accepted by neither",
    )


def _lies(
    items: list[bytes], position: int, n: int, proof: list[bytes], draw: random.Random
) -> Iterator[tuple[bytes, int, int, list[bytes]]]:
    """Give a proof altered in each of the ways known from other logs: leaf, place, size, order, length, bits."""
    leaf = items[position]
    yield draw.randbytes(32), position, n, proof
    yield leaf_hash(leaf), position, n, proof
    yield leaf, position, n, [*proof, draw.randbytes(32)]
    yield leaf, position, n, [draw.randbytes(32), *proof]
    if proof:
        k = draw.randrange(len(proof))
        flipped = bytes([proof[k][0] ^ 1 << draw.randrange(8)]) + proof[k][1:]
        yield leaf, position, n, [*proof[:k], flipped, *proof[k + 1 :]]
        yield leaf, position, n, proof[:-1]
        yield leaf, position, n, proof[1:]
        yield leaf, (position + 1) % n, n, proof
        yield leaf, position, n, [*proof[:k], b"", *proof[k + 1 :]]


def test_the_stand_alone_checker_agrees_on_signatures() -> None:
    """Ed25519 written out in the dossier's checker accepts what the library signs and nothing else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from review.papers.check_dossier import ed25519, open_checkpoint

    for n in range(size(8, 100)):
        key = Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)
        public, message = key.public_key().public_bytes_raw(), b"m" * n
        signature = key.sign(message)
        assert ed25519(public, signature, message) and not ed25519(public, signature, message + b"x")
        assert not ed25519(public, bytes([signature[0] ^ 1]) + signature[1:], message)
        note = sign(n, bytes([n]) * 32, key).note
        assert open_checkpoint(note, public)[0] == read_checkpoint(note, public).size == n


# ---- Checkpoints -------------------------------------------------------------------------------------------------


def test_the_key_is_guarded(store: Store, assessed: Assess, tmp_path: Path) -> None:
    """A key others may read, another key, and a note that was changed are refused; nothing is signed twice at one size."""
    kept, key = checkpoints(tmp_path)
    opened(store, assessed(CURE_VI))
    first = sign_checkpoint(store, kept, key)
    assert sign_checkpoint(store, kept, key) == first and key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(StoreError):
        read_key(key)
    make_key(tmp_path / "other.pem")
    with pytest.raises(StoreError):
        sign_checkpoint(store, kept, tmp_path / "other.pem")
    file = next(kept.folder.glob("*.checkpoint"))
    draw = random.Random(2)
    for _ in range(size(50, 500)):
        raw = bytearray(first.note.encode())
        raw[draw.randrange(len(raw))] ^= draw.randrange(1, 256)
        file.write_bytes(bytes(raw))
        with pytest.raises(StoreError):
            kept.newest()


def test_the_signed_tree_is_consistent(store: Store, assessed: Assess, tmp_path: Path) -> None:
    """Each checkpoint can be shown to add only to the ones before, by a proof from the record."""
    kept, key = checkpoints(tmp_path)
    for n in range(5):
        opened(store, assessed(CURE_VI), str(n))
        sign_checkpoint(store, kept, key)
    signed = kept.all()
    with store.reading() as connection:
        tree = leaves(connection)
        for old in signed:
            for new in signed:
                if old.size < new.size:
                    assert is_consistent(old.size, new.size, old.root, new.root, tree.consistency(old.size, new.size))


# ---- Backup, restore, migration ------------------------------------------------------------------------------------


def test_a_backup_is_restored_through_the_guards(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """Backup and restore, to a file and to a server, give the same head, erased texts included; a changed backup is refused."""
    kept, key = checkpoints(tmp_path)
    engage(store)
    for n in range(3):
        decide(store, opened(store, assessed(CURE_VI), str(n)), clock)
    erase_cases(store, (2,), by="quan", by_order="court, 2026-10-05")
    sign_checkpoint(store, kept, key)
    back_up(store, kept, tmp_path / "backup")
    before = head_of(store)
    with postgres_database() as server:
        for url in (f"sqlite:///{tmp_path / 'again.db'}", server):
            target = checkpoints(tmp_path / url[:6])[0]
            restore(tmp_path / "backup", url, target)
            again = Store(url, clock)
            assert head_of(again) == before and before[2] == ()
            with pytest.raises(StoreError):
                restore(tmp_path / "backup", url, target)
            opened(again, assessed(CURE_EN), "new")
            assert head_of(again)[2] == ()
            again.close()
    with sqlite3.connect(tmp_path / "backup" / "record.db") as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(StoreError) as caught:
        restore(tmp_path / "backup", f"sqlite:///{tmp_path / 'third.db'}", kept)
    assert caught.value.problems[0].code == "backup_changed"


def test_an_older_backup_is_refused_where_a_newer_checkpoint_is(
    sqlite_store: Store, assessed: Assess, clock: HandClock, tmp_path: Path
) -> None:
    """T1.10: a backup older than a checkpoint kept outside does not become the record."""
    kept, key = checkpoints(tmp_path)
    opened(sqlite_store, assessed(CURE_VI))
    back_up(sqlite_store, kept, tmp_path / "old")
    opened(sqlite_store, assessed(CURE_EN), "2")
    sign_checkpoint(sqlite_store, kept, key)
    with pytest.raises(StoreError) as caught:
        restore(tmp_path / "old", f"sqlite:///{tmp_path / 'again.db'}", kept)
    assert caught.value.problems[0].code == "store_older_than_checkpoint"


def test_a_planted_decision_does_not_survive_a_restore(sqlite_store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """A backup whose decision breaks the law of review is refused by the guards, its digests made anew or not."""
    kept, _ = checkpoints(tmp_path)
    decide(sqlite_store, opened(sqlite_store, assessed(CURE_VI)), clock)
    back_up(sqlite_store, kept, tmp_path / "backup")
    with sqlite3.connect(tmp_path / "backup" / "record.db") as connection:
        connection.execute("DROP TRIGGER decision__no_update")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE decision SET decided_at = ready_at - 1")
    connection.close()
    owner = engine_of(f"sqlite:///{tmp_path / 'backup' / 'record.db'}", create=False, is_owner=True)
    with owner.execution_options(immediate=True).begin() as connection_again:
        put_guards(connection_again)
    owner.dispose()
    manifest = {"version": newest_version(), "n_events": 0, "head": "", "files": _digests(tmp_path / "backup")}
    (tmp_path / "backup" / "manifest.json").write_bytes(canonical(manifest))
    with pytest.raises(StoreError):
        restore(tmp_path / "backup", f"sqlite:///{tmp_path / 'again.db'}", kept)


def test_backups_are_taken_while_others_write(store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """T2.10: every backup taken in the middle of writing verifies and holds each event acknowledged before it began."""
    stopped, written, failed = threading.Event(), [0], []
    ads = [assessed(CURE_VI), assessed(CURE_EN)]

    def write() -> None:
        n = 0
        while not stopped.is_set():
            try:
                opened(store, ads[n % 2], f"w{n}")
            except StoreError as error:
                failed.append(error.problems[0].code)
                continue
            n += 1
            time.sleep(0.02)
            with store.reading() as connection:
                written[0] = connection.execute(text("SELECT max(sequence) FROM audit_event")).scalar() or 0

    writer = threading.Thread(target=write)
    writer.start()
    n_backups, held = size(4, 50), 0
    try:
        for n in range(n_backups):
            known = written[0]
            found = back_up(store, checkpoints(tmp_path)[0], tmp_path / f"b{n}")
            held += found.n_events >= known and found.faults == ()
            shutil.rmtree(tmp_path / f"b{n}")
    finally:
        stopped.set()
        writer.join()
    kind = store.url.split(":")[0].split("+")[0]
    figure(f"T2.10 live backups that verify, {kind}", f"{held} of {n_backups}", "all", f"{written[0]} events written meanwhile")
    assert held == n_backups and set(failed) <= {"store_busy"}


def test_an_older_record_is_brought_up(tmp_path: Path, assessed: Assess, clock: HandClock) -> None:
    """T2.9: a record of the version before is refused, brought up in one step with a copy kept, and holds."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    _older(url)
    with pytest.raises(StoreError) as caught:
        Store(url, clock)
    assert caught.value.problems[0].code == "store_older"
    assert bring_up(url, tmp_path / "copy") == ("0001", newest_version()) and (tmp_path / "copy" / "record.db").is_file()
    store = Store(url, clock)
    opened(store, assessed(CURE_VI))
    assert head_of(store)[2] == ()
    store.close()


def _older(url: str) -> None:
    engine = engine_of(url, create=True, is_owner=True)
    with engine.execution_options(immediate=True).begin() as connection:
        upgrade(connection, "0001")
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("step", ["making", "0001 to now"])
def test_a_killed_migration_is_whole_or_not_there(tmp_path: Path, clock: HandClock, kind: str, step: str) -> None:
    """T2.9: killed at any moment, the record has the old or the new version, never a mixture, and the next run completes it."""
    n_points, found, draw, acks, took = size(4, 100), {"old": 0, "new": 0}, random.Random(9), tmp_path / "acks", 0.0
    with Workers() as workers:
        for n in range(n_points + 1):
            with _a_database(kind, tmp_path / f"k{n}.db") as url:
                if step != "making":
                    _older(url)
                name, args = ("make", [url]) if step == "making" else ("migrate", [url, str(tmp_path / f"c{n}")])
                if n == 0:
                    took = _whole(workers, name, [*args, str(acks)], acks)
                    continue
                workers.killed(name, [*args, str(acks)], acks, draw.random() * took)
                found[_whole_or_not_there(url, tmp_path / f"d{n}", clock)] += 1
    assert sum(found.values()) == n_points
    detail = f"{found['old']} found old, {found['new']} new, each completed"
    figure(f"T2.9 migrations killed, {kind}, {step}", f"{n_points} of {n_points} whole", "all", detail)


@contextmanager
def _a_database(kind: str, file: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{file}"
        return
    with postgres_database() as url:
        yield url


def _whole(workers: Workers, name: str, args: list[str], acks: Path) -> float:
    """Let a worker end; give how long it worked."""
    acks.unlink(missing_ok=True)
    workers.start(name, args)
    await_ready(acks)
    began = time.monotonic()
    workers.wait()
    assert b"done" in acks.read_bytes()
    return time.monotonic() - began


def _whole_or_not_there(url: str, folder: Path, clock: HandClock) -> str:
    """Say whether a record was left old or new; bring it to the present version, and see that it is whole."""
    found = "new"
    if url.startswith("postgresql") or Path(url.removeprefix("sqlite:///")).exists():
        engine = engine_of(url, create=False, is_owner=True)
        with engine.execution_options(immediate=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(4417)"))
            version = found_version(connection)
            found = "new" if version == newest_version() else "old"
            assert version in (None, "0001", newest_version())
        engine.dispose()
        if version == "0001":
            bring_up(url, folder)
    else:
        found = "old"
    store = Store(url, clock)
    with store.writing() as connection:
        actor_id(store, connection, "lan")
    assert head_of(store)[2] == ()
    store.close()
    return found


# ---- Erasure and replay --------------------------------------------------------------------------------------------


def test_erased_texts_are_gone_and_history_holds(store: Store, checker: object, clock: HandClock, tmp_path: Path) -> None:
    """T1.11: after erasure the chain verifies, no canary is left in file, journal, or new backup, and only an administrator may."""
    n_cases = size(6, 1_000)
    engage(store)
    canary = "chim hoàng yến"
    for n in range(n_cases):
        ad = make_ad(f"Trà chữa khỏi tiểu đường, {canary} {n} CANARY{n:05d}", as_of=DAY)
        decide(store, opened(store, assess(ad, checker), f"CANARY{n}"), clock, rationale=f"CANARY{n:05d} nói chữa khỏi")  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        erase_cases(store, (1,), by="an", by_order="court, 2026-10-05")
    for first in range(1, n_cases + 1, 100):
        some = range(first, min(first + 100, n_cases + 1))
        assert erase_cases(store, some, by="quan", by_order="court, 2026-10-05") >= 5 * len(some)
    kept, _ = checkpoints(tmp_path)
    back_up(store, kept, tmp_path / "backup")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    left = sum(b"CANARY" in file.read_bytes() for file in files)
    if store.url.startswith("postgresql"):
        with store.reading() as connection:
            left += int(connection.execute(text("SELECT count(*) FROM sealed WHERE position('CANARY'::bytea in body) > 0")).scalar() or 0)
    figure(
        f"T1.11 erased cases, {store.url.split(':')[0].split('+')[0]}",
        f"{n_cases}, {left} canaries left",
        "0 left",
        f"{len(files)} files read",
    )
    with store.reading() as connection:
        found = verify_history(connection)
    assert left == 0 and found.faults == () and found.n_erased >= 5 * n_cases


def test_stored_decisions_replay_to_the_same_digest(store: Store, checker: object, clock: HandClock, tmp_path: Path) -> None:
    """T6.8: from the archived model and packs each decided ad gives the same digest; without the archive it says so."""
    n_cases = size(6, 1_000)
    endings = ("", " giao hàng nhanh", " mua 2 tặng 1", " 100% tự nhiên")
    for n in range(n_cases):
        text_ = f"{(CURE_VI, CURE_EN)[n % 2]} {n}{endings[n % 4]}"
        decide(store, opened(store, assess(make_ad(text_, as_of=DAY), checker), str(n)), clock)  # type: ignore[arg-type]
    ids = decided_assessments(store)
    assert {found.why for found in replay(store, ids[:2])} == {"archive_missing"}
    assert archive(store, load_packs()) > 5 and archive(store, load_packs()) == 0
    kind = store.url.split(":")[0].split("+")[0]
    if kind == "sqlite":
        done = subprocess.run([sys.executable, "-c", "from ui.cli import main; main()", "replay", "--store", store.url, "--lang", "en"],
                              capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "PYTHONUTF8": "1"})  # fmt: skip
        assert f"{len(ids)} assessments replayed, {len(ids)} to the same digest" in done.stdout, done.stdout + done.stderr
    found = list(replay(store, ids))
    same = sum(replayed.is_same for replayed in found)
    figure(
        f"T6.8 replayed to the same digest, {kind}",
        f"{same} of {len(found)}",
        "1,000 of 1,000",
        "in a fresh process too" if kind == "sqlite" else "",
    )
    assert same == len(found) == n_cases and max(replayed.risk_gap for replayed in found) <= 1e-9
