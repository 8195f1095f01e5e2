"""What each part adds: the same training with a part taken away, and with less of the corpus."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from classifier.checker import Checker, assess, make_ad
from classifier.domain import Confidence, Severity
from classifier.learning.corpus import Passage
from classifier.learning.fitting import rounded_fit
from classifier.learning.train import C_RISK
from classifier.learning.units import learning_units
from classifier.learning.vectorizer import AdditiveVectorizer
from classifier.model.scoring import OWN_SHARE
from classifier.reading.split import split_claims
from classifier.reading.words import read_words

CLASS_BLOCKS = "ckp"
"""Blocks of features that know word classes."""
_SHARES = (0.125, 0.25, 0.5, 1.0)
_AS_OF = date(2026, 11, 24)


def ablation_lines(passages: Sequence[Passage], checker: Checker) -> Iterator[str]:
    """Give PR-AUC on the test part for the model without a part, and for rules alone."""
    seen = [p for p in passages if not p.is_for_testing]
    asked = [p for p in passages if p.is_for_testing]
    yield "\n## What each part adds\n"
    yield "PR-AUC on the test part, risk alone (no gate). Rules alone: a text's score is its strongest finding.\n"
    yield "| | en | vi |"
    yield "|---|---:|---:|"
    yield _row("model", risk_scores(seen, asked), asked)
    yield _row("… without word classes", risk_scores(seen, asked, without=CLASS_BLOCKS), asked)
    yield _row("… without letters within words", risk_scores(seen, asked, without="g"), asked)
    yield _row("… without twins (one of each group)", risk_scores(_one_of_each(seen), asked), asked)
    yield _row("… without marked words alone", risk_scores(seen, asked, spans=False), asked)
    yield _row("rules alone", rule_scores(asked, checker), asked)
    yield "\n### Learning curve\n"
    yield "| share of the corpus | passages | en | vi |"
    yield "|---:|---:|---:|---:|"
    for share in _SHARES:
        part = [p for p in seen if _place(p.group) < share]
        yield f"| {share:.1%} | {len(part)} " + _row("", risk_scores(part, asked), asked)[3:]


def risk_scores(seen: Sequence[Passage], asked: Sequence[Passage], *, without: str = "", spans: bool = True) -> NDArray[np.float64]:
    """Train the risk on some passages and give the raw score of others; ``without`` names blocks of features to leave out."""
    marked = {(n, span.of(p.text)) for n, p in enumerate(seen) for span in p.spans} if not spans else set()
    units = [unit for unit in learning_units(seen) if (unit.passage, unit.text) not in marked]
    vectorizer = AdditiveVectorizer(without=without).fit(unit.text for unit in units)
    labels, weights = np.array([unit.misleading for unit in units]), np.array([unit.weight for unit in units])
    model = rounded_fit(vectorizer.transform(unit.text for unit in units), labels, weights, C_RISK)
    claims = [(claim.text, n) for n, p in enumerate(asked) for claim in split_claims(read_words(p.text))]
    own = model.decision_function(vectorizer.transform(text for text, _ in claims))
    whole = model.decision_function(vectorizer.transform(p.text for p in asked))
    of = np.array([n for _, n in claims])
    scores = np.full(len(asked), -np.inf)
    np.maximum.at(scores, of, OWN_SHARE * own + (1 - OWN_SHARE) * whole[of])
    lowest = float(own.min())
    scores[np.isneginf(scores)] = lowest
    return scores


def rule_scores(asked: Sequence[Passage], checker: Checker) -> NDArray[np.float64]:
    """Give the strength of a text's strongest finding: severity and confidence, each from 1 to 3, multiplied; 0 for none."""
    grades = {level: n for kind in (Severity, Confidence) for n, level in enumerate(kind, 1)}
    return np.array(
        [
            max(
                (
                    grades[f.severity] * grades[f.confidence]
                    for c in assess(make_ad(p.text, as_of=_AS_OF), checker).claims
                    for f in c.findings
                ),
                default=0,
            )
            for p in asked
        ],
        dtype=float,
    )


def _row(name: str, scores: NDArray[np.float64], asked: Sequence[Passage]) -> str:
    cells = []
    for language in ("en", "vi"):
        of = np.array([p.language == language for p in asked])
        truth = np.array([p.label == "misleading" for p in asked])
        cells.append(f"{average_precision_score(truth[of], scores[of]):.3f}")
    return f"| {name} | " + " | ".join(cells) + " |"


def _one_of_each(passages: Sequence[Passage]) -> list[Passage]:
    """Keep one passage of each twin group, the first by its digest."""
    kept: dict[str, Passage] = {}
    for passage in sorted(passages, key=lambda p: _place(p.passage_id)):
        kept.setdefault(passage.group, passage)
    return list(kept.values())


def _place(name: str) -> float:
    """Give a name its fixed place in [0, 1)."""
    return int.from_bytes(hashlib.sha256(f"share {name}".encode()).digest()[:6]) / 2**48
