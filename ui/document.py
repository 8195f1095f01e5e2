"""A document of a few kinds of block, and its three forms: terminal, Markdown, HTML. Pure; foreign text is made inert."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import TextWrapper

from ui.marked_text import escaped, visible

FORMS = ("text", "markdown", "html")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+|~])")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text: ``plain`` is our own sentence; ``ad``, ``quoted`` and ``marked`` are words of the ad."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list; ``depth`` is the level of the heading or of the item."""

    kind: str
    words: tuple[Words, ...]
    depth: int = 0


def heading(text: str, depth: int = 1) -> Block:
    """Give a heading."""
    return Block("heading", (Words(text),), depth)


def paragraph(*words: str | Words) -> Block:
    """Give a paragraph."""
    return Block("paragraph", _words(words))


def item(*words: str | Words, depth: int = 0) -> Block:
    """Give an item of a list."""
    return Block("item", _words(words), depth)


def quoted(text: str) -> Words:
    """Give words of the ad, to be set in quotation marks."""
    return Words(text, "quoted")


def marked(text: str) -> Words:
    """Give words of the ad that are to be looked at."""
    return Words(text, "marked")


def _words(words: Iterable[str | Words]) -> tuple[Words, ...]:
    return tuple(Words(word) if isinstance(word, str) else word for word in words)


def render(blocks: Iterable[Block], form: str, *, mark: tuple[str, str] = ("«", "»"), width: int = 0) -> str:
    """Give a document in one of :data:`FORMS`.

    ``mark`` stands round marked words on a terminal; its lines are broken between words at ``width``, and nowhere where it is 0.
    """
    writers = {"text": lambda: _text(blocks, mark, width), "markdown": lambda: _markdown(blocks), "html": lambda: _html(blocks)}
    return writers[form]()


def _text(blocks: Iterable[Block], mark: tuple[str, str], width: int) -> str:
    shapes = {"plain": "{}", "ad": "{}", "quoted": "“{}”", "marked": f"{mark[0]}{{}}{mark[1]}"}
    lines: list[str] = []
    for block in blocks:
        line = "".join(shapes[w.kind].format(visible(w.text)) for w in block.words)
        if block.kind == "item":
            lines += _broken(f"{'  ' * block.depth}  - {line}", width, "  " * block.depth + "    ")
        else:
            lines += [*([""] if lines else []), *_broken(line, width, "")]
    return "\n".join(lines) + "\n"


def _broken(line: str, width: int, indent: str) -> list[str]:
    """Break a line between words; a word longer than the line stays whole."""
    if not width:
        return [line]
    wrapper = TextWrapper(width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    return [part for piece in line.split("\n") for part in (wrapper.wrap(piece) or [""])]


def _markdown(blocks: Iterable[Block]) -> str:
    shapes = {"plain": "{}", "ad": "{}", "quoted": "“{}”", "marked": "**{}**"}
    lines: list[str] = []
    for block in blocks:
        line = "".join(shapes[w.kind].format(_MARKDOWN.sub(r"\\\1", visible(w.text)).replace("\n", "  \n")) for w in block.words)
        if block.kind == "item":
            lines.append(f"{'  ' * block.depth}- {line}")
        else:
            lines += ["", f"{'#' * (block.depth + 1)} {line}" if block.kind == "heading" else line, ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _html(blocks: Iterable[Block]) -> str:
    shapes = {"plain": "{}", "ad": "{}", "quoted": "<q>{}</q>", "marked": "<mark>{}</mark>"}
    lines: list[str] = []
    open_lists = 0
    for block in blocks:
        wanted = block.depth + 1 if block.kind == "item" else 0
        lines += ["<ul>"] * (wanted - open_lists) + ["</ul>"] * (open_lists - wanted)
        open_lists = wanted
        line = "".join(shapes[w.kind].format(escaped(w.text)) for w in block.words)
        tag = {"heading": f"h{min(6, block.depth + 2)}", "paragraph": "p", "item": "li"}[block.kind]
        lines.append(f"<{tag}>{line}</{tag}>")
    lines += ["</ul>"] * open_lists
    return '<div class="reasoning">\n' + "\n".join(lines) + "\n</div>\n"
