"""Measure the scan on a stand-alone Spark cluster of two workers on this machine, one of them killed midway.

    python docs/measure_scale.py 1000000 > docs/results/scale.md

Prints docs/results/scale.md. Needs adcheck[spark] and Java.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark

DAY = "2026-10-01"
N_FILES = 16
N_DIGESTS = 1_000
DOLLARS_CORE_HOUR = 0.05
TOKENS_IN, TOKENS_OUT = 300, 200
DOLLARS_IN, DOLLARS_OUT = 0.15, 0.60
"""Assumptions of the calculation on paper."""


def main() -> None:
    """Write the ads, scan them three ways, and print what was seen."""
    n_ads = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        inputs = make_ads(folder / "ads", n_ads)
        one = timed(scan(inputs, folder / "one.parquet"))
        calm = on_cluster(folder, inputs, folder / "calm.parquet", kill_after=None)
        hurt = on_cluster(folder, inputs, folder / "hurt.parquet", kill_after=calm / 2)
        reference = rows(folder / "one.parquet")
        equal = [rows(folder / name) == reference for name in ("calm.parquet", "hurt.parquet")]
        digests = same_digests(folder, inputs)
    sys.stdout.write("\n".join(told(n_ads, load, one, calm, hurt, equal, digests)) + "\n")


def told(n_ads: int, load: float, one: float, calm: float, hurt: float, equal: list[bool], digests: int) -> list[str]:
    """Give the page."""
    said = {True: "complete and equal", False: "DIFFERENT"}
    return [
        "# Scale: the scan on Spark",
        "",
        f"Made by `docs/measure_scale.py {n_ads}` on {date.today()}, {os.cpu_count()} cores, Spark {pyspark.__version__}: {n_ads:,} ads in",
        f"{N_FILES} Parquet files; a stand-alone cluster of a master and two workers of one core each on the same machine. Times hold the",
        f"start of each program. Load of the machine before the first run: {load:.1f}; figures of a busy machine say little of speed.",
        "",
        "| run | seconds | ads a second | output |",
        "|---|---|---|---|",
        f"| one process | {one:.1f} | {n_ads / one:,.0f} | the reference |",
        f"| two workers | {calm:.1f} | {n_ads / calm:,.0f} | {said[equal[0]]} |",
        f"| two workers, one killed after {calm / 2:.0f} s | {hurt:.1f} | {n_ads / hurt:,.0f} | {said[equal[1]]} |",
        "",
        f"Efficiency of two workers against one process twice: {one / 2 / calm:.0%}. Digests equal to those of one machine:",
        f"{digests:,} of the {min(N_DIGESTS, -(-n_ads // N_FILES)):,} compared.",
        *on_paper(n_ads / one),
    ]


def on_paper(rate: float) -> list[str]:
    """Work out, from the rate of one process, what a platform's days need."""
    hour = 1e6 / rate / 3600
    model = (TOKENS_IN * DOLLARS_IN + TOKENS_OUT * DOLLARS_OUT) / 1e6 * 1e6
    lines = [
        "",
        "## On paper, from the rate of one process",
        "",
        "| ads a day | cores busy all day | machines of 32 cores, at 60 % use |",
        "|---|---|---|",
    ]
    for ads in (100_000_000, 1_000_000_000):
        cores = ads / 86_400 / rate
        lines.append(f"| {ads:,} | {cores:,.0f} | {-(-cores // (32 * 0.6)):,.0f} |")
    return [
        *lines,
        "",
        f"One million ads take {hour:.2f} core hours: {hour * DOLLARS_CORE_HOUR:.3f} dollars at an assumed {DOLLARS_CORE_HOUR} dollars",
        f"a core hour. A hosted language model, assumed at {TOKENS_IN} tokens in and {TOKENS_OUT} out for each ad, and {DOLLARS_IN} and",
        f"{DOLLARS_OUT} dollars for a million tokens in and out, would take {model:,.0f} dollars. No seller was asked for these prices;",
        "put in your own.",
    ]


