"""Take the pictures in docs/ from the running console, with Debian's chromium: ``make screenshots``."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

DOCS = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]
ADCHECK = [sys.executable, "-c", "from ui.cli import main; main()"]
SETTLED = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'


def main() -> None:
    """Serve the sample ads and take the pictures."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        take(browser.new_page(viewport={"width": 1280, "height": 1000}), address)


@contextmanager
def served() -> Iterator[str]:
    """Serve a new record of the sample ads; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [*ADCHECK, "review", "--samples", "--store", f"sqlite:///{folder}/record.db", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 (our own command)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def wait_for(address: str) -> None:
    """Wait until an address answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=1)  # noqa: S310 (our own address)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def take(page: Page, address: str) -> None:
    """Take every page in Vietnamese: the queue, a case before and after the first view, then the others."""
    page.goto(f"{address}/?lang=vi")
    settle(page)
    expect(page.get_by_role("heading", name="Hàng chờ")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1_000)
    settle(page)
    box = page.get_by_label("Tên của bạn")
    box.fill("Lan")
    box.press("Enter")
    button = page.get_by_role("button", name="Nhận hồ sơ tiếp theo")
    page.wait_for_timeout(3_000)
    expect(button).to_be_enabled(timeout=20_000)
    snap(page, "queue")
    button.click()
    expect(page.locator(".ad mark").first).to_be_visible(timeout=20_000)
    snap(page, "case")
    page.evaluate("document.activeElement.blur()")
    press(page, "a", "a", "1", "v")
    heading = page.get_by_role("heading", name="4 · Ý kiến của máy")
    expect(heading).to_be_visible(timeout=20_000)
    settle(page)
    heading.evaluate("e => e.scrollIntoView()")
    press(page, "1")
    snap(page, "decision")
    for name, title in (
        ("batch", "Theo lô"),
        ("training", "Tập làm quen"),
        ("lead", "Trưởng nhóm"),
        ("rules", "Quy định"),
        ("model", "Mô hình"),
    ):
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=20_000)
        snap(page, name)


def press(page: Page, *keys: str) -> None:
    """Press keys, each when the page has answered the one before."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        settle(page)


def settle(page: Page) -> None:
    """Wait until the page is connected and has stopped running."""
    page.locator(SETTLED).wait_for()


def snap(page: Page, name: str) -> None:
    """Take one picture."""
    page.wait_for_timeout(800)
    settle(page)
    page.screenshot(path=DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
