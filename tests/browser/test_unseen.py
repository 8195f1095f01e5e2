"""T3.6: sixty strings with characters that hide, turn or pretend: seen on the page, kept from turning the rest, copied as they came."""

from playwright.sync_api import expect

from browser.conftest import enter
from classifier.checker import Checker, assess, make_ad
from conftest import DAY

_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206f\u3164\ufeff"
    "\U000e0001\U000e0041\U000e007f\U000e0100"
)
_PRETENDING = (
    *("chữа khỏi", "сhữa khỏi", "chữa khỏі", "tuyệt đốі", "сure", "curе", "ϲure", "heаls", "dіabetes", "tiểu đưօng"),
    *("ｃｈữａ", "ｃｕｒｅ", "𝐜𝐮𝐫𝐞", "𝓬𝓾𝓻𝓮", "𝕔𝕦𝕣𝕖", "ⓒⓤⓡⓔ", "𝚑𝚎𝚊𝚕𝚜", "ʜᴇᴀʟs", "ℌ𝔢𝔞𝔩𝔰", "cur\u0435s"),
)
_HIDING = [f"ab{c}cd" for c in (*_TURNING, *_UNSEEN)]
STRINGS = (*_HIDING, *_PRETENDING, *(f"{c}xyz" for c in "\u202e\u2067\u200f\u061c"))
_CALM = "This cream cures eczema in seven days, guaranteed."
AD = "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%.\n" + "\n".join(STRINGS)
_ORDER = """all => all.map(hidden => {
  const after = hidden.nextSibling, range = document.createRange(), left = n => {
    range.setStart(after, n); range.setEnd(after, n + 1); return range.getBoundingClientRect().left }
  return left(0) < left(1)
})"""


def test_sixty_strings_are_seen_and_copied_as_they_came(page, console) -> None:
    """Each unseen character has its code point on the page, none turns what follows it, and the clipboard gets the ad unchanged."""
    assert len(STRINGS) == 60 == len(set(STRINGS))
    (case_id,) = console.add(AD, source="unseen")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, console, f"/case?case={case_id}")
    ad = page.locator(".ad").first
    expect(ad).to_be_attached(timeout=60_000)
    hidden = ad.locator(".hidden")
    codes = [f"U+{ord(c):04X}" for c in AD if c in {*_TURNING, *_UNSEEN}]
    assert hidden.evaluate_all("all => all.map(e => e.dataset.u)") == codes
    assert hidden.evaluate_all("all => all.every(e => getComputedStyle(e, '::before').content === `\"${e.dataset.u}\"`)")
    assert hidden.evaluate_all("all => all.every(e => getComputedStyle(e).unicodeBidi === 'isolate')")
    assert all(hidden.evaluate_all(_ORDER)), "what follows an unseen character runs backwards"
    for kind in ("invisible characters", "look-alike letters of another script", "unusual letter forms"):
        expect(page.get_by_test_id("stAlert").first).to_contain_text(kind)
    ad.evaluate("e => getSelection().selectAllChildren(e)")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == AD


def test_each_string_that_pretends_is_named(checker: Checker) -> None:
    """A letter of another script, or of an unusual form, is a reason to look. Lunate sigma and small capitals still pass unnamed."""
    unnamed = [words for words in _PRETENDING if not assess(make_ad(f"{_CALM} {words}", as_of=DAY), checker).disguises]
    assert unnamed == ["ϲure", "ʜᴇᴀʟs"]
