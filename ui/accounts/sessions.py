"""Session tokens: random, kept only as digests, with an idle and an absolute limit."""

import hashlib
import secrets

SESSION_COOKIE = "adcheck_session"
IDLE = 30 * 60
ABSOLUTE = 12 * 60 * 60
"""Seconds after which a session ends: untouched, and at all (OWASP ASVS 7.3)."""


def new_token() -> str:
    """Give 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest_of_token(token: str) -> str:
    """Give what is kept of a token: who reads the file cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
