"""Killed, without power, out of space: what was acknowledged is there, what was not is there whole or not at all."""

import pickle
import random
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from classifier.domain import Assessment
from classifier.errors import ReviewError, StoreError
from conftest import CURE_VI, ROOT, HandClock, postgres_database
from record_processes import ENVIRONMENT, Workers, await_ready
from record_server import OwnServer, Wire, can_serve
from record_support import FIELDS, SHARE, Assess, figure, opened, size
from review.domain import Outcome
from review.record.store import Store, engine_of
from review.record.verification import verify_history
from review.workflow import record_decision, record_first_view, show_reasons, show_score


@pytest.fixture
def pickled(assessed: Assess, tmp_path: Path) -> Path:
    """Give an assessment in a file, for processes that should not load a model."""
    file = tmp_path / "assessment.pickle"
    file.write_bytes(pickle.dumps(assessed(CURE_VI)))
    return file


def acknowledged(raw: bytes) -> list[int]:
    """Give the ids of the decisions that were acknowledged in whole lines."""
    lines = raw.decode().split("\n")[:-1]
    return [int(line.split()[1]) for line in lines if line.startswith("decision ")]


def lost(url: str, acks: list[int]) -> int:
    """Open a record as the program does, verify it, and count acknowledged decisions that are not in it."""
    store = Store(url)
    with store.reading() as connection:
        assert verify_history(connection).faults == ()
        kept = set(connection.execute(text("SELECT id FROM decision")).scalars())
        views = connection.execute(text("SELECT count(*) FROM decision d JOIN first_view v ON v.id = d.first_view_id")).scalar()
        assert views == len(kept)
    store.close()
    return len(set(acks) - kept)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_nothing(pickled: Path, tmp_path: Path, kind: str) -> None:
    """T2.1, T5.5: killed while deciding, importing, signing and exporting, the record holds all that was acknowledged, and opens again."""
    n_points, n_acks, n_lost, draw, slowest = size(4, 500 if kind == "sqlite" else 100), 0, 0, random.Random(1), 0.0
    acks, longest, server = tmp_path / "acks", 0.4 if kind == "sqlite" else 0.9, postgres_database()
    with Workers() as workers, ExitStack() as stack:
        for n in range(n_points):
            if n % 5 == 0:
                stack.close()
                url = stack.enter_context(server) if kind == "postgresql" else f"sqlite:///{tmp_path / f'k{n}.db'}"
                shutil.rmtree(tmp_path / "work", ignore_errors=True)
            (tmp_path / "work").mkdir(exist_ok=True)
            args = [url, str(pickled), str(acks), 1000, str(tmp_path / "work")]
            found = acknowledged(workers.killed("work", args, acks, draw.random() * longest + 2 * (n == 0)))
            n_acks += len(found)
            began = time.monotonic()
            n_lost += lost(url, found)
            slowest = max(slowest, time.monotonic() - began)
    detail = f"{n_points} kills; 0 half-written, 0 breaks of the chain; opened and verified in at most {slowest:.1f} s"
    figure(f"T2.1 kill -9, {kind}", f"{n_lost} of {n_acks} acknowledged decisions lost", "0", detail)
    assert n_lost == 0 and n_acks > 0


# ---- A disk that is written down, and played back as if the power had failed --------------------------------------


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the disk; skip where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler or sys.platform != "linux":
        pytest.skip("no C compiler, or not Linux")
    library = tmp_path_factory.mktemp("disk") / "disk.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-w", "-o", str(library), str(Path(__file__).with_name("disk.c")), "-ldl"], check=True
    )
    return library


def recorded(disk: Path, pickled: Path, folder: Path, n: int, pragma: str = "") -> list[tuple[str, str, int, bytes, int]]:
    """Run a worker on a disk that writes down what is done; give the operations: kind, file, offset, bytes, length."""
    folder.mkdir()
    log = folder.parent / f"{folder.name}.log"
    environment = ENVIRONMENT | {"LD_PRELOAD": str(disk), "DISK_ROOT": str(folder), "DISK_LOG": str(log)}
    code = f"import review.record.sqlite as s; s._SAFE = {{}}; s._PRAGMAS = tuple(p for p in s._PRAGMAS if not p.startswith(('synchronous', 'journal_mode'))) + {tuple(pragma.split(';'))!r}\n" if pragma else ""  # fmt: skip
    args = [f"sqlite:///{folder / 'r.db'}", str(pickled), str(folder / "r.ack"), n]
    command = [sys.executable, "-c", f"{code}import record_worker; record_worker.work(*{args!r})"]
    subprocess.run(command, check=True, env=environment, cwd=ROOT)
    return list(_operations(log.read_bytes()))


