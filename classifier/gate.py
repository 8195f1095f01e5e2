"""What is refused before anything is scored, with a reason a reader understands."""

import numpy as np
from numpy.typing import NDArray

from classifier.domain import Language, Scope, ScopeRuling
from classifier.model.scoring import Scorer, Weighing, calibrated, probability
from classifier.reading.language import detect_language
from classifier.reading.words import Reading

MOST_CHARACTERS = 100_000
OUT_REASONS = ("news", "politics", "personal", "science", "warning", "leaflet", "health_information", "navigation", "recipe")
"""Kinds of text that are not advertising; the model names the likeliest."""
_DOUBTFUL = 0.6
"""From this probability of being no advertising on, a text that is not refused counts as doubtful."""


def judge_scope(text: str, reading: Reading, weighing: Weighing, scorer: Scorer) -> ScopeRuling:
    """Rule whether a text may be assessed.

    CANNOT_ASSESS: nothing to read, too long, or a language this product does not know. OUT: not product advertising.
    """
    if len(text) > MOST_CHARACTERS:
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="too_long", language=Language.UNKNOWN)
    if not text.strip() or not reading.normalised.view.strip():
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="empty", language=Language.UNKNOWN)
    if not any(c.isalpha() for c in reading.normalised.view):
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="no_letters", language=Language.UNKNOWN)
    language = detect_language(reading)
    if language is Language.UNKNOWN:
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="language", language=language)
    return rule_by_values(language, weighing.decision_values, scorer)


def rule_by_values(language: Language, values: NDArray[np.float64], scorer: Scorer) -> ScopeRuling:
    """Rule whether a text of a known language may be assessed, by its decision values."""
    name = calibrated("out_of_scope", language)
    chance = probability(float(values[scorer.position[name]]))
    if chance >= scorer.model.thresholds[name]:
        return ScopeRuling(scope=Scope.OUT, reason=_likeliest_reason(values, scorer), language=language)
    return ScopeRuling(scope=Scope.IN, reason="", language=language, is_doubtful=chance >= _DOUBTFUL)


def _likeliest_reason(values: NDArray[np.float64], scorer: Scorer) -> str:
    known = [reason for reason in OUT_REASONS if f"out:{reason}" in scorer.position]
    return max(known, key=lambda reason: float(values[scorer.position[f"out:{reason}"]]))
