"""How well the shipped model does: on the frozen test part of the corpus, or on any labelled table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from classifier.batch import assess_many
from classifier.checker import make_ad
from classifier.domain import Assessment, Scope, Triage

_BINS = 10
_RESAMPLES = 1_000
_SEED = 20261124
_AS_OF = date(2026, 11, 24)

Labelled = Sequence[tuple[str, str]]
"""Pairs of text and label: ``misleading``, ``acceptable`` or ``out_of_scope``."""


@dataclass(frozen=True)
class Measured:
    """Measures of one set of labelled texts: each a value with its 95 % bootstrap interval; NaN where a class is empty."""

    name: str
    n_texts: int
    n_misleading: int
    values: dict[str, tuple[float, float, float]]


def evaluate_table(name: str, labelled: Labelled) -> Measured:
    """Measure on labelled texts."""
    ads = (make_ad(text, as_of=_AS_OF) for text, _ in labelled)
    told = np.array(list(assess_many(ads, _told)), dtype=float).reshape(-1, 3)
    labels = np.array([label for _, label in labelled], dtype=str)
    point = _measures(labels, told)
    draw = np.random.default_rng(_SEED)
    picks = (draw.integers(0, len(labels), len(labels)) for _ in range(_RESAMPLES))
    samples = [_measures(labels[pick], told[pick]) for pick in picks]
    values = {key: (value, *_interval([sample[key] for sample in samples])) for key, value in point.items()}
    return Measured(name, len(labels), int((labels == "misleading").sum()), values)


def table_lines(measured: Iterable[Measured]) -> Iterator[str]:
    """Give the measures as a Markdown table."""
    measured = list(measured)
    yield "| measure | " + " | ".join(f"{m.name} ({m.n_texts}, {m.n_misleading} misleading)" for m in measured) + " |"
    yield "|---|" + "---|" * len(measured)
    for key in measured[0].values if measured else ():
        yield f"| {key} | " + " | ".join("{:.3f} [{:.3f}, {:.3f}]".format(*m.values[key]) for m in measured) + " |"


def _told(assessment: Assessment) -> tuple[float, float, float]:
    """Give risk, flag, and whether the text was refused."""
    flagged = assessment.triage in (Triage.REVIEW, Triage.PRIORITY)
    return (assessment.risk or 0.0, float(flagged), float(assessment.ruling.scope is not Scope.IN))


def _measures(labels: NDArray[np.str_], told: NDArray[np.float64]) -> dict[str, float]:
    truth, risk, flagged, refused = labels == "misleading", told[:, 0], told[:, 1] > 0, told[:, 2] > 0
    hits = float((truth & flagged).sum())
    return {
        "PR-AUC": float(average_precision_score(truth, risk)) if truth.any() else float("nan"),
        "precision": hits / flagged.sum() if flagged.any() else float("nan"),
        "recall": hits / truth.sum() if truth.any() else float("nan"),
        "F1": 2 * hits / max(1.0, float(flagged.sum() + truth.sum())),
        "acceptable flagged": _share(flagged[labels == "acceptable"]),
        "out of scope flagged": _share(flagged[labels == "out_of_scope"]),
        "out of scope refused": _share(refused[labels == "out_of_scope"]),
        "adverts refused": _share(refused[labels != "out_of_scope"]),
        "calibration error": _calibration_error(truth, risk),
    }


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else float("nan")


def _calibration_error(truth: NDArray[np.bool_], risk: NDArray[np.float64]) -> float:
    """Mean gap between risk and share of misleading, over ten bins of equally many texts."""
    order = np.argsort(risk, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    return float(sum(abs(risk[part].mean() - truth[part].mean()) * len(part) for part in parts) / max(1, len(risk)))


def _interval(sampled: list[float]) -> tuple[float, float]:
    known = [value for value in sampled if not np.isnan(value)]
    if not known:
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
