"""Killed, without power, out of space: what was acknowledged is there, what was not is there whole or not at all."""

import os
import pickle
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import CURE_VI, ROOT, HandClock, postgres_database
from record_support import SHARE, Assess, figure, size
from review.record.store import Store, engine_of
from review.record.verification import verify_history

WORKER = ROOT / "tests" / "record_worker.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONUTF8": "1"}


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


class Preforked:
    """A process with everything loaded that starts workers by forking, so that a kill point costs little."""

    CODE = (
        "import os, sys, record_worker\n"
        "for line in sys.stdin:\n"
        "    args = line.rstrip('\\n').split('\\t')\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        record_worker.work(args[0], args[1], args[2], int(args[3]), *args[4:5]); os._exit(0)\n"
        "    print(child, flush=True)\n"
        "    os.waitpid(child, 0)\n"
        "    print('ended', flush=True)\n"
    )

    def __enter__(self) -> "Preforked":
        self.process = subprocess.Popen([sys.executable, "-c", self.CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=ROOT)  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)

    def killed(self, args: list[str], acks: Path, after: float) -> list[int]:
        """Start a worker, kill it a while after it began to work, and give what it had acknowledged."""
        assert self.process.stdin is not None and self.process.stdout is not None
        acks.unlink(missing_ok=True)
        self.process.stdin.write("\t".join(args) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        while not acks.exists() or b"ready" not in acks.read_bytes():
            time.sleep(0.002)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        self.process.stdout.readline()
        return acknowledged(acks.read_bytes())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_nothing(pickled: Path, tmp_path: Path, kind: str) -> None:
    """T2.1, T2.3: killed while deciding, signing and exporting, the record holds all that was acknowledged, and opens again."""
    n_points, n_acks, n_lost, draw = size(4, 500 if kind == "sqlite" else 100), 0, 0, random.Random(1)
    server = postgres_database() if kind == "postgresql" else None
    with Preforked() as workers:
        url = server.__enter__() if server else ""
        try:
            for n in range(n_points):
                if n % 25 == 0 and kind == "sqlite":
                    url = f"sqlite:///{tmp_path / f'k{n}.db'}"
                    shutil.rmtree(tmp_path / "work", ignore_errors=True)
                (tmp_path / "work").mkdir(exist_ok=True)
                acks = tmp_path / "acks"
                found = workers.killed([url, str(pickled), str(acks), "1000", str(tmp_path / "work")], acks, draw.random() * 0.6)
                n_acks += len(found)
                n_lost += lost(url, found)
        finally:
            if server:
                server.__exit__()
    figure(f"T2.1 kill -9, {kind}", f"{n_lost} of {n_acks} acknowledged decisions lost", "0", f"{n_points} kills")
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
    code = f"import review.record.sqlite as s; s._PRAGMAS = tuple(p for p in s._PRAGMAS if not p.startswith(('synchronous', 'journal_mode'))) + {tuple(pragma.split(';'))!r}\n" if pragma else ""  # fmt: skip
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
    step = 1 if SHARE == 1 else 60 if SHARE == 0 else 12
    for code, once in ((28, ""), (5, "1"), (30, ""), (28, "1"))[: size(1, 4)]:
        for n in range(1, 400, step):
            folder = tmp_path / "now"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(base, folder)
            environment = ENVIRONMENT | {"LD_PRELOAD": str(disk), "DISK_ROOT": str(folder), "DISK_FAIL": str(n), "DISK_ERRNO": str(code)}
            environment |= {"DISK_ONCE": once} if once else {}
            command = [sys.executable, str(WORKER), f"sqlite:///{folder / 'r.db'}", str(pickled), str(tmp_path / "acks"), "1"]
            (tmp_path / "acks").unlink(missing_ok=True)
            subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, check=False)
            raw = (tmp_path / "acks").read_bytes() if (tmp_path / "acks").exists() else b""
            acks = acknowledged(raw)
            n_lost += lost(f"sqlite:///{folder / 'r.db'}", acks)
            n_tried += 1
            n_failed += not acks
            if acks:
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
    draw = random.Random(6)
    with postgres_database() as url:
        Store(url, HandClock()).close()
        for n in range(n_points):
            acks = tmp_path / f"acks{n}"
            worker = subprocess.Popen(
                [sys.executable, str(WORKER), url, str(pickled), str(acks), "6"], env=ENVIRONMENT, cwd=ROOT, stderr=subprocess.DEVNULL
            )
            while not acks.exists() and worker.poll() is None:
                time.sleep(0.01)
            time.sleep(draw.random() * 0.2)
            engine = engine_of(url, create=False, is_owner=True)
            with engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
            engine.dispose()
            worker.wait(60)
            found = acknowledged(acks.read_bytes())
            n_acks += len(found)
            n_lost += lost(url, found)
    figure("T2.3 PostgreSQL backends killed", f"{n_lost} of {n_acks} acknowledged lost", "0", f"{n_points} cuts")
    assert n_lost == 0