def _operations(raw: bytes) -> Iterator[tuple[str, str, int, bytes, int]]:
    at = 0
    while at < len(raw):
        kind = chr(raw[at])
        n_path, offset, length = struct.unpack_from("=qqq", raw, at + 1)
        path = raw[at + 25 : at + 25 + n_path].decode()
        at += 25 + n_path
        content = raw[at : at + length] if kind in "wa" else b""
        at += len(content)
        yield kind, path, offset, content, length


def after_power_loss(
    operations: list[tuple[str, str, int, bytes, int]], folder: Path, target: Path, draw: random.Random, *, sectors: bool
) -> list[int]:
    """Write the files as the disk may hold them when the power fails now; give the decisions acknowledged so far.

    Without ``sectors`` everything after a file's last sync is gone; with it each 512-byte sector written since may or may
    not have come through. A file is gone only once its folder was synced, as SQLite's own documentation assumes the worst.
    """
    durable: dict[str, bytearray] = {}
    pending: dict[str, list[tuple[str, int, bytes]]] = {}
    gone: set[str] = set()
    acks = b""
    for kind, path, offset, content, _ in operations:
        if kind == "a":
            acks += content
        elif kind == "u":
            gone.add(path)
            pending.setdefault(path, []).append(("u", 0, b""))
        elif kind in "wt":
            if path in gone and kind == "w":
                gone.discard(path)
                durable[path], pending[path] = bytearray(), []
            pending.setdefault(path, []).append((kind, offset, content))
        elif kind == "s" and path == str(folder):
            for removed in gone:
                durable.pop(removed, None)
                pending.pop(removed, None)
            gone.clear()
        elif kind == "s":
            for step in pending.pop(path, []):
                _apply(durable.setdefault(path, bytearray()), step, None)
    for path, steps in pending.items():
        for step in steps if sectors else ():
            if path in durable or step[0] == "w":
                _apply(durable.setdefault(path, bytearray()), step, draw)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path, content in durable.items():
        (target / Path(path).name).write_bytes(content)
    return acknowledged(acks)


def _apply(content: bytearray, step: tuple[str, int, bytes], draw: random.Random | None) -> None:
    kind, offset, written = step
    if kind == "t" and (draw is None or draw.random() < 0.5):
        del content[offset:]
    if kind != "w":
        return
    for start in range(0, len(written), 512):
        if draw is None or draw.random() < 0.5:
            piece, at = written[start : start + 512], offset + start
            content.extend(b"\0" * max(0, at + len(piece) - len(content)))
            content[at : at + len(piece)] = piece


def power_losses(
    operations: list[tuple[str, str, int, bytes, int]], folder: Path, tmp_path: Path, n: int, *, sectors: bool
) -> tuple[int, int, int, int]:
    """Fail the power at random moments; give acknowledged, lost, runs with loss, runs in which the record was damaged."""
    draw = random.Random(4)
    n_acks = n_lost = n_runs = n_damaged = 0
    start = next(k for k, op in enumerate(operations) if op[0] == "a" and op[3].startswith(b"decision")) + 1
    for _ in range(n):
        cut = draw.randrange(start, len(operations))
        acks = after_power_loss(operations[:cut], folder, tmp_path / "after", draw, sectors=sectors)
        n_acks += len(acks)
        try:
            missing = lost(f"sqlite:///{tmp_path / 'after' / 'r.db'}", acks)
        except Exception:  # noqa: BLE001 (whatever goes wrong is a damaged record)
            missing, n_damaged = len(acks), n_damaged + 1
        n_lost += missing
        n_runs += missing > 0
    return n_acks, n_lost, n_runs, n_damaged


@pytest.mark.parametrize("sectors", [False, True], ids=["unsynced lost", "random sectors"])
def test_power_loss_loses_nothing_acknowledged(disk: Path, pickled: Path, tmp_path: Path, sectors: bool) -> None:
    """T2.2: when the power fails, in both models of a disk, everything acknowledged is there and the history holds."""
    n_points = size(12, 500)
    folder = tmp_path / "disk"
    operations = recorded(disk, pickled, folder, size(4, 25))
    n_acks, n_lost, _, n_damaged = power_losses(operations, folder, tmp_path, n_points, sectors=sectors)
    name = "random sectors" if sectors else "unsynced lost"
    figure(f"T2.2 power loss, {name}", f"{n_lost} of {n_acks} acknowledged lost, {n_damaged} damaged", "0, 0", f"{n_points} losses")
    assert (n_lost, n_damaged) == (0, 0) and n_acks > 0


