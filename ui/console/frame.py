"""The frame round every page: style, language, who is at work, the break, the help."""

from functools import cache
from importlib.resources import files

import streamlit as st

from ui.console.help import open_help
from ui.console.keys import tell_page
from ui.console.person import show_sign_out
from ui.marked_text import said_html
from ui.session import ask_reviewer, is_break_due, language, note_work, reviewer, seconds_at_work, switch_language, take_break
from ui.wording import say


def show_frame(*, asks_name: bool) -> None:
    """Show what stands beside every page."""
    st.html(f"<style>{_style()}</style>")
    tell_page(language(), reviewer() if asks_name else None)
    note_work()
    with st.sidebar:
        st.button(say(language(), "frame.other_language"), key="switch language", shortcut="l", on_click=switch_language)
        if asks_name:
            ask_reviewer(say(language(), "console.reviewer"))
        elif reviewer():
            st.html(said_html(say(language(), "frame.signed_in", name=reviewer())))
            show_sign_out()
        if st.button(say(language(), "frame.help"), key="help", shortcut="h"):
            open_help()
    if is_break_due():
        _propose_break()


def _propose_break() -> None:
    with st.container(border=True):
        st.write(say(language(), "frame.break_due", minutes=round(seconds_at_work() / 60)))
        st.button(say(language(), "frame.break_taken"), key="break", on_click=take_break)


@cache
def _style() -> str:
    return (files("ui.console") / "page.css").read_text("utf-8")
