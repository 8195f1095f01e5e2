"""What is refused before anything is scored, with a reason a reader understands."""

from classifier.domain import Language, Scope, ScopeRuling
from classifier.model.scoring import Scorer, calibrated
from classifier.reading.language import detect_language
from classifier.reasoning.explain import Weighed

MOST_CHARACTERS = 100_000
OUT_REASONS = ("news", "politics", "personal", "science", "warning", "leaflet", "health_information", "navigation", "recipe")
"""Kinds of text that are not advertising; the model names the likeliest."""


def judge_scope(whole: Weighed, scorer: Scorer) -> ScopeRuling:
    """Rule whether a text may be assessed.

    CANNOT_ASSESS: nothing to read, too long, or a language this product does not know. OUT: not product advertising.
    """
    reading = whole.reading
    text = reading.normalised.original
    if len(text) > MOST_CHARACTERS:
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="too_long", language=Language.UNKNOWN)
    if not text.strip() or not reading.normalised.view.strip():
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="empty", language=Language.UNKNOWN)
    if not any(c.isalpha() for c in reading.normalised.view):
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="no_letters", language=Language.UNKNOWN)
    language = detect_language(reading)
    if language is Language.UNKNOWN:
        return ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="language", language=language)
    reason = _not_advertising(whole, scorer, language)
    return ScopeRuling(scope=Scope.OUT if reason else Scope.IN, reason=reason, language=language)


def _not_advertising(whole: Weighed, scorer: Scorer, language: Language) -> str:
    name = calibrated("out_of_scope", language)
    if scorer.probability(whole.weighing, name) < scorer.model.thresholds[name]:
        return ""
    values = whole.weighing.decision_values
    known = [reason for reason in OUT_REASONS if f"out:{reason}" in scorer.position]
    return max(known, key=lambda reason: float(values[scorer.position[f"out:{reason}"]]))
