"""A person's own work: what was decided, how often a blind second opinion agreed, and the next break. Nobody is ranked."""

import streamlit as st

from review.case_file import OwnDecision, own_decisions
from ui.console.local import instant, number
from ui.console.places import link_to
from ui.intake.excerpts import excerpt
from ui.marked_text import table_html
from ui.record import record, saying_errors
from ui.session import BREAK_AFTER, language, reviewer, seconds_at_work, take_break
from ui.wording import say

_SHOWN = 30


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.my_work"))
    if not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
        return
    with saying_errors():
        own = own_decisions(record(), reviewer())
        _figures(own)
        _breaks()
        _list(own)


def _figures(own: tuple[OwnDecision, ...]) -> None:
    seconds = [done for done in own if done.second]
    appeals = [done for done in own if done.appeal]
    changed = sum(done.decision.outcome is not done.decision.first_view for done in own)
    agreed = sum(done.second == done.decision.outcome for done in seconds)
    upheld = sum(done.appeal == "upheld" for done in appeals)
    rows = [
        (say(language(), "mine.decided"), number(len(own), language())),
        (say(language(), "mine.changed"), _of(changed, len(own))),
        (say(language(), "mine.agreed"), _of(agreed, len(seconds))),
        (say(language(), "mine.upheld"), _of(upheld, len(appeals))),
    ]
    st.html(table_html((say(language(), "mine.what"), say(language(), "mine.figure")), rows, numbers=(1,)))
    st.caption(say(language(), "mine.note"))


def _of(n: int, of: int) -> str:
    return say(language(), "mine.n_of", n=number(n, language()), of=number(of, language())) if of else "–"


def _breaks() -> None:
    st.subheader(say(language(), "mine.breaks"))
    left = max(0, round((BREAK_AFTER - seconds_at_work()) / 60))
    st.write(say(language(), "mine.break_in", at=round(seconds_at_work() / 60), left=left))
    st.button(say(language(), "frame.break_taken"), key="break now", on_click=take_break)


def _list(own: tuple[OwnDecision, ...]) -> None:
    st.subheader(say(language(), "mine.list"))
    if not own:
        st.write(say(language(), "mine.nothing"))
        return
    heads = [say(language(), key) for key in ("queue.case", "console.text", "mine.first", "console.outcome", "second.decided_at")]
    st.html(table_html(heads, [_cells(done) for done in own[:_SHOWN]]))
    case_id = st.selectbox(
        say(language(), "mine.read"),
        list(dict.fromkeys(done.decision.case_id for done in own)),
        index=None,
        placeholder=say(language(), "case.choose"),
        format_func=lambda n: say(language(), "console.case", number=n),
    )
    if case_id:
        link_to("printed", say(language(), "case.read_file"), case=str(case_id))


def _cells(done: OwnDecision) -> list[str]:
    decision = done.decision
    first, outcome = (say(language(), f"outcome.{told}") for told in (decision.first_view, decision.outcome))
    return [str(decision.case_id), excerpt(done.text), first, outcome, instant(decision.decided_at, language())]


show()
