"""Fitting one output: a logistic regression on features scaled by their log-count ratio, and its calibration."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

SEED = 20261124
RATIO_SHARE = 0.5
"""How far a feature's log-count ratio scales it: half, as half of it stays as counted. Chosen on held-out themes."""


def rounded_fit(matrix: Any, labels: NDArray[np.bool_], weights: NDArray[np.float64] | None, c: float) -> LogisticRegression:
    """Fit a logistic regression whose coefficients are exactly what the stored model will hold.

    It is fitted on features scaled by their log-count ratio between the two classes (Wang and Manning 2012, "Baselines
    and bigrams"); the scales are then taken into the coefficients, so that the estimator works on ``matrix`` as it is.
    """
    scales = _ratio_scales(matrix, labels)
    model = LogisticRegression(solver="liblinear", C=c, random_state=SEED, max_iter=300)
    model.fit(matrix @ sparse.diags_array(scales), labels, sample_weight=weights)
    model.coef_ = (model.coef_ * scales).astype(np.float16).astype(np.float64)
    return model


def _ratio_scales(matrix: Any, labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give a scale for each feature, of mean square one: larger where it tells the classes apart."""
    present = (matrix > 0).astype(np.float64)
    held = [1.0 + np.asarray(present[rows].sum(axis=0)).ravel() for rows in (labels, ~labels)]
    ratio = np.abs(np.log((held[0] / held[0].sum()) / (held[1] / held[1].sum())))
    scales: NDArray[np.float64] = (1 - RATIO_SHARE) + RATIO_SHARE * ratio
    scales /= np.sqrt(np.mean(scales**2))
    return scales


@dataclass(frozen=True, slots=True)
class Calibration:
    """``slope * raw + intercept + crowding * log(n)`` is the log-odds of a raw score, the highest of n."""

    slope: float
    intercept: float
    crowding: float = 0.0

    def chances(self, values: NDArray[np.float64], crowds: NDArray[np.float64] | float = 0.0) -> NDArray[np.float64]:
        """Give probabilities; ``crowds`` are logarithms of n."""
        chances: NDArray[np.float64] = 1 / (1 + np.exp(-(self.slope * values + self.intercept + self.crowding * crowds)))
        return chances


def platt(
    values: NDArray[np.float64],
    labels: NDArray[np.bool_],
    crowds: NDArray[np.float64] | None = None,
    prevalence: float | None = None,
) -> Calibration:
    """Give what turns raw scores into log-odds (Platt 1999), fitted on scores of texts held out of training.

    ``crowds`` are the logarithms of how many scores each value is the highest of: of many, one is high by chance.
    ``prevalence`` weighs the two classes so that this share counts as true; by default they count as they are.
    """
    share = float(labels.mean())
    weights = None if prevalence is None else np.where(labels, prevalence / share, (1 - prevalence) / (1 - share))
    columns = [values] if crowds is None else [values, crowds]
    model = LogisticRegression(C=1e6).fit(np.column_stack(columns), labels, sample_weight=weights)
    slope, *crowding = (float(value) for value in model.coef_[0])
    return Calibration(slope, float(model.intercept_[0]), *crowding)


def best_for_f1(truth: NDArray[np.bool_], chances: NDArray[np.float64]) -> float:
    """Give the threshold with the best balance of precision and recall."""
    precision, recall, thresholds = precision_recall_curve(truth, chances)
    f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-12))[:-1]
    return as_threshold(float(thresholds[int(np.argmax(f1))]))


def highest_share(share: float, chances: NDArray[np.float64]) -> float:
    """Give the threshold that at most this share of texts reaches."""
    return as_threshold(float(np.quantile(chances, 1 - share)))


def as_threshold(value: float) -> float:
    """Keep a threshold within what a probability can be."""
    return round(min(max(value, 0.01), 0.99), 4)
