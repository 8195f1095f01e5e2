"""Saved pages of shops and landing pages: what a visitor sees, in reading order; small print and hidden text told apart."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from classifier.errors import Problem, problem
from ui.intake.domain import MAIN, SMALL_PRINT, AdRow, RefusedRow, Source, notice
from ui.intake.encoding import composed, decoded
from ui.intake.excerpts import excerpt
from ui.intake.foreign import parsing
from ui.intake.page_style import HIDDEN, SMALL, StyleSheet, read_styles
from ui.intake.parts import Part, rows_of_parts

_PASSED_OVER = {"script", "style", "noscript", "template", "svg", "nav", "head", "iframe", "select", "textarea", "object", "canvas"}
_PASSED_ROLES = {"navigation", "search", "menu", "menubar"}
_INLINE = {"a", "abbr", "b", "bdi", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q"}
_INLINE |= {"s", "small", "span", "strike", "strong", "sub", "sup", "time", "u", "var", "wbr"}
_SMALL_TAGS = {"small", "footer"}
_CELLS = {"td", "th"}
_HEAD = 4_096
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)


def read_page(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a saved page as one ad. Hidden text and pictures are not part of it: they are noticed and counted."""
    import lxml.etree
    import lxml.html

    raw = source.path.read_bytes()
    text = _text(source, raw)
    with parsing(source.path, lxml.etree.LxmlError):
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
        root = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
        blocks = _Blocks(read_styles(root))
        for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
            blocks.enter(element) if event == "start" else blocks.leave(element)
        blocks.flush()
    if not blocks.parts:
        yield RefusedRow(row_id=source.path.name, reason=problem("row_no_text", source.path.name))
        return
    yield from rows_of_parts(source, blocks.parts, raw, tuple(_notices(blocks)))


def _text(source: Source, raw: bytes) -> str:
    """Give the page's text: UTF-8 where it is that, else in the encoding the page names, else the likeliest."""
    named = _CHARSET.search(raw[:_HEAD])
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8-sig")
    with suppress(UnicodeDecodeError, LookupError):
        if named:
            encoding = codecs.lookup(named.group(1).decode("ascii")).name
            text = composed(raw.decode(encoding), encoding)
            source.note(notice("encoding", source.path.name, encoding=encoding))
            return text
    return decoded(source, raw)


def _notices(blocks: "_Blocks") -> Iterator[Problem]:
    hidden = " ".join(" ".join(blocks.hidden).split())
    if hidden:
        yield notice("hidden_text", count=len(hidden), excerpt=excerpt(hidden))
    if blocks.n_pictures:
        yield notice("pictures_unread", count=blocks.n_pictures)


class _Blocks:
    """Walks a page and gathers its visible blocks, what is hidden, and how many pictures there are."""

    def __init__(self, styles: StyleSheet) -> None:
        self.parts: list[Part] = []
        self.hidden: list[str] = []
        self.n_pictures = 0
        self._styles = styles
        self._states: list[str] = [MAIN]
        self._line: list[str] = []
        self._line_part = MAIN

    def enter(self, element: Any) -> None:
        tag = str(element.tag)
        state = self._state(element, tag)
        if tag == "img" and state in (MAIN, SMALL_PRINT):
            self.n_pictures += 1
        if tag == "br" or tag not in _INLINE:
            self.flush() if tag not in _CELLS else self._line.append(" | " if self._line else "")
        self._states.append(state)
        self._say(element.text)

    def leave(self, element: Any) -> None:
        if str(element.tag) not in _INLINE | _CELLS:
            self.flush()
        self._states.pop()
        self._say(element.tail)

    def flush(self) -> None:
        """Close the line under way."""
        text = " ".join("".join(self._line).split()).strip("| ")
        if text:
            self.parts.append(Part(text=text, part=self._line_part))
        self._line.clear()

    def _say(self, text: str | None) -> None:
        state = self._states[-1]
        if not text or state == "":
            return
        if state == HIDDEN:
            self.hidden.append(text)
            return
        if state != self._line_part and text.strip():
            self.flush()
            self._line_part = state
        self._line.append(text)

    def _state(self, element: Any, tag: str) -> str:
        """Give what the text of an element is: main, small print, hidden, or nothing that is read."""
        above = self._states[-1]
        if above in ("", HIDDEN) and tag not in _PASSED_OVER:
            return above
        if tag in _PASSED_OVER or element.get("role", "") in _PASSED_ROLES:
            return ""
        style = self._styles.of(element)
        if style == HIDDEN:
            return HIDDEN
        return SMALL_PRINT if style == SMALL or tag in _SMALL_TAGS else above
