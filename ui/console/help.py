"""The help overlay: every key, and the order of the work."""

import streamlit as st

from ui.marked_text import table_html
from ui.session import language
from ui.wording import say

_KEYS = (
    ("N", "take_next"), ("O", "open"), ("A", "agree"), ("D", "disagree"), ("U", "unsure"), ("1 – 4", "outcome"), ("V", "first_view"),
    ("Alt + W", "write"), ("Alt + Enter", "record"), ("Alt + P", "preview"), ("S", "skip"),
    ("B", "back"), ("L", "language"), ("H", "help"), ("Esc", "close"),
)  # fmt: skip


def open_help() -> None:
    """Open the overlay."""
    st.dialog(say(language(), "help.title"), width="large")(_help)()


def _help() -> None:
    st.write(say(language(), "help.order"))
    rows = [(key, say(language(), f"help.{name}")) for key, name in _KEYS]
    st.html(table_html((say(language(), "help.key"), say(language(), "help.does")), rows))
    st.caption(say(language(), "help.tab"))
