"""Who is at work: a name given, an account of this machine, or an OpenID Connect identity."""

from urllib.parse import unquote

import streamlit as st

from review.looking import newest_role_change
from review.people import MOST_NAME
from ui.accounts.sessions import SESSION_COOKIE
from ui.accounts.store import accounts
from ui.marked_text import said_html
from ui.record import record
from ui.session import be, is_somebody, language
from ui.wording import say

NAME_COOKIE = "adcheck_name"
"""Where the page keeps the name of whoever just says one; see ``keys``."""


def asks_name() -> bool:
    """Say whether whoever sits here just says a name: no accounts are kept and no OpenID provider is set up."""
    return not accounts().is_kept() and not _has_provider()


def find_person() -> bool:
    """Find out who is at work; where accounts are kept, nothing is shown to whoever is not signed in."""
    if asks_name():
        _be_as_before()
        return True
    token = st.context.cookies.get(SESSION_COOKIE, "")
    name = (_person_of_session(token) if isinstance(token, str) else "") or _person_of_provider()
    be(name)
    if not name:
        _ask_sign_in()
    return bool(name)


def _be_as_before() -> None:
    """Take up the name said before a reload; where accounts are kept it counts for nothing."""
    said = st.context.cookies.get(NAME_COOKIE, "")
    if not is_somebody() and isinstance(said, str):
        be(unquote(said)[:MOST_NAME])


def _person_of_session(token: str) -> str:
    """Give whose session it is; a change of roles since it began ends it."""
    name, roles = accounts().person_of_session(token)
    if name and roles != newest_role_change(record(), name):
        accounts().sign_out(token)
        return ""
    return name


def _person_of_provider() -> str:
    if not _has_provider() or not st.user.get("is_logged_in"):
        return ""
    issuer, subject = str(st.user.get("iss", "")), str(st.user.get("sub", ""))
    name = accounts().person_of_subject(issuer, subject)
    if not name:
        st.html(said_html(say(language(), "signin.not_linked", issuer=issuer, subject=subject), "error"))
    return name


def _ask_sign_in() -> None:
    st.title(say(language(), "signin.title"))
    if accounts().is_kept():
        st.link_button(say(language(), "signin.with_password"), f"/sign-in?lang={language()}", type="primary")
    if _has_provider():
        st.button(say(language(), "signin.with_provider"), on_click=st.login)


def _has_provider() -> bool:
    """Say whether Streamlit's own login is set up in its secrets."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False
