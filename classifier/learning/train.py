"""From ``data/`` to a model: one scikit-learn logistic regression an output, calibrated on themes held out of training."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from classifier.domain import CLAIM_TYPES
from classifier.gate import OUT_REASONS
from classifier.learning.corpus import Passage, read_corpus
from classifier.learning.fitting import SEED, best_for_f1, highest_share, platt, rounded_fit
from classifier.learning.pages import Page, compose_pages
from classifier.learning.units import claim_units, learning_units, marked_units
from classifier.learning.vectorizer import AdditiveVectorizer
from classifier.model.artifact import Output, write_model
from classifier.model.scoring import OWN_SHARE
from classifier.reading.split import split_claims
from classifier.reading.words import read_words
from classifier.records import digest_of

N_FOLDS = 4
C_RISK, C_SCOPE, C_TYPE = 1.0, 1.5, 1.5
LEAST_TYPE_CLAIMS = 12
PREVALENCE = 0.25
"""Share of misleading adverts in the queue that a risk speaks of: between a marketplace (about 0.06) and a file of complaints.

The corpus holds far more of them, in order to teach.
"""
REVIEW_SHARE, FINDING_SHARE, PRIORITY_SHARE = 0.04, 0.10, 0.01
"""Of the harmless pages of held-out themes, the share that reaches each threshold: 40, 100 and 10 in 1,000."""
CROWDED = ("vi",)
"""Languages whose adverts run to many claims, so that the risk of each falls with their number; English ones are a line or two.
Chosen on real adverts that are kept for measuring."""
SCOPE_SHARE = 0.001
"""How sure the gate must be: of the adverts of held-out themes, the share that it refuses all the same: 1 in 1,000."""

REGISTER_REASONS = {
    "news": "news", "health_news": "news", "politics": "politics", "religion": "politics", "personal": "personal",
    "private_chat": "personal", "complaint": "personal", "chat": "personal", "sms": "personal", "feed_post": "personal",
    "science": "science", "warning": "warning", "leaflet": "leaflet", "medical_info": "health_information",
    "navigation": "navigation", "policy": "navigation", "recipe": "recipe",
}  # fmt: skip
"""Register of an out-of-scope passage → the reason the gate gives."""


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
    types = _fit_types(passages, risk.vectorizer)
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


def _fit_risk(passages: Sequence[Passage], themes: NDArray[np.str_]) -> Fitted:
    units = learning_units(passages)
    texts = [unit.text for unit in units]
    labels = np.array([unit.misleading for unit in units])
    of_passage = np.array([unit.passage for unit in units])
    weights = np.array([unit.weight for unit in units])
    vectorizer = AdditiveVectorizer().fit(texts)
    matrix = vectorizer.transform(texts)
    pages = compose_pages(passages)
    held_out, n_claims = _held_out_maxima(pages, themes, matrix, labels, weights, of_passage, vectorizer)
    truth = np.array([page.label == "misleading" for page in pages])
    model = rounded_fit(matrix, labels, weights, C_RISK)
    heads, thresholds = _calibrated_heads("risk", model, held_out, truth, passages, _risk_thresholds, np.log(n_claims), PREVALENCE)
    return Fitted(vectorizer, heads, thresholds)


def _calibrated_heads(
    name: str,
    model: LogisticRegression,
    held_out: NDArray[np.float64],
    truth: NDArray[np.bool_],
    passages: Sequence[Passage],
    choose: Callable[[NDArray[np.bool_], NDArray[np.float64]], dict[str, float]],
    crowds: NDArray[np.float64] | None = None,
    prevalence: float | None = None,
) -> tuple[list[Head], dict[str, float]]:
    """Calibrate one set of weights for each language, and choose the thresholds there."""
    heads: list[Head] = []
    thresholds: dict[str, float] = {}
    for language in ("vi", "en"):
        of_language = np.array([p.language == language for p in passages])
        values, crowd = held_out[of_language], crowds[of_language] if crowds is not None and language in CROWDED else None
        fitted = platt(values, truth[of_language], crowd, prevalence)
        output = Output(f"{name}:{language}", float(model.intercept_[0]), **asdict(fitted))
        heads.append(Head(output, model.coef_[0].astype(np.float16)))
        chances = fitted.chances(values, 0.0 if crowd is None else crowd)
        thresholds |= {f"{key}:{language}": value for key, value in choose(truth[of_language], chances).items()}
    return heads, thresholds


def _held_out_maxima(
    pages: Sequence[Page],
    themes: NDArray[np.str_],
    matrix: Any,
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    of_passage: NDArray[np.int_],
    vectorizer: AdditiveVectorizer,
) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Give each page the highest raw score of its claims, by models that saw nothing of its theme, and how many claims it makes.

    A claim's score is a mean of its own and its page's, as in :func:`classifier.reasoning.explain.explain_score`.
    """
    claims = [(claim.text, page.passage) for page in pages for claim in split_claims(read_words(page.text))]
    of_claim = np.array([passage for _, passage in claims])
    claim_matrix = vectorizer.transform(text for text, _ in claims)
    page_matrix = vectorizer.transform(page.text for page in pages)
    maxima = np.full(len(pages), -np.inf)
    for seen, unseen in GroupKFold(N_FOLDS).split(themes, groups=themes):
        rows = np.isin(of_passage, seen)
        model = rounded_fit(matrix[rows], labels[rows], weights[rows], C_RISK)
        asked = np.isin(of_claim, unseen)
        whole = model.decision_function(page_matrix)[of_claim[asked]]
        own = model.decision_function(claim_matrix[asked])
        np.maximum.at(maxima, of_claim[asked], OWN_SHARE * own + (1 - OWN_SHARE) * whole)
    n_claims = np.maximum(1, np.bincount(of_claim, minlength=len(pages)))
    return np.where(np.isfinite(maxima), maxima, maxima[np.isfinite(maxima)].min()), n_claims


