"""From ``data/`` to a model: one scikit-learn logistic regression an output, calibrated on themes held out of training."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import GroupKFold

from classifier.domain import CLAIM_TYPES
from classifier.gate import OUT_REASONS
from classifier.learning.corpus import Passage, read_corpus
from classifier.learning.vectorizer import AdditiveVectorizer
from classifier.model.artifact import Output, write_model
from classifier.reading.normalise import fold, normalise
from classifier.reading.split import split_claims
from classifier.records import digest_of

SEED = 20261124
N_FOLDS = 5
C_RISK, C_SCOPE, C_TYPE = 16.0, 16.0, 16.0
UNMARKED_WEIGHT = 0.3
"""Weight of the copy without diacritics that each Vietnamese text gets at training."""
LEAST_TYPE_CLAIMS = 12
REVIEW_PRECISION, PRIORITY_PRECISION = 0.85, 0.95
"""Of the passages at or above a threshold on held-out themes, the share that must be misleading."""
SCOPE_PRECISION = 0.97
"""How sure the gate must be: of the texts it refuses on held-out themes, at least this share was not advertising."""

REGISTER_REASONS = {
    "news": "news", "health_news": "news", "politics": "politics", "religion": "politics", "personal": "personal",
    "private_chat": "personal", "complaint": "personal", "chat": "personal", "sms": "personal", "feed_post": "personal",
    "science": "science", "warning": "warning", "leaflet": "leaflet", "medical_info": "health_information",
    "navigation": "navigation", "policy": "navigation", "recipe": "recipe",
}  # fmt: skip
"""Register of an out-of-scope passage → the reason the gate gives."""


@dataclass(frozen=True)
class Unit:
    """A text to learn from: a claim or a whole passage, with the claim types its marks name."""

    text: str
    misleading: bool
    types: frozenset[str]
    passage: int


def train(data: Path, out: Path) -> str:
    """Train on ``data/corpus``, but its frozen test part, and write the model to a folder; give the digest of its manifest.

    The same corpus, code and library versions give the same bytes.

    Raises
    ------
    CorpusError
        The corpus cannot be read or is too small to learn from.
    """
    passages = tuple(p for p in read_corpus(data / "corpus") if not p.is_for_testing)
    themes = np.array([f"{p.language}/{p.theme}" for p in passages])
    risk = _fit_risk(passages, themes)
    scope = _fit_scope(passages, themes, risk.vectorizer)
    types = _fit_types(passages, themes, risk.vectorizer)
    heads = [*risk.heads, *scope.heads, *types.heads]
    return write_model(
        out,
        features=risk.vectorizer.features_,
        weights=np.column_stack([head.weights for head in heads]),
        scales=risk.vectorizer.scales_,
        outputs=[head.output for head in heads],
        thresholds=risk.thresholds | scope.thresholds,
        type_thresholds=types.thresholds,
        facts={
            "n_passages": len(passages),
            "corpus_digest": digest_of([[p.passage_id, p.label, p.text] for p in passages]),
            "seed": SEED,
            "scikit_learn": sklearn.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    )


@dataclass(frozen=True)
class Head:
    """One fitted output; ``weights`` are rounded to what is stored."""

    output: Output
    weights: NDArray[np.float16]


@dataclass(frozen=True)
class Fitted:
    """Heads that share a vectorizer, with the thresholds chosen for them."""

    vectorizer: AdditiveVectorizer
    heads: list[Head]
    thresholds: dict[str, float]


def claim_units(passages: Sequence[Passage]) -> list[Unit]:
    """Cut passages into claims: a claim is misleading when it shares a character with a mark."""
    units = []
    for n, passage in enumerate(passages):
        for claim in split_claims(normalise(passage.text)):
            met = [names for span, names in zip(passage.spans, passage.types, strict=True) if span.overlaps(claim.span)]
            units.append(Unit(claim.text, bool(met), frozenset(name for names in met for name in names), n))
    return units


def rounded_fit(matrix: Any, labels: NDArray[np.bool_], weights: NDArray[np.float64] | None, c: float) -> LogisticRegression:
    """Fit a logistic regression whose coefficients are exactly what the stored model will hold."""
    model = LogisticRegression(solver="liblinear", C=c, random_state=SEED, max_iter=300)
    model.fit(matrix, labels, sample_weight=weights)
    model.coef_ = model.coef_.astype(np.float16).astype(np.float64)
    return model


def platt(values: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Give slope and intercept that turn raw scores into log-odds, fitted on scores of texts held out of training."""
    model = LogisticRegression(C=1e6).fit(values.reshape(-1, 1), labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _fit_risk(passages: Sequence[Passage], themes: NDArray[np.str_]) -> Fitted:
    units = _learning_units(passages)
    texts = [unit.text for unit in units]
    labels = np.array([unit.misleading for unit in units])
    of_passage = np.array([unit.passage for unit in units])
    weights = np.array([UNMARKED_WEIGHT if unit.text.isascii() and not passages[unit.passage].text.isascii() else 1.0 for unit in units])
    vectorizer = AdditiveVectorizer().fit(texts)
    matrix = vectorizer.transform(texts)
    held_out = _held_out_maxima(passages, themes, matrix, labels, weights, of_passage, vectorizer)
    truth = np.array([p.label == "misleading" for p in passages])
    model = rounded_fit(matrix, labels, weights, C_RISK)
    heads, thresholds = _calibrated_heads("risk", model, held_out, truth, passages, _risk_thresholds)
    return Fitted(vectorizer, heads, thresholds)


def _calibrated_heads(
    name: str,
    model: LogisticRegression,
    held_out: NDArray[np.float64],
    truth: NDArray[np.bool_],
    passages: Sequence[Passage],
    choose: Callable[[NDArray[np.bool_], NDArray[np.float64]], dict[str, float]],
) -> tuple[list[Head], dict[str, float]]:
    """Calibrate one set of weights for each language, and choose the thresholds there."""
    heads: list[Head] = []
    thresholds: dict[str, float] = {}
    for language in ("vi", "en"):
        of_language = np.array([p.language == language for p in passages])
        slope, intercept = platt(held_out[of_language], truth[of_language])
        output = Output(f"{name}:{language}", float(model.intercept_[0]), slope, intercept)
        heads.append(Head(output, model.coef_[0].astype(np.float16)))
        chances = 1 / (1 + np.exp(-(slope * held_out[of_language] + intercept)))
        thresholds |= {f"{key}:{language}": value for key, value in choose(truth[of_language], chances).items()}
    return heads, thresholds


def _learning_units(passages: Sequence[Passage]) -> list[Unit]:
    """Give claims, whole passages of more than one claim, and for Vietnamese a copy of each without diacritics."""
    claims = claim_units(passages)
    n_claims = np.bincount([unit.passage for unit in claims], minlength=len(passages))
    whole = [
        Unit(p.text, p.label == "misleading", frozenset(name for names in p.types for name in names), n)
        for n, p in enumerate(passages)
        if n_claims[n] > 1
    ]
    units = claims + whole
    bare = [Unit(fold(normalise(u.text).view), u.misleading, u.types, u.passage) for u in units if passages[u.passage].language == "vi"]
    return units + [unit for unit, marked in zip(bare, _vietnamese(units, passages), strict=True) if unit.text != marked.text]


def _vietnamese(units: Sequence[Unit], passages: Sequence[Passage]) -> list[Unit]:
    return [unit for unit in units if passages[unit.passage].language == "vi"]


def _held_out_maxima(
    passages: Sequence[Passage],
    themes: NDArray[np.str_],
    matrix: Any,
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    of_passage: NDArray[np.int_],
    vectorizer: AdditiveVectorizer,
) -> NDArray[np.float64]:
    """Give each passage the highest raw score of its claims, by models that saw nothing of its theme.

    A claim's score is the mean of its own and its passage's.
    """
    claims = claim_units(passages)
    claim_matrix = vectorizer.transform(unit.text for unit in claims)
    whole_matrix = vectorizer.transform(p.text for p in passages)
    claim_passage = np.array([unit.passage for unit in claims])
    maxima = np.full(len(passages), -np.inf)
    for seen, unseen in GroupKFold(N_FOLDS).split(themes, groups=themes):
        rows = np.isin(of_passage, seen)
        model = rounded_fit(matrix[rows], labels[rows], weights[rows], C_RISK)
        asked = np.isin(claim_passage, unseen)
        whole = model.decision_function(whole_matrix[claim_passage[asked]])
        np.maximum.at(maxima, claim_passage[asked], (model.decision_function(claim_matrix[asked]) + whole) / 2)
    return np.where(np.isfinite(maxima), maxima, maxima[np.isfinite(maxima)].min())


def _risk_thresholds(truth: NDArray[np.bool_], chances: NDArray[np.float64]) -> dict[str, float]:
    """Choose ``review`` and ``priority`` at the precision they promise on held-out themes, ``with_finding`` at half of review."""
    precision, _, thresholds = precision_recall_curve(truth, chances)
    review, priority = (_lowest_at(promised, precision, thresholds) for promised in (REVIEW_PRECISION, PRIORITY_PRECISION))
    return {"review": review, "priority": max(review, priority), "with_finding": round(review / 2, 4)}


def _lowest_at(promised: float, precision: NDArray[np.float64], thresholds: NDArray[np.float64]) -> float:
    """Give the lowest threshold from which precision stays at what is promised, within what a probability can be."""
    kept = np.flatnonzero(precision[:-1] < promised)
    lowest = thresholds[min(kept[-1] + 1, len(thresholds) - 1)] if len(kept) else thresholds[0]
    return round(min(max(float(lowest), 0.01), 0.99), 4)


def _fit_scope(passages: Sequence[Passage], themes: NDArray[np.str_], vectorizer: AdditiveVectorizer) -> Fitted:
    matrix = vectorizer.transform(p.text for p in passages)
    out = np.array([p.label == "out_of_scope" for p in passages])
    values = np.zeros(len(passages))
    for seen, unseen in GroupKFold(N_FOLDS).split(themes, groups=themes):
        values[unseen] = rounded_fit(matrix[seen], out[seen], None, C_SCOPE).decision_function(matrix[unseen])
    model = rounded_fit(matrix, out, None, C_SCOPE)
    heads, thresholds = _calibrated_heads("out_of_scope", model, values, out, passages, _scope_threshold)
    reasons = np.array([REGISTER_REASONS.get(p.register, "") for p in passages])
    for reason in sorted(set(OUT_REASONS) & set(reasons[out].tolist())):
        fitted = rounded_fit(matrix[out], reasons[out] == reason, None, C_SCOPE)
        heads.append(Head(Output(f"out:{reason}", float(fitted.intercept_[0]), 1.0, 0.0), fitted.coef_[0].astype(np.float16)))
    return Fitted(vectorizer, heads, thresholds)


def _scope_threshold(out: NDArray[np.bool_], chances: NDArray[np.float64]) -> dict[str, float]:
    """Choose the lowest threshold at which nearly all refused texts of held-out themes are no adverts."""
    precision, _, thresholds = precision_recall_curve(out, chances)
    return {"out_of_scope": _lowest_at(SCOPE_PRECISION, precision, thresholds)}


def _fit_types(passages: Sequence[Passage], themes: NDArray[np.str_], vectorizer: AdditiveVectorizer) -> Fitted:
    """Fit the kind of claim, given that a claim is misleading: on misleading claims alone."""
    units = [unit for unit in claim_units(passages) if unit.misleading]
    matrix = vectorizer.transform(unit.text for unit in units)
    groups = themes[[unit.passage for unit in units]]
    heads, thresholds = [], {}
    for name in CLAIM_TYPES:
        labels = np.array([name in unit.types for unit in units])
        if labels.sum() < LEAST_TYPE_CLAIMS:
            continue
        values = np.zeros(len(units))
        for seen, unseen in GroupKFold(3).split(groups, groups=groups):
            values[unseen] = rounded_fit(matrix[seen], labels[seen], None, C_TYPE).decision_function(matrix[unseen])
        slope, intercept = platt(values, labels)
        chances = 1 / (1 + np.exp(-(slope * values + intercept)))
        precision, recall, cuts = precision_recall_curve(labels, chances)
        best = int(np.argmax((2 * precision * recall / np.maximum(precision + recall, 1e-12))[:-1]))
        model = rounded_fit(matrix, labels, None, C_TYPE)
        heads.append(Head(Output(name, float(model.intercept_[0]), slope, intercept), model.coef_[0].astype(np.float16)))
        thresholds[name] = round(min(max(float(cuts[best]), 0.01), 0.99), 4)
    return Fitted(vectorizer, heads, thresholds)
