"""The model's features as a scikit-learn transformer: what the additive model is trained on."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from classifier.model.features import NORM_POWER, joint_features, word_features
from classifier.reading.words import read_words

BLOCK_WEIGHTS = {"w": 1.5, "f": 1.0, "g": 0.7, "b": 2.0, "d": 1.0, "c": 4.0, "k": 0.7, "p": 1.5}
"""How loud each block of features is, by the letter its names begin with; chosen on held-out themes of the corpus."""


class AdditiveVectorizer(BaseEstimator, TransformerMixin):  # type: ignore[misc]
    """Texts → rows of scaled feature counts, divided by a power of the summed squares of all occurrences.

    A row of ``transform`` times a weight vector is exactly what :class:`classifier.model.scoring.Scorer` sums up.

    Parameters
    ----------
    least_texts : int
        A feature is kept when at least so many training texts hold it (letter n-grams: one more).
    without : str
        Letters of blocks to leave out, for measuring what they add.

    Attributes
    ----------
    features_ : list of str
        Names, in column order.
    scales_ : array of shape (n_features,)
        Inverse document frequency times block weight.
    """

    def __init__(self, least_texts: int = 2, without: str = "") -> None:
        self.least_texts = least_texts
        self.without = without

    def fit(self, texts: Iterable[str], y: Any = None) -> Self:  # noqa: ARG002 (the scikit-learn interface)
        """Learn the features and their scales."""
        frequency: Counter[str] = Counter()
        n_texts = 0
        for text in texts:
            frequency.update(occurrences(text).keys())
            n_texts += 1
        kept = {name: n for name, n in frequency.items() if n >= self.least_texts + (name[0] == "g") and name[0] not in self.without}
        self.features_ = sorted(kept)
        idf = np.log((1 + n_texts) / (1 + np.array([kept[name] for name in self.features_]))) + 1
        blocks = np.array([BLOCK_WEIGHTS[name[0]] for name in self.features_])
        self.scales_: NDArray[np.float32] = (idf * blocks).astype(np.float32)
        self._column = {name: i for i, name in enumerate(self.features_)}
        return self

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Give the matrix of shape (n_texts, n_features), float64."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        scales = self.scales_.astype(np.float64)
        for text in texts:
            counts = {self._column[name]: n for name, n in occurrences(text).items() if name in self._column}
            row = np.fromiter(counts, int, len(counts))
            count = np.fromiter(counts.values(), float, len(counts))
            norm = (count * scales[row] ** 2).sum() ** NORM_POWER or 1.0
            columns += row.tolist()
            values += (count * scales[row] / norm).tolist()
            ends.append(len(columns))
        matrix = sparse.csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(self.features_)))
        matrix.sort_indices()
        return matrix


_remembered: dict[str, Counter[str]] = {}


def occurrences(text: str) -> Counter[str]:
    """Count the features of a text. Remembered: training asks for the same texts many times."""
    if text not in _remembered:
        reading = read_words(text)
        counts = Counter(feature.name for feature in word_features(reading))
        counts.update(feature.name for feature in joint_features(reading))
        _remembered[text] = counts
    return _remembered[text]
