"""Do the words an explanation names really move the score? Deletion tests (ERASER) for several explainers on one model.

Each explainer gives a number for every word of a text. ``comprehensiveness`` is how far the risk falls when the first-named
words are deleted, ``sufficiency`` how far it falls when only they are kept; both are means over the first 1, 5, 10, 20 and
50 % of the words (at least one word). High comprehensiveness and low sufficiency are faithful.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.domain import Language
from classifier.model.features import NORM_POWER, joint_features, word_features
from classifier.model.scoring import Scorer, calibrated, probability
from classifier.reading.words import Reading, read_words

SHARES = (0.01, 0.05, 0.10, 0.20, 0.50)
LIME_SAMPLES = 1_000
_SEED = 20261124

Explainer = Callable[[str], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Of one explainer: how faithful, and what it costs; seconds a text on the machine that measured."""

    name: str
    n_texts: int
    comprehensiveness: float
    sufficiency: float
    seconds: float


class RiskOfText:
    """The risk of one language as a plain function of a text, as black-box explainers see it."""

    def __init__(self, scorer: Scorer, language: str) -> None:
        self.scorer = scorer
        self.column = scorer.position[calibrated("risk", Language(language))]

    def decision_value(self, text: str) -> float:
        """Give the decision value of a text standing alone, in log-odds."""
        return float(self.scorer.weigh(read_words(text)).decision_values[self.column])

    def risk(self, text: str) -> float:
        """Give the risk of a text standing alone."""
        return probability(self.decision_value(text))


def measure_faithfulness(texts: Sequence[str], risk: RiskOfText) -> list[Faithfulness]:
    """Measure our explanation, leave-one-out, and SHAP and LIME where they are installed, on the same model and texts."""
    explainers: dict[str, Explainer] = {"ours": lambda text: _ours(text, risk), "leave-one-out": lambda text: _leave_one_out(text, risk)}
    if find_spec("shap"):
        explainers["SHAP LinearExplainer"] = _linear_shap(texts, risk)
    if find_spec("lime"):
        explainers[f"LIME, {LIME_SAMPLES:,} samples"] = _lime(risk)
    explainers["random words"] = _random()
    return [_measure(name, explain, texts, risk) for name, explain in explainers.items()]


def _measure(name: str, explain: Explainer, texts: Sequence[str], risk: RiskOfText) -> Faithfulness:
    begun = time.perf_counter()
    told = [explain(text) for text in texts]
    seconds = (time.perf_counter() - begun) / max(1, len(texts))
    falls = [_falls(text, values, risk) for text, values in zip(texts, told, strict=True)]
    comprehensiveness, sufficiency = np.mean(falls, axis=0)
    return Faithfulness(name, len(texts), float(comprehensiveness), float(sufficiency), seconds)


def _falls(text: str, values: NDArray[np.float64], risk: RiskOfText) -> tuple[float, float]:
    reading = read_words(text)
    order, before = np.argsort(-values, kind="stable"), risk.risk(text)
    without, alone = [], []
    for share in SHARES:
        first = set(order[: max(1, round(share * len(order)))].tolist())
        without.append(before - risk.risk(keep_words(reading, lambda i, first=first: i not in first)))  # type: ignore[misc]
        alone.append(before - risk.risk(keep_words(reading, lambda i, first=first: i in first)))  # type: ignore[misc]
    return float(np.mean(without)), float(np.mean(alone))


def keep_words(reading: Reading, keep: Callable[[int], bool]) -> str:
    """Give a text with some of its words only; what stands between words stays where both neighbours do."""
    text = reading.normalised.original
    spans = [reading.span(i, i) for i in range(len(reading.words))]
    kept = [i for i in range(len(spans)) if keep(i)]
    pieces: list[str] = []
    for n, i in enumerate(kept):
        if n:
            beside = kept[n - 1] == i - 1
            pieces.append(text[spans[i - 1].end : spans[i].start] if beside else " ")
        pieces.append(spans[i].of(text))
    return "".join(pieces)


