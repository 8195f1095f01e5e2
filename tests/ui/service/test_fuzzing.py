"""Requests made from the service's own description, sound and unsound, are answered as it says."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from ui.service.application import ServiceSettings, build_service
from ui.service.guard import Rates
from ui.service.ledger import Ledger

N_EXAMPLES = os.environ.get("ADCHECK_FUZZ_EXAMPLES", "3")
"""How many requests are made for each address and phase; ``make fuzz`` asks for many more."""


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give the address of a service that lets everything through, and a key to it."""
    ledger = Ledger(tmp_path / "ledger.db")
    key = ledger.add_key("fuzz")
    settings = ServiceSettings(
        ledger=tmp_path / "ledger.db", store=f"sqlite:///{tmp_path / 'r.db'}", rates=Rates(requests=10**6, ads=10**8)
    )
    server = uvicorn.Server(uvicorn.Config(build_service(settings), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/openapi.json", key
    server.should_exit = True
    thread.join()


def test_generated_requests_find_nothing(listening: tuple[str, str], tmp_path: Path) -> None:
    """Schemathesis, with every check and phase it has, finds nothing; and it did try."""
    address, key = listening
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", address, "-H", f"Authorization: Bearer {key}"]
    done = subprocess.run([*command, "--max-examples", N_EXAMPLES, "--no-color"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "4 selected / 4 total" in done.stdout and "generated" in done.stdout
