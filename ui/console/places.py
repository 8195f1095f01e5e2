"""Going to another page, and which case an address names."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from ui.marked_text import said_html
from ui.session import language, reviewer
from ui.wording import say

_PAGES = Path(__file__).parents[1] / "pages"
_MOST_DIGITS = 16


def file_of(page: str) -> str:
    """Give the file of a page."""
    return str(_PAGES / f"{page}.py")


def go_to(page: str, **query: str) -> NoReturn:
    """Go to a page at once."""
    st.switch_page(file_of(page), query_params=query)


def link_to(page: str, label: str, **query: str) -> None:
    """Give a link to a page."""
    st.page_link(file_of(page), label=label, query_params=query or None)


def case_named() -> int | None:
    """Give the number of the case in the address, for somebody who said who they are; else say what is missing."""
    named = st.query_params.get_all("case")
    if not (len(named) == 1 and named[0].isdecimal() and named[0].isascii() and len(named[0]) < _MOST_DIGITS):
        st.html(said_html(say(language(), "console.not_found"), "error"))
    elif not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
    else:
        return int(named[0])
    return None
