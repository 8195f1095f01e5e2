"""The console's frame: who is at work, and which pages there are. Nothing else."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.console.frame import show_frame
from ui.console.person import asks_name, find_person
from ui.console.places import file_of, link_to
from ui.session import language
from ui.wording import say

WORK = ("waiting", "batch", "appeals", "my_work", "training")
OVERSIGHT = ("lead", "rules", "model", "history")
_HIDDEN = ("case", "printed")
_ADDRESSES = {"waiting": "queue", "my_work": "mine", "history": "record", "printed": "print"}


def show() -> None:
    """Show the page that is asked for, to whoever may work here."""
    st.set_page_config(page_title="adcheck", layout="wide")
    is_known = find_person()
    pages = [_page(name, is_known=is_known) for name in (*WORK, *OVERSIGHT, *_HIDDEN)]
    chosen = st.navigation(pages, position="hidden")
    with st.sidebar:
        if is_known:
            for section, names in (("work", WORK), ("oversee", OVERSIGHT)):
                st.caption(say(language(), f"page.{section}"))
                for name in names:
                    link_to(name, say(language(), f"page.{name}"))
    show_frame(asks_name=asks_name())
    chosen.run()


def _page(name: str, *, is_known: bool) -> StreamlitPage:
    """Give a page; to whoever is not signed in every address shows the sign-in."""
    shown, title = (file_of(name), f"page.{name}") if is_known else (_nothing, "signin.title")
    return st.Page(shown, title=say(language(), title), url_path=_ADDRESSES.get(name, name), default=name == "waiting")


def _nothing() -> None:
    """Show nothing: the sign-in stands above."""
