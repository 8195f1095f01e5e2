"""After the decision: appeals, evidence, corrections, and what waits for a second word."""

import streamlit as st

from classifier.errors import FieldInvalid, problem
from review.aftermath import ask_correction, file_appeal
from review.case_file import DecidedCase, decided_cases
from review.cases import receive_evidence
from review.domain import TaskKind
from review.looking import Row, Wanted
from ui.console.local import instant
from ui.console.places import go_to
from ui.marked_text import plain_html, table_html
from ui.record import record, saying_errors, waiting
from ui.session import language, reviewer
from ui.wording import say

_ASKED = (TaskKind.APPEAL, TaskKind.ADJUDICATION, TaskKind.CORRECTION, TaskKind.REOPENED)


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.appeals"))
    if not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
        return
    st.write(say(language(), "second.intro"))
    with saying_errors():
        st.subheader(say(language(), "second.waiting"))
        _waiting()
    with saying_errors():
        st.subheader(say(language(), "second.enter"))
        _enter()


def _waiting() -> None:
    """List the asks for a second word that this person may answer."""
    rows = [row for kind in _ASKED for row in waiting().look(reviewer(), Wanted(kind=kind), most=20).rows]
    if not rows:
        st.write(say(language(), "second.none_waiting"))
    for row in rows:
        _line(row)


def _line(row: Row) -> None:
    with st.container(border=True):
        kind = say(language(), f"task.{row.waits.shown_kind}")
        st.markdown(f"**{kind}** · {say(language(), 'console.case', number=row.waits.case_id)}")
        st.html(plain_html(row.text[:300], small=True))
        if st.button(say(language(), "console.open"), key=f"open {row.waits.task_id}"):
            go_to("case", case=str(row.waits.case_id))


def _enter() -> None:
    """Enter what an advertiser sent about a decided case, or ask for a correction."""
    decided = decided_cases(record(), reviewer())
    if not decided:
        st.write(say(language(), "second.none_decided"))
        return
    by_id = {case.case_id: case for case in decided}
    st.html(table_html(_heads(), [_cells(case) for case in decided[:20]]))
    with st.form("after", clear_on_submit=True, enter_to_submit=False):
        case_id = st.selectbox(
            say(language(), "second.which"),
            list(by_id),
            index=None,
            placeholder=say(language(), "case.choose"),
            format_func=lambda n: say(language(), "console.case", number=n),
        )
        what = st.radio(
            say(language(), "second.what"),
            ["appeal", "evidence", "correction"],
            index=None,
            format_func=lambda w: say(language(), f"second.{w}"),
        )
        letter = st.text_area(say(language(), "second.letter"), max_chars=20_000)
        if not st.form_submit_button(say(language(), "second.keep"), type="primary", shortcut="alt+enter"):
            return
    _keep(case_id, what, letter)


def _keep(case_id: int | None, what: str | None, letter: str) -> None:
    if case_id is None or what is None or (what != "correction" and len(letter.strip()) < 3):
        raise FieldInvalid(problem("appeal_incomplete"))
    steps = {
        "appeal": lambda: file_appeal(record(), case_id, letter, by=reviewer()),
        "evidence": lambda: receive_evidence(record(), case_id, letter, by=reviewer()),
        "correction": lambda: ask_correction(record(), case_id, by=reviewer()),
    }
    steps[what]()
    st.success(say(language(), f"second.{what}_kept", case=case_id))


def _heads() -> list[str]:
    return [say(language(), key) for key in ("queue.case", "console.text", "console.outcome", "second.decided_at", "second.state")]


def _cells(case: DecidedCase) -> list[str]:
    state = ", ".join(say(language(), f"task.{kind}") for kind in case.open_kinds)
    state = state or say(language(), "second.appealed" if case.is_appealed else "second.closed")
    text = case.text[:120] + ("…" if len(case.text) > 120 else "")
    return [str(case.case_id), text, say(language(), f"outcome.{case.outcome}"), instant(case.decided_at, language()), state]


show()
