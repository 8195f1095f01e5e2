"""One console and one record for all browser tests, with adverts of every sort in it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
SETTLED = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
ADCHECK = [sys.executable, "-c", "from ui.cli import main; main()"]
CURES = [
    "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%",
    "Reverses type 2 diabetes in two weeks, no side effects, doctors hate it",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Start Debian's chromium, quietly and as root."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@dataclass(frozen=True)
class Console:
    """A console that is being served, and the file of its record."""

    address: str
    file: Path

    def scalar(self, query: str) -> object:
        """Read one value of the record."""
        engine = create_engine(f"sqlite:///{self.file}")
        with engine.connect() as connection:
            found = connection.execute(text(query)).scalar()
        engine.dispose()
        return found

    def add(self, *texts: str, source: str = "ads") -> list[int]:
        """Open cases for ads; give their numbers."""
        before = int(self.scalar("SELECT count(*) FROM review_case") or 0) if self.file.exists() else 0
        ads = self.file.with_name(f"{source}.jsonl")
        ads.write_text("\n".join(json.dumps({"id": f"{n}-{time.monotonic_ns()}", "text": ad}) for n, ad in enumerate(texts)), "utf-8")
        subprocess.run([*ADCHECK, "queue", str(ads), "--store", f"sqlite:///{self.file}"], check=True, capture_output=True)
        return list(range(before + 1, before + len(texts) + 1))


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def serve(file: Path, port: int = 0, folder: Path | None = None) -> Iterator[Console]:
    """Serve a record; Streamlit looks for secrets in the folder the program is started in."""
    port = port or free_port()
    console = Console(f"http://127.0.0.1:{port}", file)
    with file.with_name("log").open("wb") as log:
        command = [*ADCHECK, "review", "--store", f"sqlite:///{file}", "--port", str(port)]
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            wait_for(f"{console.address}/_stcore/health", server)
            yield console
        finally:
            server.terminate()
            server.wait(10)


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended; see its log"
        try:
            if urllib.request.urlopen(address, timeout=1).status == 200:  # noqa: S310 (our own address)
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Serve a record that every test may add cases to."""
    file = tmp_path_factory.mktemp("console") / "record.db"
    Console("", file).add(*CURES)
    yield from serve(file)


def settle(page) -> None:
    """Wait until the page is connected and has stopped running, and has not begun again for a while: one run may ask for another."""
    still = 0
    while still < 3:
        page.locator(SETTLED).wait_for()
        page.wait_for_timeout(100)
        still = still + 1 if page.locator(SETTLED).count() else 0


@pytest.fixture
def page(page) -> object:
    """Give a page that is patient: a busy machine is slow, not wrong."""
    page.set_default_timeout(90_000)
    return page


def enter(page, console: Console, path: str = "/", language: str = "en", name: str = "Lan") -> None:
    """Open a page as somebody whose name the page keeps."""
    page.context.add_cookies([{"name": "adcheck_name", "value": quote(name), "url": console.address}])
    page.goto(f"{console.address}{path}{'&' if '?' in path else '?'}lang={language}")
    page.get_by_role("heading").first.wait_for()  # before its first run begins a page looks settled
    settle(page)
