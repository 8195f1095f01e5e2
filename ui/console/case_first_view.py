"""Step 3 of a case: what was missed, and the reviewer's first view. Nothing is chosen beforehand."""

import streamlit as st

from classifier.domain import CLAIM_TYPES, Span
from review.domain import Outcome, ReasonView
from review.workflow import record_first_view, show_score
from ui.console.case_ad import found_in
from ui.console.case_reasons import reasons_in_order
from ui.console.keys import selected_words
from ui.console.written import saying_refusals
from ui.marked_text import said_html, table_html
from ui.record import record
from ui.session import CaseWork, language, reviewer
from ui.wording import say


def show_first_view(work: CaseWork) -> None:
    """Ask for the first view."""
    st.subheader(say(language(), "console.first_view"))
    left = sum(key not in work.views for key, _, _ in reasons_in_order(work.receipt.reasons))
    if left:
        st.caption(say(language(), "case.reasons_left", count=left))
    with st.expander(say(language(), "case.missed"), expanded=bool(work.missed)):
        _missed(work)
    with st.container(key=None if left else "turn"):
        st.write(say(language(), "console.your_view"))
        outcome_buttons(work, "first_view")
    if st.button(say(language(), "console.keep_view"), type="primary", shortcut="v", key=f"keep {work.receipt.receipt_id}"):
        with saying_refusals(work):
            _keep_first_view(work)


def outcome_buttons(work: CaseWork, field: str) -> None:
    """Give a button an outcome, keys 1 to 4; the chosen one is marked by a tick as well as by its colour."""
    with st.container(horizontal=True):
        for number, outcome in enumerate(Outcome, 1):
            is_chosen = getattr(work, field) is outcome
            st.button(
                ("✓ " if is_chosen else "") + say(language(), f"outcome.{outcome}"),
                key=f"{field} {outcome} {work.receipt.receipt_id}",
                type="primary" if is_chosen else "secondary",
                shortcut=str(number),
                on_click=setattr,
                args=(work, field, outcome),
            )


def _keep_first_view(work: CaseWork) -> None:
    if work.first_view is None:
        st.html(said_html(say(language(), "error.first_view_missing"), "error"))
        return
    views = work.views | {f"missed:{span.start}-{span.end}:{kind}": ReasonView.AGREE for span, kind in work.missed.items()}
    record_first_view(record(), work.receipt.receipt_id, reviewer(), work.first_view, views)
    work.score = show_score(record(), work.receipt.receipt_id, reviewer())
    st.rerun()


def _missed(work: CaseWork) -> None:
    """Let words be marked that no reason names: selected in the ad, or written."""
    receipt = work.receipt
    kind = st.selectbox(
        say(language(), "case.missed_kind"), CLAIM_TYPES, format_func=lambda name: say(language(), f"type.{name}"), key="missed kind"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(say(language(), "case.missed_words"), key="missed", max_chars=300)
        if st.button(say(language(), "case.mark_words"), key="mark words") and not _mark(work, words, kind):
            st.html(said_html(say(language(), "case.words_not_found"), "error"))
    selected_words(
        say(language(), "case.mark_selected"), f"selected {receipt.receipt_id} {language()}", lambda chosen: _mark(work, chosen, kind)
    )
    if work.missed:
        text = receipt.reasons["ad"]["text"]
        rows = [(span.of(text), say(language(), f"type.{named}")) for span, named in work.missed.items()]
        st.html(table_html((say(language(), "case.words"), say(language(), "report.kind")), rows))
        st.button(say(language(), "case.unmark"), on_click=work.missed.clear)


def _mark(work: CaseWork, words: str, kind: str) -> Span | None:
    span = found_in(work.receipt.reasons["ad"]["text"], words)
    if span is not None and span not in work.missed:
        work.missed[span] = kind
        if st.session_state.get("missed") == words:
            st.rerun()
    return span
