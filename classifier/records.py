"""An assessment as a plain record: what is written, stored and hashed. One form for all of them."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from classifier.domain import Assessment


def as_record(value: Any) -> Any:
    """Give a value of :mod:`classifier.domain` as dicts, lists, strings, numbers and None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_record(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_record(part) for part in value]
    return value


def canonical(record: Any) -> bytes:
    """Give a record as canonical JSON: sorted keys, no blanks, UTF-8, no NaN."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(record: Any) -> str:
    """Give the SHA-256 of a record's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def assessment_digest(assessment: Assessment) -> str:
    """Give the digest of an assessment: of all of it but the digest itself."""
    record = as_record(assessment)
    del record["digest"]
    return digest_of(record)
