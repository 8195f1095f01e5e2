"""Going to another page."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

_PAGES = Path(__file__).parents[1] / "pages"


def file_of(page: str) -> str:
    """Give the file of a page."""
    return str(_PAGES / f"{page}.py")


def go_to(page: str, **query: str) -> NoReturn:
    """Go to a page at once."""
    st.switch_page(file_of(page), query_params=query)


def link_to(page: str, label: str, **query: str) -> None:
    """Give a link to a page."""
    st.page_link(file_of(page), label=label, query_params=query or None)
