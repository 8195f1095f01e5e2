"""The main path by keyboard alone, in both languages; and no score on the page or on the wire before the first view."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.conftest import CURES, Console, enter, settle
from record_support import figure

RUNS = int(os.environ.get("ADCHECK_ORDER_RUNS", "2"))
"""How often the order is walked through; ``make order`` walks it fifty times."""
WORDS = {
    "en": {"queue": "Queue", "first": "3 · Your first view", "score": "Of 100 claims", "done": "Decision recorded: Misleading."},
    "vi": {
        "queue": "Hàng chờ",
        "first": "3 · Ý kiến ban đầu của bạn",
        "score": "Trong 100 khẳng định",
        "done": "Đã ghi quyết định: Gây hiểu nhầm.",
    },
}


class Hands:
    """A keyboard that counts what is pressed."""

    def __init__(self, page) -> None:
        self.page, self.n_pressed = page, 0

    def press(self, key: str) -> None:
        """Press a key and wait until the page has answered."""
        self.page.keyboard.press(key)
        self.n_pressed += 1
        self.page.wait_for_timeout(200)
        settle(self.page)


def _leave_field(page) -> None:
    """Put the cursor out of the name's field, as Tab would."""
    page.evaluate("document.activeElement.blur()")


@pytest.fixture(scope="module")
def cases(console: Console) -> list[int]:
    """Open a case for each walk, all in one go."""
    return console.add(*(CURES[run % 2] for run in range(RUNS)), source="walks")


@pytest.fixture(scope="module")
def walked() -> Iterator[list[int]]:
    """Count the walks on which the score came last."""
    done: list[int] = []
    yield done
    figure("T5.8 score absent from page and wire until the first view is stored", f"{len(done)} of {RUNS}", "50 of 50", "both languages")


@pytest.mark.parametrize("run", range(RUNS))
def test_a_case_by_keyboard_with_the_score_last(page, console, cases: list[int], walked: list[int], run: int) -> None:
    """Take, judge each reason, first view, score, decide: at most 12 keys; the score is nowhere before the first view is stored."""
    language = ("vi", "en")[run % 2]
    words = WORDS[language]
    case_id = cases[run]
    frames: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(_bytes(data))))
    enter(page, console, f"/case?case={case_id}", language)
    hands = Hands(page)
    hands.n_pressed = 1  # taking the case from the queue; see the test below
    _leave_field(page)
    expect(page.get_by_role("heading", name=words["first"])).to_be_visible(timeout=60_000)
    risk = float(str(console.scalar(f"SELECT risk FROM assessment WHERE case_id = {case_id}")))
    secrets = [words["score"].encode(), f"{risk}"[:8].encode(), _priority(language)]
    settle(page)
    agree = {"en": "✓ Agree", "vi": "✓ Đồng ý"}[language]
    for n in range(1, page.get_by_role("button", name={"en": "Disagree", "vi": "Không đồng ý"}[language]).count() + 1):
        hands.press("a")
        expect(page.get_by_role("button", name=agree)).to_have_count(n, timeout=60_000)
    hands.press("1")
    assert not [secret for secret in secrets for frame in frames if secret in frame], "the score was on the wire"
    assert words["score"] not in page.content() and f"{risk}"[:8] not in page.content()
    views = f"SELECT count(*) FROM first_view JOIN receipt ON receipt.id = receipt_id WHERE case_id = {case_id}"
    assert console.scalar(views) == 0
    hands.press("v")
    expect(page.get_by_text(words["score"]).first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Alt + Enter")).to_be_visible(timeout=60_000)
    settle(page)
    assert console.scalar(views) == 1 and [frame for frame in frames if secrets[0] in frame]
    hands.press("1")
    expect(page.get_by_role("button", name={"en": "✓ Misleading", "vi": "✓ Gây hiểu nhầm"}[language])).to_be_visible(timeout=60_000)
    settle(page)
    hands.press("Alt+w")
    expect(page.locator(".st-key-written textarea")).to_be_focused()
    page.keyboard.type("Lời văn nói sản phẩm chữa khỏi bệnh.")
    page.wait_for_timeout(1_500)  # the reasons must have been on the screen for their least time
    hands.press("Alt+Enter")
    expect(page.get_by_text(words["done"])).to_be_visible(timeout=60_000)
    assert hands.n_pressed <= 12, hands.n_pressed
    assert console.scalar(f"SELECT outcome FROM decision WHERE case_id = {case_id}") == "misleading"
    walked.append(case_id)


def test_the_queue_by_keyboard(page, console) -> None:
    """A name is said; one key takes the next case, another changes the language at once; search finds words without their diacritics."""
    page.goto(f"{console.address}/?lang=en")
    page.get_by_label("Your name").fill("Lan")
    page.get_by_label("Your name").press("Enter")
    page.wait_for_timeout(200)
    settle(page)
    expect(page.get_by_role("button", name="Take the next case").first).to_be_enabled(timeout=60_000)
    _leave_field(page)
    page.get_by_label("Search in the words of the ads").fill("tieu duong")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    settle(page)
    expect(page.get_by_text("for you").first).to_be_visible()
    _leave_field(page)
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Hàng chờ")).to_be_visible()
    settle(page)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="3 · Ý kiến ban đầu của bạn")).to_be_visible(timeout=60_000)
    page.keyboard.press("h")
    expect(page.get_by_role("dialog")).to_contain_text("Phím tắt và thứ tự làm việc")