def _ours(text: str, risk: RiskOfText) -> NDArray[np.float64]:
    parts: NDArray[np.float64] = risk.scorer.weigh(read_words(text)).parts[:, risk.column]
    return parts


def _leave_one_out(text: str, risk: RiskOfText) -> NDArray[np.float64]:
    reading, whole = read_words(text), risk.decision_value(text)
    left = (keep_words(reading, lambda i, out=out: i != out) for out in range(len(reading.words)))  # type: ignore[misc]
    return np.array([whole - risk.decision_value(shorter) for shorter in left])


def _random() -> Explainer:
    draw = np.random.default_rng(_SEED)
    return lambda text: draw.random(len(read_words(text).words))


def feature_places(reading: Reading, scorer: Scorer) -> dict[int, list[tuple[int, int]]]:
    """Give, for the row of each feature of a text that the model knows, the words it comes from, once an occurrence."""
    places: dict[int, list[tuple[int, int]]] = {}
    for feature in (*word_features(reading), *joint_features(reading)):
        number = scorer.model.features.get(feature.name)
        if number is not None:
            places.setdefault(number, []).append((feature.first, feature.last))
    return places


def decision_value_by_features(text: str, scorer: Scorer, column: int) -> float:
    """Give a decision value feature by feature, never word by word: what the sum of the words' parts must come to."""
    places, output = feature_places(read_words(text), scorer), scorer.model.outputs[column]
    raw = sum(len(spans) * scorer.model.weights[number, column] for number, spans in places.items()) / _norm(places, scorer)
    return float(output.slope * (raw + output.bias) + output.intercept)


def _norm(places: dict[int, list[tuple[int, int]]], scorer: Scorer) -> float:
    return float(sum(len(spans) * scorer.model.squares[number] for number, spans in places.items()) ** NORM_POWER) or 1.0


def _linear_shap(background: Sequence[str], risk: RiskOfText) -> Explainer:
    """SHAP's LinearExplainer on the features, its values shared over the words a feature comes from, as ours are."""
    import shap
    from scipy import sparse

    model, width = risk.scorer.model, len(risk.scorer.model.features)

    def row(text: str) -> tuple[sparse.csr_matrix, dict[int, list[tuple[int, int]]]]:
        places = feature_places(read_words(text), risk.scorer)
        numbers = sorted(places)
        counts = np.array([len(places[number]) for number in numbers]) / _norm(places, risk.scorer)
        return sparse.csr_matrix((counts, (np.zeros(len(numbers), int), numbers)), shape=(1, width)), places

    weights = model.weights[:, risk.column] * model.outputs[risk.column].slope
    explainer: Any = shap.LinearExplainer((weights, 0.0), sparse.vstack([row(text)[0] for text in background]))

    def explain(text: str) -> NDArray[np.float64]:
        features, places = row(text)
        told = np.asarray(explainer.shap_values(features)).reshape(-1)
        values = np.zeros(len(read_words(text).words))
        for number, spans in places.items():
            for first, last in spans:
                values[first : last + 1] += told[number] / len(spans) / (last + 1 - first)
        return values

    return explain


def _lime(risk: RiskOfText) -> Explainer:
    """LIME for texts: words are left out at random and a local linear model is fitted to what happens."""
    from lime.lime_text import LimeTextExplainer

    explainer: Any = LimeTextExplainer(split_expression=r"\W+", bow=True, mask_string="", random_state=_SEED)

    def explain(text: str) -> NDArray[np.float64]:
        reading = read_words(text)
        n = len(reading.words)
        numbered = " ".join(f"{i}" for i in range(n))

        def classify(shortened: list[str]) -> NDArray[np.float64]:
            risks = []
            for written in shortened:
                kept = {int(word) for word in written.split() if word.isdigit()}
                risks.append(risk.risk(keep_words(reading, lambda i, kept=kept: i in kept)))  # type: ignore[misc]
            return np.column_stack([1 - np.array(risks), risks])

        told = explainer.explain_instance(numbered, classify, num_features=n, num_samples=LIME_SAMPLES)
        values = np.zeros(n)
        for word, value in told.as_list(label=1):
            values[int(word)] = value
        return values

    return explain
