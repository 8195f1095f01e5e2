"""The console in a real browser: one case from queue to decision, and no score on the wire before the first view."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from conftest import CURE_VI

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed")]
SETTLED = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
HOSTILE = '<img src=x onerror="document.title=1"> **bold** $x^2$ :smile: ![a](http://tracker.invalid/p.png) \u202egnp'


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Start Debian's chromium, quietly and as root."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve a record of two ads; give the address and the file."""
    ads = tmp_path / "ads.jsonl"
    rows = [{"id": "1", "text": CURE_VI}, {"id": "2", "text": f"Kem chữa khỏi eczema {HOSTILE}"}]
    ads.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    file = tmp_path / "record.db"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    adcheck = [sys.executable, "-c", "from ui.cli import main; main()"]
    subprocess.run([*adcheck, "queue", str(ads), "--store", f"sqlite:///{file}"], check=True, capture_output=True)
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([*adcheck, "review", "--store", f"sqlite:///{file}", "--port", str(port)], stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}", file
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the console ended; see its log"
        try:
            if urllib.request.urlopen(address, timeout=1).status == 200:  # noqa: S310 (our own address)
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def _scalars(file: Path, *queries: str) -> list[object]:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = [connection.execute(text(query)).scalar() for query in queries]
    engine.dispose()
    return found


def _enter(page, address: str, name: str = "Lan") -> None:
    from playwright.sync_api import expect

    page.goto(f"{address}/?lang=en")
    page.locator(SETTLED).wait_for()
    box = page.get_by_label("Your name")
    box.fill(name)
    box.press("Enter")
    expect(page.get_by_role("button", name="Take the next case")).to_be_enabled(timeout=20_000)
    page.get_by_role("heading", name="Queue", exact=True).click()


def test_one_case_from_queue_to_decision(page, console) -> None:
    """Take, read, first view, score, decide, by keys where keys exist; the score is nowhere before the first view."""
    from playwright.sync_api import expect

    address, file = console
    frames: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(_bytes(data))))
    _enter(page, address)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="3 · Your first view")).to_be_visible(timeout=20_000)
    (risk,) = _scalars(file, "SELECT risk FROM assessment WHERE case_id = 1")
    count = min(99, max(1, round(100 * float(risk))))
    secrets = [f"Of 100 claims with this risk, about {count}".encode(), b"Look at this first", b"Worth a look", f"{risk}"[:8].encode()]
    assert frames and not [s for s in secrets for frame in frames if s in frame]
    expect(page.locator(".ad mark").nth(3)).to_be_visible()
    assert "Of 100 claims" not in page.content()
    assert _scalars(file, "SELECT count(*) FROM receipt", "SELECT count(*) FROM first_view") == [1, 0]
    page.get_by_role("radiogroup", name="What do you make of this ad").get_by_text("Misleading", exact=True).click()
    page.get_by_role("button", name="Record my view").click()
    expect(page.get_by_text(f"Of 100 claims with this risk, about {count}")).to_be_visible(timeout=20_000)
    assert [frame for frame in frames if secrets[0] in frame]
    page.get_by_role("radiogroup", name="Decision").get_by_text("Misleading", exact=True).click()
    page.get_by_label("Grounds").click()
    page.get_by_role("option", name="vn.food.disease").click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Written reason").fill("Says that a tea cures diabetes.")
    time.sleep(4)  # the reasons must have been on the screen for their minimum time
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("Decision recorded: Misleading.")).to_be_visible(timeout=20_000)
    found = _scalars(
        file,
        "SELECT outcome FROM decision",
        "SELECT CAST(s.body AS TEXT) FROM decision d JOIN sealed s ON s.commitment = d.rationale",
        "SELECT count(*) FROM score_view",
    )
    assert found == ["misleading", "Says that a tea cures diabetes.", 1]


def _bytes(data: object) -> bytes:
    return data if isinstance(data, bytes) else str(data).encode()


def test_hostile_text_is_shown_as_written(page, console) -> None:
    """Tags, Markdown, formulas and icons appear character by character; nothing runs and nothing is fetched."""
    from playwright.sync_api import expect

    address, _ = console
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    _enter(page, address)
    page.goto(f"{address}/case?case=2&lang=en")
    page.locator(SETTLED).wait_for()
    box = page.get_by_label("Your name")
    box.fill("Lan")
    box.press("Enter")
    ad = page.locator(".ad").first
    expect(ad).to_contain_text(
        '<img src=x onerror="document.title=1"> **bold** $x^2$ :smile: ![a](http://tracker.invalid/p.png)', timeout=20_000
    )
    expect(ad).to_contain_text("U+202E")
    assert page.title() != "1" and not page.locator(".ad img").count()
    assert not [url for url in requests if not url.startswith((address, "data:", "blob:"))]
