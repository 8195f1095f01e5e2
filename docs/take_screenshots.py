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


PAGES = (("batch", "Theo lô"), ("training", "Tập làm quen"), ("lead", "Trưởng nhóm"), ("rules", "Quy định"), ("model", "Mô hình"))


def take(page: Page, address: str) -> None:
    """Take every page in Vietnamese: the queue, a case at its steps, its paper, an appeal against it, then the others."""
    page.context.add_cookies([{"name": "adcheck_name", "value": "Lan", "url": address}])
    page.goto(f"{address}/?lang=vi")
    settle(page)
    button = page.get_by_role("button", name="Nhận hồ sơ tiếp theo")
    expect(button).to_be_enabled(timeout=60_000)
    snap(page, "queue")
    button.click()
    expect(page.locator(".ad mark").first).to_be_visible(timeout=60_000)
    snap(page, "case")
    decide(page)
    page.get_by_role("link", name="Đọc và in toàn bộ hồ sơ").click()
    expect(page.locator(".paper")).to_be_visible(timeout=60_000)
    snap(page, "print")
    appeal(page)
    for name, title in (*PAGES, ("my-work", "Việc của tôi"), ("record", "Nhật ký")):
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=60_000)
        if name == "record":
            page.get_by_role("button", name="Kiểm tra lịch sử").click()
            expect(page.get_by_text("lịch sử nguyên vẹn")).to_be_visible(timeout=60_000)
        snap(page, name)


def decide(page: Page) -> None:
    """Work the case by keys; take the picture with the score and the decision."""
    page.evaluate("document.activeElement.blur()")
    press(page, *"aaa1v")
    heading = page.get_by_role("heading", name="4 · Ý kiến của máy")
    expect(heading).to_be_visible(timeout=60_000)
    settle(page)
    press(page, "1", "Alt+w")
    page.keyboard.type("Lời quảng cáo nói sản phẩm chữa khỏi bệnh trong một thời hạn; thực phẩm không được quảng cáo như thuốc.")
    heading.evaluate("e => e.scrollIntoView()")
    snap(page, "decision")
    press(page, "Alt+Enter")
    expect(page.get_by_text("Đã ghi quyết định")).to_be_visible(timeout=60_000)


def appeal(page: Page) -> None:
    """Enter an appeal against the case on paper."""
    page.get_by_role("link", name="Tiếp nhận khiếu nại").click()
    page.get_by_role("radio", name="Khiếu nại").click()
    page.get_by_role("textbox", name="Nội dung nhận được").fill(
        "Chúng tôi đã gỡ câu này khỏi quảng cáo ngày 20/11/2026 và gửi kèm bản công bố."
    )
    press(page, "Alt+Enter")
    expect(page.get_by_text("Đã ghi khiếu nại")).to_be_visible(timeout=60_000)
    snap(page, "appeals")


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
