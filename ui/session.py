"""The one door to ``st.session_state``: typed, with every key named here."""

import time
from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st

from classifier.domain import Span
from review.domain import Outcome, ReasonView, Receipt, Score
from ui.wording import LANGUAGES, system_language

BREAK_AFTER = 50 * 60
"""Seconds of work after which a break is proposed (reliability of people, not of the machine)."""
_A_BREAK = 10 * 60


@dataclass
class CaseWork:
    """Where the reviewer stands in one case. ``score`` stays None until the first view is stored; nothing is chosen beforehand."""

    receipt: Receipt
    views: dict[str, ReasonView] = field(default_factory=dict)
    missed: dict[Span, str] = field(default_factory=dict)
    first_view: Outcome | None = None
    score: Score | None = None
    outcome: Outcome | None = None
    grounds: tuple[str, ...] | None = None
    rationale: str = ""
    change_reason: str = ""
    is_previewed: bool = False
    decision_id: int = 0
    letter: str = ""


@dataclass
class Practice:
    """Where somebody stands in a practice case; nothing of it is stored."""

    answer: str = ""


def language() -> str:
    """Give the interface language; ``?lang=`` decides on the first visit."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", "")
        st.session_state["language"] = asked if asked in LANGUAGES else system_language()
    return cast(str, st.session_state["language"])


def switch_language() -> None:
    """Change to the other language, at once."""
    st.session_state["language"] = LANGUAGES[1 - LANGUAGES.index(language())]


def reviewer() -> str:
    """Give the name of the person at work, or nothing."""
    return cast(str, st.session_state.get("reviewer", "")).strip()


def is_somebody() -> bool:
    """Say whether a name was said, or taken back, in this session."""
    return "reviewer" in st.session_state


def be(name: str) -> None:
    """Say who is at work, as the sign-in found."""
    st.session_state["reviewer"] = name


def ask_reviewer(label: str) -> None:
    """Let the person say a name; only where no accounts are kept."""
    st.text_input(label, value=reviewer(), max_chars=80, key="asked reviewer", on_change=_keep, args=("reviewer",))


def _keep(name: str) -> None:
    """Keep an answer beside its widget: Streamlit forgets a widget's own state on another page."""
    st.session_state[name] = st.session_state[f"asked {name}"]


def work_on(case_id: int) -> CaseWork | None:
    """Give the work begun on a case in this session by this reviewer."""
    return cast("CaseWork | None", st.session_state.get(f"work {case_id} {reviewer()}"))


def begin_work(case_id: int, work: CaseWork | None) -> None:
    """Keep the work on a case; None forgets it."""
    st.session_state[f"work {case_id} {reviewer()}"] = work


def last_written(case_id: int) -> dict[str, Any]:
    """Give what this session kept last of what is written in a case."""
    return cast("dict[str, Any]", st.session_state.get(f"written {case_id} {reviewer()}", {}))


def note_written(case_id: int, told: dict[str, Any]) -> None:
    """Note what was kept of what is written in a case."""
    st.session_state[f"written {case_id} {reviewer()}"] = told


def letters_kept() -> int:
    """Give how many letters were entered in this session: the form for the next one is a new one."""
    return cast(int, st.session_state.get("letters kept", 0))


def note_letter(sentence: str, case_id: int) -> None:
    """Note that a letter was kept, to be said when the page shows again."""
    st.session_state["letters kept"] = letters_kept() + 1
    st.session_state["letter noted"] = (sentence, case_id)


def letter_noted() -> tuple[str, int] | None:
    """Give the sentence on the letter kept last, once."""
    return cast("tuple[str, int] | None", st.session_state.pop("letter noted", None))


def practice(key: str) -> Practice:
    """Give the work on a practice case."""
    return cast(Practice, st.session_state.setdefault(f"practice {key}", Practice()))


def note_work() -> None:
    """Note that somebody works; after ten idle minutes the time begins anew."""
    now = time.monotonic()
    if now - cast(float, st.session_state.get("worked at", 0.0)) > _A_BREAK:
        st.session_state["began at"] = now
    st.session_state["worked at"] = now


def seconds_at_work() -> float:
    """Give how long somebody has worked without a break."""
    return time.monotonic() - cast(float, st.session_state.get("began at", time.monotonic()))


def is_break_due() -> bool:
    """Say whether to propose a break."""
    return seconds_at_work() > BREAK_AFTER


def take_break() -> None:
    """Begin the time at work anew."""
    st.session_state["began at"] = time.monotonic()
