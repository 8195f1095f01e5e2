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
    pages = (
        [_page(name) for name in (*WORK, *OVERSIGHT, *_HIDDEN)] if is_known else [st.Page(_nothing, title=say(language(), "signin.title"))]
    )
    chosen = st.navigation(pages, position="hidden")
    with st.sidebar:
        if is_known:
            for section, names in (("work", WORK), ("oversee", OVERSIGHT)):
                st.caption(say(language(), f"page.{section}"))
                for name in names:
                    link_to(name, say(language(), f"page.{name}"))
    show_frame(asks_name=asks_name())
    chosen.run()


def _page(name: str) -> StreamlitPage:
    address = _ADDRESSES.get(name, name)
    return st.Page(file_of(name), title=say(language(), f"page.{name}"), url_path=address, default=name == "waiting")


def _nothing() -> None:
    """Show nothing: the sign-in stands above."""
