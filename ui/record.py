"""The console's connection to the record, the checker it assesses with, and the words errors are said in."""

import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from classifier.checker import Checker, load_checker
from classifier.errors import AdCheckError, ScoringStopped
from review.cases import refuse_stopped
from review.looking import Waiting
from review.record.store import STORE_VARIABLE, Store
from ui.marked_text import said_html
from ui.serving import PACKS_VARIABLE
from ui.session import language
from ui.wording import say, say_error


@st.cache_resource
def _store(url: str | None) -> Store:
    return Store(url)


@st.cache_resource
def _waiting(url: str | None) -> Waiting:
    return Waiting(_store(url))


@st.cache_resource
def _checker(own_packs: str | None) -> Checker:
    return load_checker(own_packs=Path(own_packs) if own_packs else None)


def record() -> Store:
    """Give the record this console works on."""
    return _store(os.environ.get(STORE_VARIABLE))


def waiting() -> Waiting:
    """Give the queue of the record this console works on."""
    return _waiting(os.environ.get(STORE_VARIABLE))


def checker() -> Checker:
    """Give the checker to assess with, unless a lead has stopped scoring.

    Raises
    ------
    ScoringStopped
        It is stopped.
    """
    with record().reading() as connection:
        refuse_stopped(connection)
    return _checker(os.environ.get(PACKS_VARIABLE))


@contextmanager
def saying_errors() -> Iterator[None]:
    """Show what a refused step says, in the reviewer's language; anything unforeseen gets a reference number."""
    try:
        yield
    except AdCheckError as error:
        kind = "note" if isinstance(error, ScoringStopped) else "error"
        st.html(said_html(say_error(language(), error), kind))
    except (KeyError, ValueError, TypeError, OSError):
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("adcheck").exception("reference %s", reference)
        st.html(said_html(say(language(), "console.unread", reference=reference), "error"))