def _risk_thresholds(truth: NDArray[np.bool_], chances: NDArray[np.float64]) -> dict[str, float]:
    """Choose the thresholds by how many harmless pages of held-out themes reach them."""
    harmless = chances[~truth]
    shares = {"review": REVIEW_SHARE, "with_finding": FINDING_SHARE, "priority": PRIORITY_SHARE}
    return {name: highest_share(share, harmless) for name, share in shares.items()}


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
    """Choose the threshold at which hardly an advert of a held-out theme is refused."""
    return {"out_of_scope": highest_share(SCOPE_SHARE, chances[~out])}


def _fit_types(passages: Sequence[Passage], vectorizer: AdditiveVectorizer) -> Fitted:
    """Fit the kind of claim, given that a claim is misleading: on misleading claims alone."""
    units = [unit for unit in claim_units(passages) if unit.misleading] + marked_units(passages)
    matrix = vectorizer.transform(unit.text for unit in units)
    seen, unseen = _two_parts([passages[unit.passage].group for unit in units])
    heads, thresholds = [], {}
    for name in CLAIM_TYPES:
        labels = np.array([name in unit.types for unit in units])
        if min(labels[seen].sum(), labels[unseen].sum()) < LEAST_TYPE_CLAIMS // 2:
            continue
        values = rounded_fit(matrix[seen], labels[seen], None, C_TYPE).decision_function(matrix[unseen])
        fitted = platt(values, labels[unseen])
        chances = fitted.chances(values)
        model = rounded_fit(matrix, labels, None, C_TYPE)
        heads.append(Head(Output(name, float(model.intercept_[0]), **asdict(fitted)), model.coef_[0].astype(np.float16)))
        thresholds[name] = best_for_f1(labels[unseen], chances)
    return Fitted(vectorizer, heads, thresholds)


def _two_parts(groups: Sequence[str]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Part units in two thirds to learn from and a third to calibrate on, whole twin groups together."""
    seen, unseen = next(iter(GroupKFold(3).split(groups, groups=groups)))
    return seen, unseen
