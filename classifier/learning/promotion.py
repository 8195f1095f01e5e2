"""Whether a candidate model may take the place of the present one: no worse on the frozen test part, nor in behaviour."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.domain import Scope, Triage
from classifier.learning.behaviour import failures, read_cases
from classifier.learning.corpus import Passage, read_corpus
from classifier.model.artifact import read_model

_AS_OF = date(2026, 11, 24)
_HIGHER = ("PR-AUC", "F1", "out of scope refused")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two models side by side. ``worse`` names each measure on which the candidate falls behind."""

    present: str
    candidate: str
    measures: dict[str, tuple[float, float]]
    worse: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Say whether the candidate may take the place."""
        return not self.worse

    def as_record(self) -> dict[str, Any]:
        """Give the comparison as it is kept in the record."""
        return {"measures": {name: list(pair) for name, pair in self.measures.items()}, "worse": list(self.worse)}


def compare_models(data: Path, present: Path, candidate: Path) -> Comparison:
    """Measure both models on the frozen test part, a language at a time, and on the behavioural suite.

    Raises
    ------
    ModelError
        One of the folders holds no model.
    """
    checkers = [load_checker(read_model(folder)) for folder in (present, candidate)]
    kept = [passage for passage in read_corpus(data / "corpus") if passage.is_for_testing]
    measures: dict[str, tuple[float, float]] = {}
    for language in sorted({passage.language for passage in kept}):
        part = [passage for passage in kept if passage.language == language]
        old, new = (_measures(part, checker) for checker in checkers)
        measures |= {f"{name}, {language}": (old[name], new[name]) for name in old}
    cases = read_cases(data / "behaviour")
    old_failures, new_failures = (sum(1 for _ in failures(cases, checker)) for checker in checkers)
    measures["behaviour failures"] = (float(old_failures), float(new_failures))
    digests = [checker.scorer.model.digest for checker in checkers]
    return Comparison(present=digests[0], candidate=digests[1], measures=measures, worse=_worse(measures))


def install(candidate: Path, target: Path) -> None:
    """Put a model in another's place: the new folder is whole before the old one goes."""
    fresh, old = target.with_name(target.name + ".new"), target.with_name(target.name + ".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(candidate, fresh)
    read_model(fresh)
    if target.exists():
        target.replace(old)
    fresh.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def _measures(passages: Sequence[Passage], checker: Checker) -> dict[str, float]:
    told = [assess(make_ad(p.text, as_of=_AS_OF), checker) for p in passages]
    risk = np.array([t.risk or 0.0 for t in told])
    flagged = np.array([t.triage in (Triage.REVIEW, Triage.PRIORITY) for t in told])
    refused = np.array([t.ruling.scope is not Scope.IN for t in told])
    label = np.array([p.label for p in passages])
    truth, out, fine = label == "misleading", label == "out_of_scope", label == "acceptable"
    return {
        "PR-AUC": float(average_precision_score(truth, risk)) if truth.any() else 0.0,
        "F1": float(2 * (truth & flagged).sum() / max(1, flagged.sum() + truth.sum())),
        "acceptable flagged": float(flagged[fine].mean()) if fine.any() else 0.0,
        "out of scope refused": float(refused[out].mean()) if out.any() else 0.0,
        "adverts refused": float(refused[~out].mean()) if (~out).any() else 0.0,
    }


def _worse(measures: dict[str, tuple[float, float]]) -> tuple[str, ...]:
    found = []
    for name, (old, new) in measures.items():
        falls = new < old - ROUNDING if name.split(",")[0] in _HIGHER else new > old + ROUNDING
        if falls:
            found.append(name)
    return tuple(found)
