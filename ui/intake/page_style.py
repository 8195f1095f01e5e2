"""As much of a page's style as it takes to tell hidden text and small print: its own sheets and ``style`` attributes.

Rules for one tag, class or id are read; combined selectors, media rules and sheets in other files are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

HIDDEN = "hidden"
SMALL = "small"
_MOST_SHEET = 2_000_000
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_SELECTOR = re.compile(r"[.#]?-?[A-Za-z_][\w-]*\Z")
_LENGTH = re.compile(r"(-?[\d.]+)\s*(px|pt|em|rem|%)?")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, None: 1.0}
_SMALL_PIXELS = 11.0
"""At and below this size text on a page counts as small print; browsers show 16 by default."""
_OFF_SCREEN = -500.0


@dataclass(slots=True)
class StyleSheet:
    """What a page's own rules say of tags, classes and ids: hidden or small."""

    rules: dict[str, str] = field(default_factory=dict)

    def of(self, element: Any) -> str:
        """Say whether an element is hidden or small; empty when neither is known."""
        if element.get("hidden") is not None or (element.tag == "input" and element.get("type") == "hidden"):
            return HIDDEN
        own = look_of(element.get("style", ""))
        names = [element.tag, *(f".{name}" for name in element.get("class", "").split()), f"#{element.get('id', '')}"]
        said = [own, *(self.rules.get(name, "") for name in names)]
        return HIDDEN if HIDDEN in said else SMALL if SMALL in said else ""


def read_styles(root: Any) -> StyleSheet:
    """Read the ``<style>`` elements of a page."""
    sheet = StyleSheet()
    for element in root.iter("style"):
        for selectors, declarations in _plain_rules(_COMMENT.sub("", (element.text or "")[:_MOST_SHEET])):
            look = look_of(declarations)
            for selector in (part.strip() for part in selectors.split(",")):
                if look and _SELECTOR.match(selector):
                    sheet.rules[selector] = look
    return sheet


def _plain_rules(text: str) -> Iterator[tuple[str, str]]:
    """Give selectors and declarations of the rules that stand in no other rule, in one pass."""
    depth, begins, opens, nested = 0, 0, 0, False
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            if depth == 0:
                opens, nested = brace.start(), False
            nested = nested or depth > 0
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                if not nested and opens > begins:
                    yield text[begins:opens].rpartition(";")[2].strip(), text[opens + 1 : brace.start()]
                begins = brace.end()


def look_of(declarations: str) -> str:
    """Say what declarations make of text: hidden, small, or neither."""
    said = {}
    for declaration in declarations.lower().split(";"):
        name, _, value = declaration.partition(":")
        said[name.strip()] = value.replace("!important", "").strip()
    if _hides(said):
        return HIDDEN
    size = _pixels(said.get("font-size", ""))
    return SMALL if size is not None and size <= _SMALL_PIXELS else ""


def _hides(said: dict[str, str]) -> bool:
    ground = said.get("background-color") or said.get("background", "").partition(" ")[0]
    return (
        said.get("display") == "none"
        or said.get("visibility") in ("hidden", "collapse")
        or _pixels(said.get("opacity", "")) == 0
        or _pixels(said.get("font-size", "")) == 0
        or any((_pixels(said.get(name, "")) or 0) < _OFF_SCREEN for name in ("left", "top", "text-indent", "margin-left"))
        or (bool(ground) and said.get("color") == ground)
    )


def _pixels(value: str) -> float | None:
    found = _LENGTH.match(value)
    try:
        return float(found.group(1)) * _PIXELS[found.group(2)] if found else None
    except ValueError:
        return None
