"""The queue: what waits, in the order to take it."""

import streamlit as st

from classifier.reading.normalise import fold, normalise
from review.domain import ReviewCase
from review.waiting import queue_counts, waiting_cases
from ui.record import record, saying_errors
from ui.session import language, reviewer
from ui.wording import say


def show() -> None:
    """Show the queue page."""
    with saying_errors():
        st.title(say(language(), "console.queue"))
        st.caption(say(language(), "console.counts", **queue_counts(record())))
        if not reviewer():
            st.info(say(language(), "console.reviewer_needed"))
        cases = _searched(waiting_cases(record(), reviewer=reviewer()))
        if cases:
            _list(cases)


def _searched(cases: tuple[ReviewCase, ...]) -> tuple[ReviewCase, ...]:
    if not cases:
        st.info(say(language(), "console.queue_empty"))
        return ()
    words = st.text_input(say(language(), "console.search"), key="search")
    found = tuple(waiting for waiting in cases if _plain(words) in _plain(waiting.ad_text))
    if not found:
        st.info(say(language(), "console.no_match"))
    return found


def _plain(text: str) -> str:
    """Fold case and diacritics, so that a search without them finds words with them."""
    return fold(normalise(text).view)


def _list(cases: tuple[ReviewCase, ...]) -> None:
    st.caption(say(language(), "console.order"))
    first = cases[0].case_id
    if st.button(say(language(), "console.take_next"), type="primary", shortcut="n", disabled=not reviewer()):
        open_case_page(first)
    chosen = st.dataframe(
        [
            {
                say(language(), "console.text"): waiting.ad_text[:300],
                say(language(), "console.findings"): waiting.n_findings,
                say(language(), "console.language"): say(language(), f"language.{waiting.language}"),
                say(language(), "console.source"): waiting.source,
                say(language(), "console.waiting_since"): waiting.opened_at.strftime("%Y-%m-%d %H:%M"),
            }
            for waiting in cases
        ],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"queue {first} {len(cases)}",
        column_config={say(language(), "console.text"): st.column_config.TextColumn(width="large")},
    )
    rows = chosen["selection"]["rows"]
    if rows and st.button(say(language(), "console.open"), shortcut="o", disabled=not reviewer()):
        open_case_page(cases[rows[0]].case_id)


def open_case_page(case_id: int) -> None:
    """Go to the page of a case."""
    st.switch_page("pages/case.py", query_params={"case": str(case_id)})


show()
