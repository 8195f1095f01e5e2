"""What others offer for parts of the work, set up the usual way."""

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from workload import N_LABELS


def scikit_learn(texts: Sequence[str], labels: Sequence[list[int]]) -> Any:
    """Train TF-IDF of words (1-2) and of letters within words (2-5), one logistic regression a label."""
    wanted = np.zeros((len(texts), N_LABELS), np.int8)
    for row, columns in zip(wanted, labels, strict=True):
        row[columns] = 1
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\w+")
    model = OneVsRestClassifier(LogisticRegression(solver="liblinear", tol=1e-2, max_iter=50))
    return make_pipeline(make_union(words, letters), model).fit(list(texts), wanted)


def fast_text(texts: Sequence[str], labels: Sequence[list[int]]) -> Callable[[Sequence[str]], object] | None:
    """Train fastText, one against all, words 1-2 and letters 2-5; None where it is not installed."""
    try:
        import fasttext
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        lines = [
            " ".join([*(f"__label__{one}" for one in named or ["none"]), text.replace("\n", " ")])
            for text, named in zip(texts, labels, strict=True)
        ]
        file.write_text("\n".join(lines) + "\n", "utf-8")
        model = fasttext.train_supervised(
            str(file), loss="ova", wordNgrams=2, minn=2, maxn=5, dim=32, lr=0.2, epoch=5, bucket=500_000, thread=1, verbose=0
        )

    def predict(asked: Sequence[str]) -> object:
        return [model.f.predict(text.replace("\n", " ") + "\n", -1, 0.0, "strict") for text in asked]

    return predict


def lime_of(pipeline: Any, text: str, samples: int) -> None:
    """Explain one label of one text with LIME; ImportError where it is not installed."""
    from lime.lime_text import LimeTextExplainer

    LimeTextExplainer(split_expression=r"\s+", bow=False, random_state=0).explain_instance(
        text,
        lambda many: np.column_stack([1 - pipeline.predict_proba(many)[:, 0], pipeline.predict_proba(many)[:, 0]]),
        num_samples=samples,
    )


def patterns_of(rules: Sequence[Sequence[str]], listed: dict[str, list[str]]) -> list[re.Pattern[str]]:
    """Give one regular expression a rule: its terms, word classes written out as alternatives."""

    def written(word: str) -> str:
        if word.startswith("{"):
            return "(?:" + "|".join(re.escape(p).replace(r"\*", r"\w*") for p in listed.get(word[1:-1], ["\0"])) + ")"
        return re.escape(word).replace(r"\*", r"\w*")

    return [re.compile(r"\b(?:" + "|".join(r"\s+".join(map(written, t.split())) for t in terms) + r")\b") for terms in rules]


def presidio(rules: Sequence[Sequence[str]]) -> Callable[[str], object] | None:
    """Give a loop over one Presidio recogniser a rule; None where Presidio is not installed."""
    try:
        from presidio_analyzer import Pattern, PatternRecognizer
    except ImportError:
        return None
    recognisers = [
        PatternRecognizer(
            supported_entity=f"RULE{n}", patterns=[Pattern(f"p{n}", r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b", 0.5)]
        )
        for n, terms in enumerate(rules)
    ]
    return lambda text: [one.analyze(text, one.supported_entities, None) for one in recognisers]
