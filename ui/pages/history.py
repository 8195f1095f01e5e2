"""The record: does the history hold, what is signed outside it, and what happened last."""

import streamlit as st

from review.happened import happened_last
from review.people import require_reader
from review.proofs import signed_checkpoints, verified
from ui.console.local import instant, number
from ui.console.places import link_to
from ui.marked_text import said_html, table_html
from ui.record import record, saying_errors
from ui.session import language, reviewer
from ui.wording import say

_LAST = 30


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.history"))
    st.write(say(language(), "proof.intro"))
    if not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
        return
    with saying_errors():
        require_reader(record(), reviewer(), "read_record")
        _verify()
        _checkpoints()
        _dossier()
        _events()


def _verify() -> None:
    if st.button(say(language(), "proof.verify"), type="primary", shortcut="v", key="verify"):
        _found()


def _found() -> None:
    found = verified(record())
    key = "report.not_verified" if found.faults else "report.verified"
    st.html(said_html(say(language(), key, count=number(found.n_events, language()), head=found.head), "error" if found.faults else "note"))
    for fault in found.faults:
        st.html(said_html(say(language(), f"fault.{fault.code}", sequence=fault.sequence, detail=fault.detail), "error"))
    st.write(say(language(), "record.unanchored", count=number(found.n_unanchored, language())))
    if found.n_erased:
        st.write(say(language(), "record.erased_texts", count=number(found.n_erased, language())))


def _checkpoints() -> None:
    st.subheader(say(language(), "proof.checkpoints"))
    every = signed_checkpoints(record())
    if not every:
        st.write(say(language(), "proof.no_checkpoint"))
        return
    rows = [(number(checkpoint.size, language()), checkpoint.root.hex()) for checkpoint in every[:10]]
    st.html(table_html((say(language(), "proof.events"), say(language(), "proof.root")), rows))


def _dossier() -> None:
    st.subheader(say(language(), "printed.dossier"))
    case_id = st.number_input(say(language(), "proof.case"), min_value=1, step=1, value=None, format="%d")
    if case_id:
        link_to("printed", say(language(), "case.read_file"), case=str(int(case_id)))


def _events() -> None:
    st.subheader(say(language(), "proof.last"))
    rows = [
        (
            str(event.sequence),
            instant(event.at, language()),
            say(language(), f"action.{event.action}"),
            str(event.case_id or ""),
            event.actor or say(language(), "record.erased"),
        )
        for event in happened_last(record(), _LAST)
    ]
    st.html(table_html([say(language(), f"proof.{name}") for name in ("number", "at", "action", "case_number", "who")], rows))


show()
