"""Who is at work: a name given, an account of this machine, or an OpenID Connect identity."""

from urllib.parse import unquote

import streamlit as st

from classifier.records import canonical
from review.looking import newest_role_change
from review.people import MOST_NAME
from ui.accounts.sessions import SESSION_COOKIE
from ui.accounts.store import accounts
from ui.marked_text import said_html
from ui.record import record
from ui.serving import has_provider
from ui.session import be, is_somebody, language
from ui.wording import say

NAME_COOKIE = "adcheck_name"
"""Where the page keeps the name of whoever just says one; see ``keys``."""


def asks_name() -> bool:
    """Say whether whoever sits here just says a name: no accounts are kept and no OpenID provider is set up."""
    return not accounts().is_kept() and not has_provider()


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
    """Give whose identity the provider vouches for. Its login counts as long as our own session of it, not as its cookie."""
    if not has_provider() or not st.user.get("is_logged_in"):
        return ""
    issuer, subject = str(st.user.get("iss", "")), str(st.user.get("sub", ""))
    name = accounts().person_of_subject(issuer, subject)
    if not name:
        st.html(said_html(say(language(), "signin.not_linked", issuer=issuer, subject=subject), "error"))
        return ""
    issued = st.user.get("iat")
    accounts().begin_login(_login(), name, int(issued) if isinstance(issued, int) else 0, newest_role_change(record(), name))
    return _person_of_session(_login())


def _login() -> str:
    """Give what tells this login at the provider from every other."""
    return canonical({name: st.user.get(name) for name in ("iss", "sub", "aud", "iat", "nonce")}).decode()


def show_sign_out() -> None:
    """Give the way to sign out: of our session, and of the provider's."""
    if st.context.cookies.get(SESSION_COOKIE):
        st.link_button(say(language(), "frame.sign_out"), "/sign-out", type="tertiary")
    else:
        st.button(say(language(), "frame.sign_out"), type="tertiary", on_click=_sign_out_of_provider)


def _sign_out_of_provider() -> None:
    accounts().sign_out(_login())
    st.logout()


def _ask_sign_in() -> None:
    st.title(say(language(), "signin.title"))
    if accounts().is_kept():
        st.link_button(say(language(), "signin.with_password"), f"/sign-in?lang={language()}", type="primary")
    if has_provider():
        st.button(say(language(), "signin.with_provider"), on_click=st.login)
