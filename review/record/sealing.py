"""Texts and names kept beside the chain: the chain holds a commitment to each, so that one can be erased and history still holds.

A commitment is HMAC-SHA-256 of the text under a random salt of its own: nobody can confirm a guess once the salt is gone.
"""

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, bindparam, select

from review.record import schema

_SALT_BYTES = 32
_KEPT_AS = "adcheck_key"
_KEY = select(schema.store_key.c.key).where(schema.store_key.c.id == schema.KEY)
_BODY = select(schema.sealed.c.body).where(schema.sealed.c.commitment == bindparam("wanted"))
_SEAL = schema.sealed.insert()


def commitment_of(salt: bytes, body: bytes) -> str:
    """Give the commitment to a text under a salt."""
    return hmac.new(salt, body, hashlib.sha256).hexdigest()


def seal(connection: Connection, body: str | bytes, kind: str, case_id: int | None = None) -> str:
    """Keep a text beside the chain and give the commitment to it."""
    kept = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    salt = secrets.token_bytes(_SALT_BYTES)
    commitment = commitment_of(salt, kept)
    connection.execute(_SEAL, {"commitment": commitment, "case_id": case_id, "kind": kind, "salt": salt, "body": kept})
    return commitment


def sealed_bytes(connection: Connection, commitment: str | None) -> bytes | None:
    """Give a text kept beside the chain; None when it was erased."""
    body = connection.execute(_BODY, {"wanted": commitment}).scalar()
    return None if body is None else bytes(body)


def sealed_text(connection: Connection, commitment: str | None) -> str:
    """Give a text kept beside the chain; nothing when it was erased."""
    return (sealed_bytes(connection, commitment) or b"").decode("utf-8", "surrogatepass")


def keyed(connection: Connection, *parts: str | bytes) -> str:
    """Give the key under which something is found again without its text standing in the chain."""
    if _KEPT_AS not in connection.info:
        connection.info[_KEPT_AS] = bytes(connection.execute(_KEY).scalar_one())
    digest = hmac.new(connection.info[_KEPT_AS], digestmod=hashlib.sha256)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()
