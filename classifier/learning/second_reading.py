"""The second, blind reading of a part of the corpus: which passages it is, and how far two readers agree."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.agreement import krippendorff_alpha
from classifier.domain import CLAIM_TYPES
from classifier.learning.corpus import LABELS, Passage
from classifier.learning.tables import read_table

SHARE = 0.15
"""Share of the passages that is read twice, drawn by the passages' own digests."""
HEADER = ("id", "label", "types", "settled", "note")
_LEAST_NAMED = 5


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a second reader made of a passage, and where the two differed the label settled on, with a note why."""

    passage_id: str
    label: str
    types: frozenset[str]
    settled: str
    note: str


def drawn(passages: Sequence[Passage]) -> list[Passage]:
    """Give the passages that are read twice."""
    return [p for p in passages if int.from_bytes(hashlib.sha256(f"second {p.passage_id}".encode()).digest()[:4]) < SHARE * 2**32]


def read_second(file: Path) -> tuple[SecondReading, ...]:
    """Read the second labels.

    Raises
    ------
    CorpusError
        With every problem of the file's form.
    """
    return tuple(
        SecondReading(
            passage_id=row["id"],
            label=row["label"],
            types=frozenset(filter(None, row["types"].split(","))),
            settled=row["settled"],
            note=row["note"],
        )
        for _, row in read_table(file, HEADER)
    )


def agreement_lines(passages: Sequence[Passage], second: Sequence[SecondReading]) -> list[str]:
    """Give the agreement of the two readings as a Markdown table: alpha over all labels, for each label, for each kind of claim."""
    first = {p.passage_id: p for p in passages}
    lines = ["| | language | passages | alpha |", "|---|---|---:|---:|"]
    for language in sorted({p.language for p in passages}):
        pairs = [(first[s.passage_id], s) for s in second if s.passage_id in first and first[s.passage_id].language == language]
        units = [(p.label, s.label) for p, s in pairs]
        lines.append(_line("all labels", language, len(units), krippendorff_alpha(units)))
        for label in LABELS:
            told = [(one == label, other == label) for one, other in units]
            lines.append(_line(label, language, sum(map(any, told)), krippendorff_alpha(told)))
        both = [(_types(p), s.types) for p, s in pairs if p.label == s.label == "misleading"]
        for name in CLAIM_TYPES:
            named = sum(name in a or name in b for a, b in both)
            if named >= _LEAST_NAMED:
                lines.append(_line(name, language, named, krippendorff_alpha([(name in a, name in b) for a, b in both])))
    return lines


def _types(passage: Passage) -> frozenset[str]:
    return frozenset(name for names in passage.types for name in names)


def _line(name: str, language: str, n: int, alpha: float | None) -> str:
    return f"| {name} | {language} | {n} | {'–' if alpha is None else f'{alpha:.2f}'} |"
