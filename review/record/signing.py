"""Checkpoints as text: origin, size, root and an Ed25519 signature, in the form of C2SP tlog-checkpoint and signed-note.

The private key is a file outside the database that only the one who signs may read; the console never opens it.
"""

import base64
import binascii
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from classifier.errors import StoreError, problem

ORIGIN = "adcheck"
_DASH = "\u2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed word on the whole history up to a size. ``note`` is the text as signed, signature line included."""

    size: int
    root: bytes
    note: str


def make_key(file: Path) -> bytes:
    """Make a signing key in a new file that only its owner may read; give the public key.

    Raises
    ------
    StoreError
        The file is there already or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    except OSError as error:
        raise StoreError(problem("signing_key_unwritable", str(file), detail=str(error))) from error
    return key.public_key().public_bytes_raw()


def read_key(file: Path) -> Ed25519PrivateKey:
    """Read a signing key.

    Raises
    ------
    StoreError
        It is missing, is no Ed25519 key, or others than its owner may read it.
    """
    try:
        mode = file.stat().st_mode
        pem = file.read_bytes()
    except OSError as error:
        raise StoreError(problem("signing_key_missing", str(file), detail=str(error))) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreError(problem("signing_key_readable", str(file)))
    try:
        key = load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise StoreError(problem("signing_key_wrong", str(file))) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StoreError(problem("signing_key_wrong", str(file)))
    return key


def sign(size: int, root: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign a size and a root."""
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    public = key.public_key().public_bytes_raw()
    signature = base64.b64encode(key_id(public) + key.sign(text.encode())).decode()
    return Checkpoint(size=size, root=root, note=f"{text}\n{_DASH} {ORIGIN} {signature}\n")


def key_id(public: bytes) -> bytes:
    """Give the four bytes that name a key in a signature line."""
    return hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]


def claimed_size(note: str) -> int:
    """Give the size a checkpoint speaks of, before anything of it is checked; 0 where it tells none."""
    told = re.match(rf"{ORIGIN}\n([0-9]{{1,18}})\n", note)
    return int(told[1]) if told else 0


def read_checkpoint(note: str, public: bytes, where: str = "") -> Checkpoint:
    """Read a checkpoint and check its signature and its form to the last byte.

    Raises
    ------
    StoreError
        It is not what this key signed.
    """
    try:
        text, line = note.split("\n\n")
        origin, size, root, nothing = text.split("\n") if text.endswith("\n") else (*text.split("\n"), "")
        dash, name, signed = line.removesuffix("\n").split(" ")
        raw = base64.b64decode(signed, validate=True)
        found = Checkpoint(size=int(size), root=base64.b64decode(root, validate=True), note=note)
        form = f"{ORIGIN}\n{found.size}\n{base64.b64encode(found.root).decode()}\n"
        if (origin, dash, name, nothing, raw[:4]) != (ORIGIN, _DASH, ORIGIN, "", key_id(public)) or len(found.root) != 32:
            raise ValueError(where)
        if note != f"{form}\n{_DASH} {ORIGIN} {base64.b64encode(raw).decode()}\n":
            raise ValueError(where)
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], form.encode())
    except (ValueError, binascii.Error, InvalidSignature) as error:
        raise StoreError(problem("checkpoint_wrong", where)) from error
    return found