def test_a_reload_loses_nothing(page, console) -> None:
    """The name, a first view chosen and a reason half typed are there after a reload; after the score no first view is asked again."""
    (case_id,) = console.add(CURES[1], source="reload")
    enter(page, console, f"/case?case={case_id}")
    hands = Hands(page)
    _leave_field(page)
    expect(page.get_by_role("heading", name="3 · Your first view")).to_be_visible(timeout=60_000)
    hands.press("d")
    expect(page.get_by_role("button", name="✓ Disagree").first).to_be_visible(timeout=60_000)
    hands.press("1")
    expect(page.get_by_role("button", name="✓ Misleading").first).to_be_visible(timeout=60_000)
    settle(page)
    page.reload()
    expect(page.get_by_role("button", name="✓ Disagree").first).to_be_visible(timeout=60_000)
    expect(page.get_by_label("Your name")).to_have_value("Lan")
    settle(page)
    hands.press("v")
    expect(page.get_by_text("Of 100 claims").first).to_be_visible(timeout=60_000)
    settle(page)
    hands.press("Alt+w")
    page.keyboard.type("Half a sent")
    page.wait_for_timeout(1_500)  # a second after the last key it is kept
    settle(page)
    page.keyboard.type("ence")
    expect(page.locator(".st-key-written textarea")).to_have_value("Half a sentence")
    page.wait_for_timeout(1_500)
    settle(page)
    page.reload()
    expect(page.locator(".st-key-written textarea")).to_have_value("Half a sentence", timeout=60_000)
    assert console.scalar(f"SELECT count(*) FROM first_view JOIN receipt ON receipt.id = receipt_id WHERE case_id = {case_id}") == 1


def test_the_page_follows_the_work(page, console) -> None:
    """On a small screen each key brings what has its turn into sight; a case opens at its beginning."""
    (case_id,) = console.add(f"{CURES[1]}. {CURES[0]}.", source="follow")
    page.set_viewport_size({"width": 1280, "height": 720})
    enter(page, console, f"/case?case={case_id}")
    expect(page.get_by_role("heading", name="3 · Your first view")).to_be_attached(timeout=60_000)
    settle(page)
    expect(page.get_by_role("heading", name=f"Case {case_id}")).to_be_in_viewport()
    n_reasons = page.get_by_role("button", name="Disagree").count()
    assert n_reasons > 1
    for n in range(1, n_reasons + 1):
        page.keyboard.press("a")
        expect(page.get_by_role("button", name="✓ Agree")).to_have_count(n, timeout=60_000)
        expect(page.locator(".st-key-turn")).to_be_in_viewport(ratio=0.9)
        settle(page)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="✓ Misleading")).to_be_visible(timeout=60_000)
    settle(page)
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="4 · What the machine makes of it")).to_be_in_viewport(timeout=60_000)


def _priority(language: str) -> bytes:
    return {"en": "Look at this first", "vi": "Nên xem trước"}[language].encode()


def _bytes(data: object) -> bytes:
    return data if isinstance(data, bytes) else str(data).encode()