@pytest.mark.parametrize(
    ("pragma", "least"), [("synchronous=OFF", 0.95), ("journal_mode=WAL;synchronous=NORMAL", 0.3)], ids=["off", "wal normal"]
)
def test_the_simulated_disk_can_lose(disk: Path, pickled: Path, tmp_path: Path, pragma: str, least: float) -> None:
    """T2.2, control: with settings that are known to lose, the same harness finds the loss, or it would prove nothing."""
    n_points = size(10, 100)
    folder = tmp_path / "disk"
    operations = recorded(disk, pickled, folder, size(4, 25), pragma)
    n_acks, n_lost, n_runs, _ = power_losses(operations, folder, tmp_path, n_points, sectors=False)
    figure(f"T2.2 control, {pragma}", f"loss in {n_runs} of {n_points} runs", f"at least {least:.0%}", f"{n_lost} of {n_acks} acknowledged")
    assert n_runs >= least * n_points


def test_each_failing_operation_fails_closed(disk: Path, pickled: Path, tmp_path: Path) -> None:
    """T2.4: whichever file operation fails, once or for good, with no space, an error or a read-only disk, nothing is half-written."""
    base = tmp_path / "base"
    base.mkdir()
    Store(f"sqlite:///{base / 'r.db'}", HandClock()).close()
    n_failed = n_tried = n_lost = 0
    step = 1 if SHARE == 1 else 30 if SHARE == 0 else 12
    folder, acks = tmp_path / "now", tmp_path / "acks"
    with Workers({"LD_PRELOAD": str(disk)}) as workers:
        for code, once in ((28, ""), (5, "1"), (30, ""), (28, "1"))[: size(1, 4)]:
            for n in range(1, 1_000, step):
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(base, folder)
                environment = {"DISK_ROOT": str(folder), "DISK_FAIL": str(n), "DISK_ERRNO": str(code)} | (
                    {"DISK_ONCE": once} if once else {}
                )
                acks.unlink(missing_ok=True)
                workers.start("work", [f"sqlite:///{folder / 'r.db'}", str(pickled), str(acks), 1], environment)
                workers.wait()
                found = acknowledged(acks.read_bytes() if acks.exists() else b"")
                n_lost += lost(f"sqlite:///{folder / 'r.db'}", found)
                n_tried += 1
                n_failed += not found
                if found:
                    break
    figure(
        "T2.4 failing the Nth file operation",
        f"{n_lost} acknowledged lost, 0 half-written",
        "0, 0",
        f"{n_tried} failures, {n_failed} refused",
    )
    assert n_lost == 0 and n_failed > 0


def test_a_connection_cut_by_the_server_is_no_decision_too_many(tmp_path: Path, pickled: Path) -> None:
    """T2.3: the server ends our connections in the middle of the work: what was acknowledged is there, once."""
    n_points, n_lost, n_acks = size(2, 100), 0, 0
    draw, acks = random.Random(6), tmp_path / "acks"
    with postgres_database() as url, Workers() as workers:
        Store(url, HandClock()).close()
        engine = engine_of(url, create=False, is_owner=True)
        for _ in range(n_points):
            acks.unlink(missing_ok=True)
            workers.start("work", [url, str(pickled), str(acks), 6])
            await_ready(acks)
            time.sleep(draw.random() * 0.3)
            with engine.connect() as connection:
                connection.execute(text(_CUT_ALL))
            workers.wait()
            found = acknowledged(acks.read_bytes() if acks.exists() else b"")
            n_acks += len(found)
            n_lost += lost(url, found)
        engine.dispose()
    figure("T2.3 PostgreSQL backends killed", f"{n_lost} of {n_acks} acknowledged lost", "0", f"{n_points} cuts")
    assert n_lost == 0


_CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
needs_server = pytest.mark.skipif(not can_serve(), reason="no PostgreSQL programs to start a server of our own with")


@needs_server
def test_a_killed_server_loses_nothing(tmp_path: Path, pickled: Path) -> None:
    """T2.3: every process of the server is killed in the middle of the work: after its recovery what was acknowledged is there, once."""
    n_points, n_lost, n_acks, n_unknown = size(2, 100), 0, 0, 0
    draw, acks = random.Random(8), tmp_path / "acks"
    with OwnServer() as server, Workers() as workers:
        Store(server.url, HandClock()).close()
        for _ in range(n_points):
            acks.unlink(missing_ok=True)
            workers.start("work", [server.url, str(pickled), str(acks), 1000])
            await_ready(acks)
            time.sleep(draw.random() * 0.6)
            server.kill()
            workers.wait()
            told = acks.read_bytes() if acks.exists() else b""
            n_unknown += told.count(b"error saved_or_not")
            server.start()
            n_acks += len(acknowledged(told))
            n_lost += lost(server.url, acknowledged(told))
    detail = f"{n_points} kills, {n_unknown} times told that nobody knows whether it was saved"
    figure("T2.3 PostgreSQL server killed", f"{n_lost} of {n_acks} acknowledged lost", "0", detail)
    assert n_lost == 0 and n_acks > 0


