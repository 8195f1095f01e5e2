"""Take the pictures in docs/ from the running console, with Debian's chromium: ``make screenshots``."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

DOCS = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]
ADCHECK = [sys.executable, "-c", "from ui.cli import main; main()"]


def main() -> None:
    """Serve the sample ads and take the pictures."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [*ADCHECK, "review", "--samples", "--store", f"sqlite:///{folder}/record.db", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 (our own command)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                take(browser.new_page(viewport={"width": 1280, "height": 1000}), f"http://127.0.0.1:{port}")
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
    """Take the queue in Vietnamese and the first case."""
    page.goto(f"{address}/?lang=vi")
    box = page.get_by_label("Tên của bạn")
    box.fill("Lan")
    box.press("Enter")
    button = page.get_by_role("button", name="Nhận hồ sơ tiếp theo")
    expect(button).to_be_enabled(timeout=20_000)
    page.screenshot(path=DOCS / "queue.png")
    button.click()
    expect(page.locator(".ad mark").first).to_be_visible(timeout=20_000)
    page.screenshot(path=DOCS / "case.png")


if __name__ == "__main__":
    main()
