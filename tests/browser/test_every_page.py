"""Every page in both languages: it opens, says nothing of an error, and axe-core finds nothing serious."""

from importlib.resources import files

import pytest
from playwright.sync_api import expect

from browser.conftest import CURES, enter, settle

PAGES = {
    "/": {"en": "Queue", "vi": "Hàng chờ"},
    "/case?case=1": {"en": "Case 1", "vi": "Hồ sơ 1"},
    "/batch": {"en": "Batch", "vi": "Theo lô"},
    "/appeals": {"en": "Appeals and second opinions", "vi": "Khiếu nại và ý kiến thứ hai"},
    "/mine": {"en": "My work", "vi": "Việc của tôi"},
    "/training": {"en": "Training", "vi": "Tập làm quen"},
    "/lead": {"en": "Lead", "vi": "Trưởng nhóm"},
    "/rules": {"en": "Rules", "vi": "Quy định"},
    "/rules?rule=vn.food.disease": {"en": "Rules", "vi": "Quy định"},
    "/model": {"en": "Model", "vi": "Mô hình"},
    "/record": {"en": "Record", "vi": "Nhật ký"},
    "/print?case=2": {"en": "Case 2", "vi": "Hồ sơ 2"},
}
AXE = (
    "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}}).then(r => r.violations)"
)


def faults(page) -> list[str]:
    """Give what axe-core calls serious or critical."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(AXE)
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_whole_and_accessible_in_both_languages(page, console, path: str) -> None:
    """The heading is there, no error is said, the page names its language, nothing serious is found; then in English."""
    enter(page, console, path, "vi")
    for language in ("vi", "en"):
        expect(page.get_by_role("heading", name=PAGES[path][language], exact=True).first).to_be_visible(timeout=60_000)
        page.wait_for_timeout(200)
        settle(page)
        assert page.locator(".said.error").all_inner_texts() == []
        assert not page.get_by_test_id("stException").count()
        page.wait_for_function("language => document.documentElement.lang === language", arg=language)
        assert "\n".join(faults(page)) == ""
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("l")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_case_reads_at_200_per_cent_in_light_and_dark(browser, console, scheme: str) -> None:
    """At twice the size on a small screen nothing is cut off sideways, and contrast holds in both themes, before and after the score."""
    (case_id,) = console.add(CURES[1], source=f"case in {scheme}")
    page = browser.new_context(color_scheme=scheme, viewport={"width": 640, "height": 360}).new_page()
    for path in (f"/case?case={case_id}", "/training", "/lead", "/appeals", "/record"):
        enter(page, console, path, "vi", name=f"Hoa {scheme}")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=60_000)
        if path.startswith("/case"):
            _to_the_decision(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
        assert page.locator(".said.error").all_inner_texts() == []
        assert "\n".join(faults(page)) == "", path
    page.context.close()


def _to_the_decision(page) -> None:
    """Agree, choose, see the score, choose: buttons of every look are on the page then."""
    expect(page.locator(".ad").first).to_be_visible(timeout=60_000)
    settle(page)
    for key, seen in (("a", "✓ Đồng ý"), ("1", "✓ Gây hiểu nhầm")):
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=seen).first).to_be_visible(timeout=60_000)
        settle(page)
    page.keyboard.press("v")
    expect(page.locator(".st-key-written textarea")).to_be_visible(timeout=60_000)
    settle(page)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="✓ Gây hiểu nhầm")).to_be_visible(timeout=60_000)
    settle(page)
