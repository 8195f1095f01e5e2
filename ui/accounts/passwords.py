"""Passwords as Argon2id hashes in the PHC form (RFC 9106, second recommended setting)."""

import secrets

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from classifier.errors import InputError, problem

LEAST_PASSWORD = 12
MOST_PASSWORD = 200
_LANES, _PASSES, _KIBIBYTES = 4, 3, 65_536


def hash_password(password: str) -> str:
    """Give the hash of a password under a new salt.

    Raises
    ------
    InputError
        It is too short or too long.
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise InputError(problem("password_length", least=LEAST_PASSWORD, most=MOST_PASSWORD))
    kdf = Argon2id(salt=secrets.token_bytes(16), length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_KIBIBYTES)
    return kdf.derive_phc_encoded(password.encode())


def is_right(password: str, hashed: str) -> bool:
    """Say whether a password is the hashed one; the work is done even where nobody can be right."""
    try:
        Argon2id.verify_phc_encoded(password[:MOST_PASSWORD].encode(), hashed or _NOBODY)
    except InvalidKey:
        return False
    return bool(hashed)


_NOBODY = hash_password(secrets.token_urlsafe(24))
"""The hash of a password nobody has: checking an unknown name takes as long as a known one."""