def make_ads(folder: Path, n_ads: int) -> list[Path]:
    """Write ads made of the sample queue's sentences, each with a number of its own."""
    folder.mkdir()
    lines = (files("ui") / "samples.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    size = -(-n_ads // N_FILES)
    written = []
    for number in range(N_FILES):
        ids = range(number * size, min(n_ads, (number + 1) * size))
        ads = {"id": [f"a{n}" for n in ids], "text": [f"{texts[n % len(texts)]} {n}" for n in ids]}
        pq.write_table(pa.table(ads), folder / f"{number:02d}.parquet")
        written.append(folder / f"{number:02d}.parquet")
    return written


def scan(inputs: list[Path], out: Path, *more: str) -> list[str]:
    """Give the command that scans files."""
    program = str(Path(sys.executable).with_name("adcheck"))
    return [program, "scan", *map(str, inputs), "--out", str(out), "--as-of", DAY, *more]


def timed(command: list[str]) -> float:
    """Run a command; give how many seconds it took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment())  # noqa: S603
    return time.perf_counter() - began


def on_cluster(folder: Path, inputs: list[Path], out: Path, *, kill_after: float | None) -> float:
    """Scan on a cluster of two workers; kill one of them after so many seconds."""
    master, servers = start_cluster(folder)
    killer = threading.Timer(kill_after or 0, lambda: os.killpg(servers[1].pid, signal.SIGKILL))
    try:
        if kill_after is not None:
            killer.start()
        return timed(scan(inputs, out, "--engine", "spark", "--master", master))
    finally:
        killer.cancel()
        for server in servers:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def start_cluster(folder: Path) -> tuple[str, list["subprocess.Popen[bytes]"]]:
    """Start a master and two workers, each in a process group of its own; wait until the master listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    java = [shutil.which("java") or "java", "-cp", str(Path(pyspark.__file__).parent / "jars" / "*")]
    master = f"spark://127.0.0.1:{port}"
    commands = [[*java, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]]
    for number in range(2):
        given = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / f"worker{number}"), master]
        commands.append([*java, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", *given])
    started = []
    for command in commands:
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment(), start_new_session=True))  # noqa: S603
        wait_for(port)
    time.sleep(5)
    return master, started


def wait_for(port: int) -> None:
    """Wait until the master listens."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the master did not come up")


def environment() -> dict[str, str]:
    """Give the environment in which everything stays on this machine."""
    spark = Path(pyspark.__file__).parent
    scala = next((spark / "jars").glob("spark-core_*.jar")).name.removeprefix("spark-core_").partition("-")[0]
    named = {"SPARK_HOME": str(spark), "SPARK_SCALA_VERSION": scala, "PYSPARK_PYTHON": sys.executable}
    return {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **named}


def rows(out: Path) -> list[tuple[object, ...]]:
    """Give the documented columns of a result, by id."""
    names = ["id", "scope", "scope_reason", "language", "risk", "triage", "flagged", "claim_types"]
    return sorted(tuple(row.values()) for row in pq.read_table(out, columns=names).to_pylist())


def same_digests(folder: Path, inputs: list[Path]) -> int:
    """Count the digests of the first ads that are the same on one machine and on the cluster that lost a worker."""
    first = folder / "first.parquet"
    pq.write_table(pq.read_table(inputs[0]).slice(0, N_DIGESTS), first)
    timed(scan([first], folder / "first.jsonl"))
    one = {row["id"]: row["digest"] for row in map(json.loads, (folder / "first.jsonl").read_text("utf-8").splitlines())}
    spark = pq.read_table(folder / "hurt.parquet", columns=["id", "digest"]).to_pylist()
    return sum(row["digest"] == one.get(row["id"]) for row in spark if row["id"] in one)


if __name__ == "__main__":
    main()
