"""Rows of numbers for what a text is made of: words, neighbours, joints of word classes. Each is summed once and remembered."""

from collections.abc import Iterable

import numpy as np

from classifier.model.artifact import TrainedModel
from classifier.model.features import joint_name, own_features, pair_names
from classifier.reading.memo import Memo

_MOST_ROWS, _MOST_KEYS = 1 << 17, 1 << 19
Joint = tuple[str, str, str]


class RowTable:
    """The sums of named features, a row each. Row 0 is empty: what adds nothing has it.

    Columns are the model's outputs and then the squares.
    """

    def __init__(self, model: TrainedModel) -> None:
        self._model = model
        self.words: Memo[str, int] = Memo(lambda form: self._row(own_features(form)), most=_MOST_KEYS)
        self.pairs: Memo[tuple[str, str], int] = Memo(lambda pair: self._row(pair_names(*pair)), most=_MOST_KEYS)
        self.joints: Memo[Joint, int] = Memo(lambda joint: self._row((joint_name(*joint),)), most=_MOST_KEYS)
        self._empty()

    def tidy(self) -> None:
        """Forget everything when there is too much of it. Rows given before are void then: call it between texts only."""
        if self._n > _MOST_ROWS or len(self.words) + len(self.pairs) + len(self.joints) > _MOST_KEYS // 2:
            self._empty()

    def _empty(self) -> None:
        for known in (self.words, self.pairs, self.joints):
            known.clear()
        self.table = np.zeros((1 << 10, self._model.rounded.shape[1] + 1))
        self._n = 1

    def _row(self, names: Iterable[str]) -> int:
        found = [row for name in names if (row := self._model.features.get(name)) is not None]
        if not found:
            return 0
        if self._n == len(self.table):
            self.table = np.concatenate([self.table, np.zeros_like(self.table)])
        self.table[self._n, :-1] = self._model.weights_of(found).sum(axis=0)
        self.table[self._n, -1] = self._model.squares[found].sum()
        self._n += 1
        return self._n - 1
