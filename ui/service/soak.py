"""Keeping a service busy for a while, to see that it goes on answering, as fast, in the same memory."""

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from statistics import median

from ui.service.ledger import Ledger

_CLIENTS = 2
_ADS = 20
_WARM = 0.2
"""Share of the time after which memory is first looked at: by then every code path was taken."""
_MEASURED_EVERY = 1.0


@dataclass(slots=True)
class _Seen:
    """What clients and the watcher saw."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)


def soak_service(minutes: float) -> Iterator[str]:
    """Run a service on a record of its own, send it batches over two connections, and give what was seen, line by line."""
    ads = [json.loads(line)["text"] for line in (files("ui") / "samples.jsonl").read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder, _service(Path(folder)) as (server, port, key):
        seen, ends, began = _Seen(), time.monotonic() + 60 * minutes, time.monotonic()
        clients = [threading.Thread(target=_keep_asking, args=(port, key, ads, ends, seen, number)) for number in range(_CLIENTS)]
        for client in clients:
            client.start()
        while time.monotonic() < ends and server.poll() is None:
            seen.memory.append((time.monotonic() - began, _megabytes(server.pid)))
            time.sleep(min(_MEASURED_EVERY, max(0.0, ends - time.monotonic())))
        for client in clients:
            client.join()
    yield from _told(minutes, seen)


def _told(minutes: float, seen: _Seen) -> Iterator[str]:
    warm = [megabytes for second, megabytes in seen.memory if second >= 60 * minutes * _WARM] or [0.0]
    tenth = max(1, len(warm) // 10)
    first, last = median(warm[:tenth]), median(warm[-tenth:])
    ordered = sorted(seen.seconds) or [0.0]
    yield "# Soak of the service"
    yield ""
    yield f"Made by `adcheck soak --minutes {minutes:g}`: one service, {_CLIENTS} connections, {_ADS} sample ads a request,"
    yield "assessing and queueing by turns, on a record of its own."
    yield ""
    yield "| what | measured |"
    yield "|---|---|"
    yield f"| requests answered | {len(seen.seconds)} |"
    yield f"| ads | {len(seen.seconds) * _ADS} |"
    yield f"| answers that were not 200 | {len(seen.faults)}{': ' + seen.faults[0] if seen.faults else ''} |"
    yield f"| time to answer, median and 95th percentile | {median(ordered):.3f} s, {ordered[int(0.95 * (len(ordered) - 1))]:.3f} s |"
    yield f"| memory after {_WARM:.0%} of the time, and at the end | {first:.1f} MB, {last:.1f} MB ({last - first:+.1f} MB) |"


@contextmanager
def _service(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    ledger = Ledger(folder / "ledger.db")
    key = ledger.add_key("soak")
    ledger.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = ["--ledger", str(folder / "ledger.db"), "--store", f"sqlite:///{folder / 'r.db'}", "--port", str(port)]
    rates = ["--requests-per-minute", "1000000", "--ads-per-minute", "100000000"]
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve", *given, *rates]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(port, server)
        yield server, port, key
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise TimeoutError("the service did not come up")


def _keep_asking(port: int, key: str, ads: list[str], ends: float, seen: _Seen, client: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    number = 0
    while time.monotonic() < ends:
        number += 1
        address = "/v1/queue" if number % 2 else "/v1/assess"
        batch = [{"id": f"{at}", "text": ads[(number + at) % len(ads)]} for at in range(_ADS)]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": f"soak-{client}-{number}"}
        began = time.monotonic()
        try:
            connection.request("POST", address, json.dumps({"ads": batch}), headers)
            response = connection.getresponse()
            body = response.read()
        except OSError as error:
            seen.faults.append(str(error))
            connection.close()
            continue
        seen.seconds.append(time.monotonic() - began)
        if response.status != 200:
            seen.faults.append(f"{response.status} {body[:100]!r}")
    connection.close()


def _megabytes(pid: int) -> float:
    """Give the memory a process holds, from /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
