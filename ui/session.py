"""The one door to ``st.session_state``: typed, with every key named here."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from review.domain import Receipt, Score
from ui.wording import LANGUAGES, system_language


@dataclass
class CaseWork:
    """Where the reviewer stands in one case. ``score`` stays None until the first view is stored."""

    receipt: Receipt
    score: Score | None = None
    recorded: str = ""


def language() -> str:
    """Give the interface language; ``?lang=`` decides on the first visit."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", "")
        st.session_state["language"] = asked if asked in LANGUAGES else system_language()
    return cast(str, st.session_state["language"])


def reviewer() -> str:
    """Give the name the reviewer gave, or nothing."""
    return cast(str, st.session_state.get("reviewer", "")).strip()


def ask_language(label: str) -> None:
    """Let the reviewer choose the language."""
    names = {"vi": "Tiếng Việt", "en": "English"}
    st.radio(
        label,
        LANGUAGES,
        index=LANGUAGES.index(language()),
        horizontal=True,
        format_func=lambda code: names[code],
        key="asked language",
        on_change=_keep,
        args=("language",),
    )


def ask_reviewer(label: str) -> None:
    """Let the reviewer give a name."""
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
