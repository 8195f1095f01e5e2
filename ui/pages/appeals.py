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
from ui.intake.excerpts import excerpt
from ui.marked_text import plain_html, table_html
from ui.record import record, saying_errors, waiting
from ui.session import language, letter_noted, letters_kept, note_letter, reviewer
from ui.wording import say

_ASKED = (TaskKind.APPEAL, TaskKind.ADJUDICATION, TaskKind.CORRECTION, TaskKind.REOPENED)
_LEAST_LETTER = 3


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
        st.html(plain_html(excerpt(row.text), small=True))
        if st.button(say(language(), "console.open"), key=f"open {row.waits.task_id}"):
            go_to("case", case=str(row.waits.case_id))


def _enter() -> None:
    """Enter what an advertiser sent about a decided case, or ask for a correction."""
    decided = decided_cases(record(), reviewer())
    if not decided:
        st.write(say(language(), "second.none_decided"))
        return
    st.html(table_html(_heads(), [_cells(case) for case in decided[:20]]))
    _say_kept()
    with st.form(f"letter {letters_kept()}", enter_to_submit=False):
        case_id = st.number_input(say(language(), "second.which"), min_value=1, step=1, value=_named_case(), format="%d")
        what = st.segmented_control(
            say(language(), "second.what"),
            ["appeal", "evidence", "correction"],
            required=True,
            format_func=lambda w: say(language(), f"second.{w}"),
        )
        letter = st.text_area(say(language(), "second.letter"), max_chars=20_000)
        if not st.form_submit_button(say(language(), "second.keep"), type="primary", shortcut="alt+enter"):
            return
    _keep(case_id, what, letter)


def _named_case() -> int | None:
    """Give the case the address names, as a link from its page does; the clerk may write another."""
    named = st.query_params.get("case", "")
    return int(named) if named.isascii() and named.isdecimal() and 0 < len(named) < 16 and int(named) else None


def _keep(case_id: int | None, what: str | None, letter: str) -> None:
    """Keep what came in; a refused entry stays in the form as it was written."""
    _refuse_incomplete(case_id, what, letter)
    by, case = reviewer(), int(case_id or 0)
    steps = {
        "appeal": lambda: file_appeal(record(), case, letter, by=by),
        "evidence": lambda: receive_evidence(record(), case, letter, by=by),
        "correction": lambda: ask_correction(record(), case, by=by),
    }
    steps[str(what)]()
    note_letter(f"second.{what}_kept", case)
    st.rerun()


def _refuse_incomplete(case_id: int | None, what: str | None, letter: str) -> None:
    lacking = []
    if case_id is None:
        lacking.append(problem("letter_case_missing"))
    if what is None:
        lacking.append(problem("letter_kind_missing"))
    if what != "correction" and len(letter.strip()) < _LEAST_LETTER:
        lacking.append(problem("letter_text_missing"))
    if lacking:
        raise FieldInvalid(*lacking)


def _say_kept() -> None:
    """Say what was kept last, once."""
    kept = letter_noted()
    if kept:
        st.success(say(language(), kept[0], case=kept[1]))


def _heads() -> list[str]:
    return [say(language(), key) for key in ("queue.case", "console.text", "console.outcome", "second.decided_at", "second.state")]


def _cells(case: DecidedCase) -> list[str]:
    state = ", ".join(say(language(), f"task.{kind}") for kind in case.open_kinds)
    state = (
        say(language(), "second.open", kinds=state)
        if state
        else say(language(), "second.appealed" if case.is_appealed else "second.closed")
    )
    return [str(case.case_id), excerpt(case.text), say(language(), f"outcome.{case.outcome}"), instant(case.decided_at, language()), state]


show()
