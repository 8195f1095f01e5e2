"""An assessment as a plain record: what is written, stored and hashed. One form for all of them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from classifier.domain import Assessment, Contributions
from classifier.json_text import WRITERS, json_of, members_of


def as_record(value: Any) -> Any:
    """Give a value of :mod:`classifier.domain` as dicts, lists, strings, numbers and None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_record(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | Contributions):
        return [as_record(part) for part in value]
    return value


class Written:
    """A part of a record that is already canonical JSON. Whoever looks into it finds the plain values, and may change them."""

    __slots__ = ("_json", "_value")

    def __init__(self, content: bytes) -> None:
        self._json: bytes | None = content
        self._value: Any = None

    @property
    def json(self) -> bytes:
        """Give the JSON."""
        return json_of(self._value) if self._json is None else self._json

    @property
    def value(self) -> Any:
        """Give the dict or list; what is changed in it is written."""
        if self._json is not None:
            self._value, self._json = json.loads(self._json), None
        return self._value

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> Any:
        return self.value[key]

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, Written) else other))

    __hash__ = None  # type: ignore[assignment]


def canonical(record: Any) -> bytes:
    """Give a record, or a value of :mod:`classifier.domain`, as canonical JSON: sorted keys, no blanks, UTF-8, no NaN."""
    return json_of(record)


def digest_of(record: Any) -> str:
    """Give the SHA-256 of a record's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def assessment_digest(parts: dict[str, Any]) -> str:
    """Give the digest of an assessment, by its fields: of all of it but the digest itself."""
    return hashlib.sha256(b"{" + members_of(Assessment, parts) + b"}").hexdigest()


def written(value: Any) -> Written:
    """Give a domain value, or a sequence of them, as a written part of a record."""
    return Written(json_of(value))


WRITERS[Written] = lambda value: value.json
