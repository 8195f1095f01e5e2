"""One case, top to bottom as the work is done: ad, reasons, first view, score, decision."""

import streamlit as st

from classifier.errors import AlreadyDecided, NotAllowed
from ui.console.case_ad import show_ad
from ui.console.case_decision import show_decision
from ui.console.case_first_view import show_first_view
from ui.console.case_reasons import show_reasons_of, turn_of
from ui.console.case_score import show_score_of
from ui.console.keys import follow
from ui.console.places import case_named, go_to, link_to
from ui.console.written import keep_written, resume
from ui.marked_text import said_html
from ui.record import saying_errors
from ui.session import CaseWork, begin_work, language, reviewer, work_on
from ui.wording import say


def show() -> None:
    """Show the page of the case named in the address."""
    case_id = case_named()
    if case_id is None:
        return
    with saying_errors():
        _open(case_id)


def _open(case_id: int) -> None:
    work = work_on(case_id) or _begin(case_id)
    st.title(say(language(), "console.case", number=case_id))
    if work.decision_id:
        _recorded(work)
        return
    if work.letter:
        st.subheader(say(language(), "case.appeal_letter"))
        st.html(said_html(work.letter))
    show_ad(work)
    show_reasons_of(work)
    if work.score is None:
        show_first_view(work)
    else:
        with st.container(key="turn"):
            show_score_of(work)
        show_decision(work)
    follow(f"case {case_id}", turn_of(work) if work.score is None else "score")
    keep_written(work)


def _begin(case_id: int) -> CaseWork:
    """Go on where this reviewer stood, or show the reasons anew; what was written before is there again."""
    try:
        work = resume(case_id)
    except (AlreadyDecided, NotAllowed):
        link_to("printed", say(language(), "case.read_file"), case=str(case_id))
        raise
    begin_work(case_id, work)
    return work


def _recorded(work: CaseWork) -> None:
    case_id = work.receipt.case_id
    outcome = say(language(), f"outcome.{work.outcome}")
    st.success(say(language(), "console.recorded", outcome=outcome))
    with st.container(horizontal=True):
        if st.button(say(language(), "console.next"), type="primary", shortcut="n"):
            _take_next()
        if st.button(say(language(), "console.back"), shortcut="b"):
            go_to("waiting")
    link_to("printed", say(language(), "case.read_file"), case=str(case_id))


def _take_next() -> None:
    from review.looking import Wanted
    from ui.record import waiting

    look = waiting().look(reviewer(), Wanted(), most=1)
    if look.rows:
        go_to("case", case=str(look.rows[0].waits.case_id))
    go_to("waiting")


show()
