"""The behavioural suite: what a checker must do with plain cases, whatever it was trained on.

After Ribeiro and others 2020, "Beyond accuracy: behavioral testing of NLP models with CheckList".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from classifier.checker import Checker, assess, make_ad
from classifier.domain import Assessment, Scope, Triage
from classifier.errors import CorpusError, problem
from classifier.learning.tables import read_table

HEADER = ("kind", "topic", "expect", "text", "other")
EXPECTED = {"minimum": ("flagged", "quiet", "refused"), "invariance": ("same",), "direction": ("higher", "lower")}
"""Kind of case → what may be expected. Minimum: of the text. Invariance, direction: of ``other`` beside ``text``."""
MOST_DRIFT = 0.2
"""How far the risk may move between two texts that say the same."""
_AS_OF = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Case:
    """One expectation; ``other`` is empty for a case of minimum functionality."""

    where: str
    kind: str
    topic: str
    expect: str
    text: str
    other: str


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Read every ``<language>.tsv`` of a folder.

    Raises
    ------
    CorpusError
        With every problem of a file.
    """
    cases = [
        Case(f"{file.stem}:{number}", row["kind"], row["topic"], row["expect"], row["text"], row["other"])
        for file in sorted(folder.glob("*.tsv"))
        for number, row in read_table(file, HEADER)
    ]
    wrong = [case for case in cases if case.expect not in EXPECTED.get(case.kind, ()) or (case.kind == "minimum") != (case.other == "")]
    if wrong:
        raise CorpusError(*(problem("corpus_line", case.where, detail=f"{case.kind} {case.expect}") for case in wrong))
    return tuple(cases)


def failures(cases: Sequence[Case], checker: Checker) -> Iterator[Case]:
    """Give the cases a checker does not do as expected."""
    for case in cases:
        told = assess(make_ad(case.text, as_of=_AS_OF), checker)
        other = assess(make_ad(case.other, as_of=_AS_OF), checker) if case.other else told
        if not _holds(case, told, other):
            yield case


def _holds(case: Case, told: Assessment, other: Assessment) -> bool:
    if case.kind == "minimum":
        refused = told.ruling.scope is not Scope.IN
        return {"flagged": _flagged(told), "quiet": not _flagged(told), "refused": refused}[case.expect]
    moved = (other.risk or 0.0) - (told.risk or 0.0)
    if case.kind == "invariance":
        return _flagged(told) == _flagged(other) and abs(moved) <= MOST_DRIFT
    return moved > 0 if case.expect == "higher" else moved < 0


def _flagged(assessment: Assessment) -> bool:
    return assessment.triage in (Triage.REVIEW, Triage.PRIORITY)
