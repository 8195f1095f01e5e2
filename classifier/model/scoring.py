"""From a reading to numbers: the score of every output, and each word's exact part in it.

Per word the sums of its own features are remembered, so a text costs one look-up a word and a few a neighbour.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from classifier.domain import Language
from classifier.model.artifact import TrainedModel
from classifier.model.features import NORM_POWER, joint_features, own_features
from classifier.reading.words import Reading

OWN_SHARE = 0.75
"""Share of a claim's own words in its decision value; the rest is how the whole ad reads. Chosen on held-out themes."""
_MOST_REMEMBERED = 200_000


@dataclass(frozen=True)
class Weighing:
    """What each word adds to each output.

    ``parts`` has shape (n_words, n_outputs), in log-odds; ``base`` has shape (n_outputs,). An output's decision value
    is its base plus the sum of its column.
    """

    parts: NDArray[np.float64]
    base: NDArray[np.float64]

    @property
    def decision_values(self) -> NDArray[np.float64]:
        """Give the decision value of every output, in log-odds."""
        values: NDArray[np.float64] = self.base + self.parts.sum(axis=0)
        return values


def calibrated(name: str, language: Language) -> str:
    """Give the name of an output or a threshold in the calibration of a language; mixed text takes the Vietnamese one."""
    return f"{name}:{'en' if language is Language.EN else 'vi'}"


class Scorer:
    """Weighs readings with one trained model. Safe to share between threads."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.position = {output.name: i for i, output in enumerate(model.outputs)}
        self._table = np.column_stack([model.weights, model.squares])
        self._slopes = np.array([output.slope for output in model.outputs])
        self._base = np.array([output.slope * output.bias + output.intercept for output in model.outputs])
        self._remembered: dict[str, NDArray[np.float64]] = {}

    def weigh(self, reading: Reading) -> Weighing:
        """Weigh every word of a reading, its joint features shared evenly over the words they cover."""
        sums = np.zeros((len(reading.words), self._table.shape[1]))
        for i, form in enumerate(reading.forms):
            sums[i] = self._own(form)
        for feature in joint_features(reading):
            row = self.model.features.get(feature.name)
            if row is not None:
                sums[feature.first : feature.last + 1] += self._table[row] / (feature.last + 1 - feature.first)
        norm = float(sums[:, -1].sum() ** NORM_POWER) or 1.0
        return Weighing(parts=sums[:, :-1] * (self._slopes / norm), base=self._base)

    def probability(self, weighing: Weighing, output: str) -> float:
        """Give the calibrated probability of one output, in [0, 1]."""
        return probability(float(weighing.decision_values[self.position[output]]))

    def _own(self, form: str) -> NDArray[np.float64]:
        known = self._remembered.get(form)
        if known is None:
            rows = [row for name in own_features(form) if (row := self.model.features.get(name)) is not None]
            known = self._table[rows].sum(axis=0)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[form] = known
        return known


def probability(decision_value: float) -> float:
    """Give the probability of a decision value in log-odds."""
    if decision_value >= 0:
        return 1 / (1 + exp(-decision_value))
    return exp(decision_value) / (1 + exp(decision_value))
