"""How sure, in the words of a measurement: what reviewers said of held-out texts with this risk, and where the model is weak.

The figures stand in ``measured.json``, written by the measurement of one model. For another model they are not shown.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from classifier.domain import Assessment, ClaimAssessment, Language
from classifier.reading.words import read_words
from classifier.reasoning.reasoning import Sureness, WeakSpot

MEASURED_FILE = "measured.json"
_FEW_WORDS, _MANY_WORDS = 6, 60
_LEAST_SEEN = 12
_CLEARLY_WORSE = 1.25


def how_sure(claim: ClaimAssessment, assessment: Assessment) -> Sureness:
    """Give the measured meaning of a claim's risk, and the model's weak spots for this kind of text."""
    measured = load_measured()
    if measured["model_digest"] != assessment.provenance.model_digest:
        return Sureness(risk=claim.risk, n=None, n_misleading=None, weak_spots=())
    language = "en" if assessment.ruling.language is Language.EN else "vi"
    near = next((b for b in measured["bins"][language] if claim.risk <= b["most"]), None)
    kinds = measured["kinds"]
    spots = [WeakSpot(kind=k, n=kinds[k]["n"], n_wrong=kinds[k]["wrong"]) for k in text_kinds(assessment) if _is_weak(k, measured)]
    return Sureness(
        risk=claim.risk,
        n=near["n"] if near else None,
        n_misleading=near["misleading"] if near else None,
        weak_spots=tuple(spots),
    )


def text_kinds(assessment: Assessment) -> tuple[str, ...]:
    """Give what kinds of text an ad is, as far as they matter to a model: short, long, without diacritics and so on."""
    reading = read_words(assessment.ad.text)
    vietnamese = assessment.ruling.language is Language.VI
    told = {
        "no_diacritics": vietnamese and reading.unmarked,
        "mixed": assessment.ruling.language is Language.MIXED,
        "short": len(reading.words) < _FEW_WORDS,
        "long": len(reading.words) > _MANY_WORDS,
        "disguised": bool(assessment.disguises),
        "no_rule": not any(claim.findings for claim in assessment.claims),
    }
    return tuple(kind for kind, is_so in told.items() if is_so)


def _is_weak(kind: str, measured: dict[str, Any]) -> bool:
    """Say whether a kind of text was seen often enough, and was wrong clearly more often than the average."""
    seen, every = measured["kinds"].get(kind, {"n": 0, "wrong": 0}), measured["kinds"]["all"]
    is_worse: bool = seen["n"] * every["wrong"] * _CLEARLY_WORSE < seen["wrong"] * every["n"]
    return seen["n"] >= _LEAST_SEEN and is_worse


@cache
def load_measured() -> dict[str, Any]:
    """Read the measurement that ships with the package, once."""
    told: dict[str, Any] = json.loads((files("classifier.reasoning") / MEASURED_FILE).read_text("utf-8"))
    return told