@needs_server
def test_the_killed_server_can_lose() -> None:
    """T2.3, control: a server told not to wait for its disk loses what it acknowledged, or the test above would prove nothing."""
    n_points, n_runs = size(3, 25), 0
    with OwnServer("-c wal_writer_delay=10s") as server:  # else a kill just behind the writer's round finds nothing to lose
        plain = create_engine(server.url)
        with plain.begin() as connection:
            connection.execute(text("CREATE TABLE naive (run integer, n integer)"))
        plain.dispose()
        for run in range(n_points):
            n_acks = _hasty_writes(server, run)
            server.start()
            with plain.connect() as connection:
                kept = connection.execute(text(f"SELECT count(*) FROM naive WHERE run = {run}")).scalar() or 0
            plain.dispose()
            n_runs += kept < n_acks
    figure("T2.3 control, synchronous_commit=off", f"loss in {n_runs} of {n_points} runs", "at least 80%")
    assert n_runs >= 0.8 * n_points


def _hasty_writes(server: OwnServer, run: int) -> int:
    """Write without waiting for the disk until the server is killed; give how many were acknowledged."""
    n_acks, plain = 0, create_engine(server.url)
    killer = threading.Timer(0.4, server.kill)
    try:
        with plain.connect() as connection:
            connection.execute(text("SET synchronous_commit = off"))
            killer.start()
            while True:
                connection.execute(text(f"INSERT INTO naive VALUES ({run}, {n_acks})"))
                connection.commit()
                n_acks += 1
    except DBAPIError:
        pass
    killer.join()
    plain.dispose()
    return n_acks


def test_a_lost_answer_is_told_and_resolved(assessed: Assess, clock: HandClock) -> None:
    """T2.3: the wire is cut before or after a commit: the program says that nobody knows, and trying again saves each step once."""
    n_points, n_lost, n_unknown, draw = size(6, 100), 0, 0, random.Random(12)
    assessment = assessed(CURE_VI)
    with postgres_database() as url:
        parsed = make_url(url)
        wire = Wire(parsed.host or "127.0.0.1", parsed.port or 5432)
        through = parsed.set(host="127.0.0.1", port=wire.port, query={"sslmode": "disable"}).render_as_string(hide_password=False)
        store = Store(through, clock)
        for n in range(n_points):
            wire.arm(draw.randrange(1, 6), gets_through=bool(n % 2))
            n_unknown += _decide_through(store, clock, assessment, str(n))
            wire.arm(0, gets_through=True)
        with store.reading() as connection:
            cases, decisions = (
                connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in ("review_case", "decision")
            )
            each = connection.execute(text("SELECT count(DISTINCT case_id) FROM decision")).scalar()
            assert verify_history(connection).faults == ()
        n_lost = n_points - int(each or 0)
        store.close()
        wire.close()
    detail = f"{wire.n_cut} cuts, {n_unknown} times told that nobody knows; {cases + decisions - 2 * n_points} saved twice"
    figure("T2.3 answer to a commit lost", f"{n_lost} of {n_points} decisions lost", "0", detail)
    assert (n_lost, cases, decisions) == (0, n_points, n_points) and n_unknown == wire.n_cut == n_points


def _decide_through(store: Store, clock: HandClock, assessment: Assessment, name: str) -> int:
    """Go the whole way, each step once more when nobody knows whether it was saved; give how often that was."""
    n_unknown = 0

    def step(take: Callable[[], Any], saved: str) -> Any:
        nonlocal n_unknown
        while True:
            try:
                return take()
            except StoreError as error:
                assert error.problems[0].code == "saved_or_not", error
                n_unknown += 1
            except ReviewError as error:
                assert error.problems[0].code == saved, error
                return None

    case_id = step(lambda: opened(store, assessment, name), "")
    receipt = step(lambda: show_reasons(store, case_id, "lan").receipt_id, "")
    step(lambda: record_first_view(store, receipt, "lan", Outcome.MISLEADING), "first_view_twice")
    step(lambda: show_score(store, receipt, "lan"), "")
    clock.pass_time(seconds=30)
    step(lambda: record_decision(store, receipt, "lan", outcome=Outcome.MISLEADING, **FIELDS), "receipt_used")
    return n_unknown
