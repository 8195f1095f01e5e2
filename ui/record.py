"""The console's connection to the record and the words errors are said in."""

import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from classifier.errors import AdCheckError
from review.record.store import STORE_VARIABLE, Store
from ui.session import language
from ui.wording import say, say_error


@st.cache_resource
def _store(url: str | None) -> Store:
    return Store(url)


def record() -> Store:
    """Give the record this console works on."""
    return _store(os.environ.get(STORE_VARIABLE))


@contextmanager
def saying_errors() -> Iterator[None]:
    """Show what a refused step says, in the reviewer's language; anything unforeseen gets a reference number."""
    try:
        yield
    except AdCheckError as error:
        st.error(_inert(say_error(language(), error)))
    except (KeyError, ValueError, TypeError, OSError):
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("adcheck").exception("reference %s", reference)
        st.error(say(language(), "console.unread", reference=reference))


def _inert(text: str) -> str:
    """Keep Markdown from reading our own sentence's facts."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:" else c for c in text)
