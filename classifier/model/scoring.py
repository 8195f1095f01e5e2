"""From readings to numbers: the score of every output, and each word's exact part in it.

What a word, two neighbours or a joint of word classes add is a row of numbers, worked out once and remembered; so a text
costs one look-up a word and a few a neighbour, and its score is a sum of rows, taken for many texts at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise
from math import exp, inf, log
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from classifier.domain import CLAIM_TYPES, Language
from classifier.model.artifact import TrainedModel
from classifier.model.features import NORM_POWER, find_joints
from classifier.model.rows import RowTable
from classifier.reading.words import Reading

OWN_SHARE = 0.75
"""Share of a claim's own words in its decision value; the rest is how the whole ad reads. Chosen on held-out themes."""
_RISK = "risk"


@dataclass(frozen=True, slots=True)
class Addends:
    """What a text is summed up from: rows, and the first and last word that each belongs to."""

    rows: list[int]
    firsts: list[int]
    lasts: list[int]
    n_words: int


@dataclass(frozen=True)
class Weighing:
    """What the words of a text add to each output.

    ``decision_values`` has one value an output, in log-odds; ``risk`` is what each word adds to the risk before the
    calibration of a language, divided by the norm.
    """

    decision_values: NDArray[np.float64]
    risk: NDArray[np.float64]
    norm: float
    base: NDArray[np.float64]
    slopes: NDArray[np.float64]
    _addends: Addends
    _table: NDArray[np.float64]

    @cached_property
    def parts(self) -> NDArray[np.float64]:
        """Give what each word adds to each output, of shape (n_words, n_outputs): base and column sum make the decision value."""
        columns = [_spread([self._addends], self._table[:, i])[0] for i in range(len(self.slopes))]
        return np.column_stack(columns) * (self.slopes / self.norm)


def claim_value(alone: Weighing, whole: Weighing, output: int, crowd: float) -> float:
    """Give a claim's decision value: a mean of how it reads alone (``OWN_SHARE`` of it) and of how the whole ad reads, and the crowd."""
    return OWN_SHARE * float(alone.decision_values[output]) + (1 - OWN_SHARE) * float(whole.decision_values[output]) + crowd


def calibrated(name: str, language: Language) -> str:
    """Give the name of an output or a threshold in the calibration of a language; mixed text takes the Vietnamese one."""
    return f"{name}:{'en' if language is Language.EN else 'vi'}"


class Scorer:
    """Weighs readings with one trained model. Safe to share between threads."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.position = {output.name: i for i, output in enumerate(model.outputs)}
        self.slopes = np.array([output.slope for output in model.outputs])
        self.base = np.array([output.slope * output.bias + output.intercept for output in model.outputs])
        thresholds = [(name, model.type_thresholds.get(name, 1.0)) for name in CLAIM_TYPES if name in self.position]
        self.types = [(name, self.position[name], log(least / (1 - least)) if least < 1 else inf) for name, least in thresholds]
        self.type_names = frozenset(name for name, _, _ in self.types)
        self.risk = self.position[calibrated(_RISK, Language.VI)]
        self._turn = Lock()
        self._rows = RowTable(model)

    def weigh(self, reading: Reading) -> Weighing:
        """Weigh every word of a reading, its joint features shared evenly over the words they cover."""
        return self.weigh_many([reading])[0]

    def weigh_many(self, readings: Sequence[Reading]) -> list[Weighing]:
        """Weigh readings together. Each gets the same numbers, bit for bit, as it gets alone."""
        if not readings:
            return []
        with self._turn:
            self._rows.tidy()
            addends = [self._addends(reading) for reading in readings]
            table = self._rows.table
        totals = _totals(addends, table)
        norms = totals[:, -1] ** NORM_POWER
        norms[norms == 0] = 1.0
        values = self.base + totals[:, :-1] * (self.slopes / norms[:, None])
        risks = _spread(addends, table[:, self.risk])
        return [
            Weighing(values[i], risk / norms[i], float(norms[i]), self.base, self.slopes, one, table)
            for i, (one, risk) in enumerate(zip(addends, risks, strict=True))
        ]

    def crowd(self, output: int, n_claims: int) -> float:
        """Give what an ad's number of claims adds to the risk of each, in log-odds."""
        return self.model.outputs[output].crowding * log(n_claims)

    def probability(self, weighing: Weighing, output: str) -> float:
        """Give the calibrated probability of one output, in [0, 1]."""
        return probability(float(weighing.decision_values[self.position[output]]))

    def _addends(self, reading: Reading) -> Addends:
        joints, table = find_joints(reading), self._rows
        n = len(reading.forms)
        rows = [*map(table.words.__getitem__, reading.forms), *map(table.pairs.__getitem__, joints.pairs)]
        firsts, lasts = [*range(n), *range(n - 1)], [*range(n), *range(1, n)]
        for kind, found in (("c", joints.classes), ("k", joints.views), ("p", joints.distant)):
            for left, right, first, last in found:
                rows.append(table.joints[kind, left, right])
                firsts.append(first)
                lasts.append(last)
        return Addends(rows, firsts, lasts, n)


def _totals(addends: list[Addends], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the rows of each text; each begins with the empty row, so that none is without one."""
    rows = np.fromiter(chain.from_iterable((0, *one.rows) for one in addends), np.intp)
    begins = list(accumulate((len(one.rows) + 1 for one in addends[:-1]), initial=0))
    totals: NDArray[np.float64] = np.add.reduceat(table[rows], begins, axis=0)
    return totals


def _spread(addends: list[Addends], column: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Give what each word of each text adds to one column, every row shared evenly over the words it covers."""
    begins = list(accumulate((one.n_words for one in addends), initial=0))
    rows = np.fromiter(chain.from_iterable(one.rows for one in addends), np.intp)
    firsts = np.fromiter(chain.from_iterable(one.firsts for one in addends), np.intp)
    widths = np.fromiter(chain.from_iterable(one.lasts for one in addends), np.intp) - firsts + 1
    firsts += np.repeat(begins[:-1], [len(one.rows) for one in addends])
    steps = np.arange(widths.sum()) - np.repeat(np.cumsum(widths) - widths, widths)
    shares = np.repeat(column[rows] / widths, widths)
    sums = np.bincount(np.repeat(firsts, widths) + steps, weights=shares, minlength=begins[-1]).astype(np.float64, copy=False)
    return [sums[begin:end] for begin, end in pairwise(begins)]


def probability(decision_value: float) -> float:
    """Give the probability of a decision value in log-odds."""
    if decision_value >= 0:
        return 1 / (1 + exp(-decision_value))
    return exp(decision_value) / (1 + exp(decision_value))
