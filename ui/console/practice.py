"""Practice cases with known answers, as they ship with the program. Pure."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from review.domain import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCase:
    """An ad written for practice, its answer, and why, in both languages."""

    key: str
    language: str
    text: str
    answer: Outcome
    why: dict[str, str]


@cache
def practice_cases() -> tuple[PracticeCase, ...]:
    """Give the practice cases in the order to work through them."""
    told = tomllib.loads((files("ui") / "practice.toml").read_text("utf-8"))
    return tuple(
        PracticeCase(
            key=case["id"],
            language=case["language"],
            text=case["text"],
            answer=Outcome(case["answer"]),
            why={"vi": case["vi"], "en": case["en"]},
        )
        for case in told["case"]
    )
