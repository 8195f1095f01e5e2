"""Sums of weights, a row for each word, pair of neighbours and joint of word classes; and how rows are added up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.fast.growing import Growing
from classifier.fast.id_table import Ints
from classifier.model.artifact import TrainedModel

Floats = NDArray[np.float64]
_FEW_RUNS = 12
"""Up to so many runs are added one after the other, without SciPy's sparse product, whose import takes longer than they do."""
_MANY_FEATURES = 1 << 12
TEXTS, CLAIMS = 0, 1


class Rows:
    """The rows. Row 0 is empty. A text needs other outputs than a claim, so each has its columns; the last is of squares."""

    def __init__(self, model: TrainedModel, columns: Sequence[Ints], risk: int) -> None:
        self._model, self._risk_column = model, risk
        self._columns = [np.append(some, len(model.outputs)) for some in columns]
        self._tables = tuple(Growing(np.float64, (len(columns),)) for columns in self._columns)
        self._risk = Growing(np.float64)
        self._add(np.zeros((1, len(model.outputs) + 1)))

    def __len__(self) -> int:
        return len(self._risk)

    def table(self, kind: int) -> Floats:
        """Give the table of what counts for texts (``TEXTS``) or for claims (``CLAIMS``)."""
        return self._tables[kind].values

    @property
    def risk(self) -> Floats:
        """Give the column of the risk."""
        return self._risk.values

    def add(self, features: Ints, begins: Ints) -> Ints:
        """Add a row for each run of features, summed in their order; give their numbers, 0 for an empty run.

        Parameters
        ----------
        features : array
            Rows of the model.
        begins : array
            Where each run begins, and at the end where the last one ends.
        """
        numbers = np.zeros(len(begins) - 1, np.int64)
        some = np.diff(begins).nonzero()[0]
        if some.size:
            distinct, place = self._distinct(features)
            weights = np.column_stack([self._model.weights_of(distinct), self._model.squares[distinct]])
            numbers[some] = np.arange(len(self), len(self) + len(some))
            self._add(sum_runs(weights, place, begins)[some])
        return numbers

    def _distinct(self, features: Ints) -> tuple[Ints, Ints]:
        """Give the features to unpack, and the place of each among them; of many, each once: words share their letters."""
        if len(features) < _MANY_FEATURES:
            return features, np.arange(len(features))
        wanted = np.zeros(len(self._model.scales), bool)
        wanted[features] = True
        distinct = wanted.nonzero()[0]
        place = np.zeros(len(wanted), np.int64)
        place[distinct] = np.arange(len(distinct))
        return distinct, place[features]

    def _add(self, sums: Floats) -> None:
        for table, columns in zip(self._tables, self._columns, strict=True):
            table.add(sums[:, columns])
        self._risk.add(sums[:, self._risk_column])


def sum_runs(table: Floats, rows: Ints, begins: Ints) -> Floats:
    """Sum the rows of each run, one after the other in order, so that a run has the same sum alone and among others."""
    if len(begins) <= _FEW_RUNS:
        sums = np.zeros((len(begins) - 1, table.shape[1]))
        for i, (begin, end) in enumerate(zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)):
            if end > begin:
                sums[i] = np.add.accumulate(table[rows[begin:end]], axis=0)[-1]
        return sums
    from scipy.sparse import csr_array

    chosen: Any = csr_array((np.ones(len(rows)), rows, begins), shape=(len(begins) - 1, len(table)))
    product: Floats = chosen @ table
    return product


def places(counts: Ints) -> Ints:
    """Give where each of several runs begins when they stand one after the other, and where the last one ends."""
    begins = np.zeros(len(counts) + 1, np.int64)
    np.add.accumulate(counts, out=begins[1:])
    return begins


def spread(begins: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Give for each item of several runs the number of its run and its place; run i begins at ``begins[i]``."""
    run = np.arange(len(counts)).repeat(counts)
    return run, np.arange(len(run)) + (begins - np.add.accumulate(counts) + counts)[run]
