"""Workers that are forked from a process with everything loaded, and killed or waited for."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from conftest import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONUTF8": "1"}
MOST_WAIT = 60


class Workers:
    """Forks workers of ``record_worker``, one after the other."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = ENVIRONMENT | dict(environment or {})

    def __enter__(self) -> "Workers":
        command = [sys.executable, str(ROOT / "tests" / "record_worker.py"), "serve"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self._environment, cwd=ROOT
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def start(self, name: str, args: list[Any], environment: Mapping[str, str] | None = None) -> int:
        """Start a worker; give its number."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, args, dict(environment or {})]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def wait(self) -> None:
        """Wait until the worker is gone."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ended\n"

    def killed(self, name: str, args: list[Any], acks: Path, after: float) -> bytes:
        """Start a worker, kill it a while after it began to work, and give what it had said."""
        acks.unlink(missing_ok=True)
        child = self.start(name, args)
        await_ready(acks)
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        self.wait()
        return acks.read_bytes()


def await_ready(acks: Path) -> None:
    """Wait until a worker has begun to work."""
    began = time.monotonic()
    while not acks.exists() or b"ready" not in acks.read_bytes():
        assert time.monotonic() - began < MOST_WAIT, "the worker never began"
        time.sleep(0.002)
