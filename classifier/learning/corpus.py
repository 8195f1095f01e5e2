"""The passages written for this project: reading them, and proving their format.

One passage a line, tab-separated, offending words marked inline; the format stands in ``data/GUIDELINE.md``.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.domain import CLAIM_TYPES, Span
from classifier.errors import CorpusError, Problem, problem

HEADER = ("id", "label", "product", "register", "twin", "text")
LABELS = ("misleading", "acceptable", "out_of_scope")
TEST_SHARE = 0.125
"""Share of the groups kept for testing, chosen by their own digest: a passage never changes sides."""
LEAST_PASSAGES = 5
"""A word is common that stands in so many passages."""
_MARK = re.compile(r"⟦([^|⟦⟧]+)\|([a-z_,]+)⟧")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A labelled passage. ``types`` holds, for each span, the ids of its claim types, most important first."""

    passage_id: str
    text: str
    label: str
    language: str
    theme: str
    product: str
    register: str
    twin: str
    spans: tuple[Span, ...]
    types: tuple[tuple[str, ...], ...]

    @property
    def group(self) -> str:
        """Give what must never be split between training and testing: the twin group, else the passage."""
        return f"{self.language}/{self.theme}/{self.twin}" if self.twin else self.passage_id

    @property
    def is_for_testing(self) -> bool:
        """Say whether the passage belongs to the frozen test part, which nothing is ever trained on."""
        return hashlib.sha256(self.group.encode()).digest()[0] < 256 * TEST_SHARE


def read_corpus(folder: Path) -> tuple[Passage, ...]:
    """Read every ``<language>/<theme>.tsv`` below a folder, in order of path and line.

    Raises
    ------
    CorpusError
        With every problem of every file.
    """
    passages: list[Passage] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*/*.tsv")):
        for read in _read_file(file):
            (problems if isinstance(read, Problem) else passages).append(read)  # type: ignore[arg-type]
    if not passages and not problems:
        problems.append(problem("corpus_empty", str(folder)))
    if problems:
        raise CorpusError(*problems)
    return tuple(passages)


def common_words(passages: Iterable[Passage]) -> list[str]:
    """Give the words of at least two letters that several passages for training hold, lower-case, in order."""
    counts = Counter(
        word
        for passage in passages
        if not passage.is_for_testing
        for word in set(re.findall(r"[^\W\d_]{2,}", passage.text.lower()))
        if not re.search(r"(.)\1\1", word)
    )
    return sorted(word for word, n in counts.items() if n >= LEAST_PASSAGES)


def _read_file(file: Path) -> Iterator[Passage | Problem]:
    lines = file.read_text("utf-8").rstrip("\n").split("\n")
    if tuple(lines[0].split("\t")) != HEADER:
        yield problem("corpus_header", f"{file}:1", expected=" ".join(HEADER))
        return
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], 2):
        read = _read_line(file, line)
        if isinstance(read, str):
            yield problem("corpus_line", f"{file}:{number}", detail=read)
        elif read.passage_id in seen:
            yield problem("corpus_line", f"{file}:{number}", detail=f"id {read.passage_id} stands twice")
        else:
            seen.add(read.passage_id)
            yield read


def _read_line(file: Path, line: str) -> Passage | str:
    """Give the passage of a line, or what is wrong with it."""
    cells = line.split("\t")
    if len(cells) != len(HEADER):
        return f"{len(cells)} cells, expected {len(HEADER)}"
    number, label, product, register, twin, written = cells
    if label not in LABELS:
        return f"label {label!r}, expected one of {', '.join(LABELS)}"
    if unicodedata.normalize("NFC", written) != written:
        return "text is not NFC"
    text, spans, types = unmark(written.replace("\\n", "\n"))
    if "⟦" in text or "⟧" in text:
        return "a mark is not closed, is empty or names no type"
    unknown = {name for names in types for name in names} - set(CLAIM_TYPES)
    if unknown:
        return f"claim type {', '.join(sorted(unknown))} is not in the taxonomy"
    if bool(spans) != (label == "misleading"):
        return "misleading passages carry marks, others none"
    return Passage(
        passage_id=f"{file.parent.name}/{file.stem}/{number}",
        text=text,
        label=label,
        language=file.parent.name,
        theme=file.stem,
        product=product,
        register=register,
        twin=twin,
        spans=spans,
        types=types,
    )


def unmark(written: str) -> tuple[str, tuple[Span, ...], tuple[tuple[str, ...], ...]]:
    """Give the text without its marks, and what was marked.

    >>> unmark("Trà ⟦chữa tiểu đường|disease_cure⟧ thơm")
    ('Trà chữa tiểu đường thơm', (Span(start=4, end=19),), (('disease_cure',),))
    """
    text, spans, types, position = "", [], [], 0
    for mark in _MARK.finditer(written):
        text += written[position : mark.start()]
        spans.append(Span(len(text), len(text) + len(mark[1])))
        types.append(tuple(mark[2].split(",")))
        text += mark[1]
        position = mark.end()
    return text + written[position:], tuple(spans), tuple(types)
