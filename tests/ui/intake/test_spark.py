"""The scan on Spark: the same digests as on one machine, also when a worker dies. Skips without Spark and Java."""

import json
import os
import shutil
import signal
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from conftest import CURE_EN, CURE_VI, HARMLESS
from ui.cli import app

pytest.importorskip("pyspark", reason="adcheck[spark] is not installed")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java runtime")
N_ADS = int(os.environ.get("ADCHECK_SPARK_ADS", "400"))


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    """Write Parquet files of ads, one of which cannot be read."""
    texts = [f"{(CURE_VI, CURE_EN, HARMLESS)[n % 3]} {n}" for n in range(N_ADS)] + ["NUL \x00"]
    folder = tmp_path / "ads"
    folder.mkdir()
    size = -(-len(texts) // 4)
    for part in range(4):
        numbers = range(part * size, min(len(texts), (part + 1) * size))
        table = pa.table({"id": [f"a{n}" for n in numbers], "text": [texts[n] for n in numbers]})
        pq.write_table(table, folder / f"part{part}.parquet")
    return folder


def test_a_killed_worker_changes_nothing(ads: Path, tmp_path: Path) -> None:
    """A worker is killed midway; the result is complete, each ad once, with the digests of one machine."""
    inputs = [str(file) for file in sorted(ads.iterdir())]
    killed: list[int] = []
    stop = threading.Event()
    watcher = threading.Thread(target=_kill_one_worker, args=(tmp_path / "spark.parquet", killed, stop))
    watcher.start()
    spark = ["--engine", "spark", "--master", "local[2,4]", "--as-of", "2026-10-01", "--lang", "en"]
    result = CliRunner().invoke(app, ["scan", *inputs, "--out", str(tmp_path / "spark.parquet"), *spark])
    stop.set()
    watcher.join()
    assert result.exit_code == 0, result.stderr
    assert killed and f"{N_ADS + 1} ads" in result.stderr and (tmp_path / "spark.parquet" / "_SUCCESS").exists()
    found = {row["id"]: row for row in pq.read_table(tmp_path / "spark.parquet").to_pylist()}
    local = ["--refused", str(tmp_path / "r.csv"), "--as-of", "2026-10-01"]
    CliRunner().invoke(app, ["scan", *inputs, "--out", str(tmp_path / "one.jsonl"), *local])
    one = [json.loads(line) for line in (tmp_path / "one.jsonl").read_text("utf-8").splitlines()]
    assert len(found) == N_ADS + 1 and {row["id"]: row["digest"] for row in one} == {
        name: row["digest"] for name, row in found.items() if row["digest"]
    }
    assert found[f"a{N_ADS}"]["scope_reason"] == "row_control"


def test_an_output_that_is_there_is_not_mixed(ads: Path, tmp_path: Path) -> None:
    """Running into a folder that exists, or from another format, is refused before Spark starts."""
    (tmp_path / "there.parquet").mkdir()
    files = [str(file) for file in ads.iterdir()]
    run = lambda *args: CliRunner().invoke(app, ["scan", *args, "--engine", "spark", "--lang", "en"])  # noqa: E731
    assert "there already" in run(*files, "--out", str(tmp_path / "there.parquet")).stderr
    (tmp_path / "a.csv").write_text("text\nx\n", "utf-8")
    assert "only Parquet" in run(str(tmp_path / "a.csv"), "--out", str(tmp_path / "o.parquet")).stderr


def _kill_one_worker(out: Path, killed: list[int], stop: threading.Event) -> None:
    """Kill one of our own Spark's Python workers while the output is being written."""
    while not stop.wait(0.05):
        workers = [pid for pid in _processes() if _is_worker(pid)]
        if workers and (out / "_temporary").exists() and not (out / "_SUCCESS").exists():
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])
            return


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _is_worker(pid: int) -> bool:
    """Say whether a process is a worker forked by a daemon of ours."""
    return _runs_daemon(pid) and _runs_daemon(_parent(pid)) and _descends(pid)


def _runs_daemon(pid: int) -> bool:
    try:
        return b"pyspark.daemon" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _descends(pid: int) -> bool:
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = _parent(pid)
    return False
