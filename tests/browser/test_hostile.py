"""Hostile text in every place where foreign text is shown: shown as written, nothing runs, nothing is fetched."""

import pytest
from playwright.sync_api import expect

from browser.conftest import CURES, enter, settle
from browser.hostile import BLOCK, PAYLOADS, SEEN

AD = "Kem chữa khỏi eczema dứt điểm, cam kết khỏi 100% sau 7 ngày. " * 6 + "\n" + BLOCK


@pytest.fixture
def watched(page, console):
    """Watch a page for scripts that ran and requests that left; check at the end."""
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert [url for url in requests if not url.startswith((console.address, "data:", "blob:"))] == []
    assert dialogs == [] and page.evaluate("window.ran") is None and page.title() != "ran"


@pytest.fixture(scope="module")
def hostile_case(console) -> int:
    """Give the number of a case whose ad is hostile; its source is named in a hostile way too."""
    return console.add(AD, source="x<img src=q onerror=window.ran=1>$x^2$:smile:")[0]


def plain(text: str) -> str:
    """Give text without what a page folds or writes out on purpose: blanks and characters nobody sees."""
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def shown_whole(page, place, what: str = BLOCK) -> None:
    """Check that a place shows a text character by character."""
    expect(place).to_be_attached(timeout=60_000)
    assert plain(what) in plain(place.evaluate("e => e.textContent"))


def _press(page, *keys: str) -> None:
    page.evaluate("document.activeElement.blur()")
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        settle(page)


def test_the_ad_on_its_way_through_the_console(watched, console, hostile_case: int) -> None:
    """Queue, case, seller, reasons, full reasoning, paper: the ad stays text, and copies as it was received."""
    page = watched
    name = f"Mai {PAYLOADS[0]}"[:80]
    enter(page, console, "/", name=name)
    expect(page.get_by_test_id("data-grid-canvas").first).to_be_attached(timeout=60_000)
    enter(page, console, f"/case?case={hostile_case}", name=name)
    shown_whole(page, page.locator(".ad").first)
    assert AD in page.locator(".ad").first.evaluate("e => e.textContent"), "what is copied is not what was received"
    assert sum(page.locator(".ad .hidden").evaluate_all("all => all.map(e => (e.dataset.u || '').startsWith('U+'))")) >= 20
    page.get_by_role("button", name="Seller and source").click()
    page.get_by_text("Show seller and source").click()
    expect(page.get_by_text("$x^2$:smile:").first).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    settle(page)
    _press(page, "1", "v")
    expect(page.get_by_role("button", name="Alt + Enter")).to_be_visible(timeout=60_000)
    shown_whole(page, page.locator(".reasoning").last, SEEN)
    enter(page, console, f"/print?case={hostile_case}")
    shown_whole(page, page.locator(".ad").first)


def test_the_written_reason_on_its_way(watched, console) -> None:
    """Decision, notice, paper, the letter of an appeal: what people write stays text."""
    page = watched
    (case_id,) = console.add(CURES[1], source="written")
    enter(page, console, f"/case?case={case_id}")
    expect(page.locator(".ad").first).to_be_visible(timeout=60_000)
    settle(page)
    _press(page, "a", "a", "1", "v")
    expect(page.get_by_role("button", name="Alt + Enter")).to_be_visible(timeout=60_000)
    settle(page)
    _press(page, "1")
    page.locator(".st-key-written textarea").fill(SEEN)
    page.keyboard.press("Alt+p")
    shown_whole(page, page.locator(".paper").first, PAYLOADS[0])
    page.wait_for_timeout(2_500)  # the reasons must have been on the screen for their least time
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_text("Decision recorded")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Read and print").click()
    shown_whole(page, page.locator(".facts td").filter(has_text="onerror").first, SEEN)
    shown_whole(page, page.locator(".paper").first, PAYLOADS[0])
    page.get_by_role("link", name="Enter an appeal").click()
    expect(page.get_by_role("spinbutton", name="Number of the case")).to_have_value(str(case_id))
    page.get_by_role("radiogroup", name="What came in").get_by_role("radio", name="Appeal").click()
    page.get_by_role("textbox", name="What was sent").fill(BLOCK)
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_text(f"The appeal on case {case_id} is kept.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("textbox", name="What was sent")).to_be_empty()
    enter(page, console, f"/print?case={case_id}")
    shown_whole(page, page.locator(".said").filter(has_text="onerror").first, SEEN)


def test_a_letter_refused_stays_as_written(page, console) -> None:
    """Among many decided cases the number is typed at once; what lacks is named, and what was written stays in the form."""
    enter(page, console, "/appeals")
    page.get_by_role("textbox", name="What was sent").fill("We hold a study.")
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".said.error")).to_contain_text("write the number of the case", timeout=60_000)
    expect(page.get_by_role("textbox", name="What was sent")).to_have_value("We hold a study.")
    page.get_by_role("spinbutton", name="Number of the case").fill("999")
    page.get_by_role("radiogroup", name="What came in").get_by_role("radio", name="Appeal").click()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".said.error")).to_contain_text("case 999", timeout=60_000)
    expect(page.get_by_role("textbox", name="What was sent")).to_have_value("We hold a study.")


def test_pasted_tried_and_named(watched, console) -> None:
    """Batch results, refused rows, a rule tried, a rule's name in the address, practice: all stay text."""
    page = watched
    enter(page, console, "/batch")
    page.get_by_role("textbox", name="Or paste ads").fill(f"{AD}\n\n{PAYLOADS[0]} !!! ???\n\n<<< {PAYLOADS[1]}")
    page.get_by_role("button", name="Read and assess").click()
    expect(page.get_by_text("3 ads").first).to_be_visible(timeout=60_000)
    settle(page)
    enter(page, console, "/rules?rule=vn.food.disease")
    box = page.get_by_role("textbox", name="Text", exact=True)
    box.fill(BLOCK)
    box.press("Control+Enter")
    shown_whole(page, page.locator(".ad").first)
    enter(page, console, "/rules?rule=%3Cimg%20src%3Dx%20onerror%3Dwindow.ran%3D1%3E%24x%5E2%24")
    expect(page.locator(".said.error")).to_contain_text("<img src=x onerror=window.ran=1>$x^2$", timeout=60_000)
