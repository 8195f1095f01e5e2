"""An assessment as a plain record: what is written, stored and hashed. One form for all of them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from classifier.domain import Assessment, Contributions
from classifier.json_text import WRITERS, members_of, text_of


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

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text: str | None = text
        self._value: Any = None

    @property
    def text(self) -> str:
        """Give the JSON."""
        return text_of(self._value) if self._text is None else self._text

    @property
    def value(self) -> Any:
        """Give the dict or list; what is changed in it is written."""
        if self._text is not None:
            self._value, self._text = json.loads(self._text), None
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
    return text_of(record).encode()


def digest_of(record: Any) -> str:
    """Give the SHA-256 of a record's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def assessment_digest(parts: dict[str, Any]) -> str:
    """Give the digest of an assessment, by its fields: of all of it but the digest itself."""
    return hashlib.sha256(f"{{{members_of(Assessment, parts)}}}".encode()).hexdigest()


def written(value: Any) -> Written:
    """Give a domain value, or a sequence of them, as a written part of a record."""
    return Written(text_of(value))


WRITERS[Written] = lambda value: value.text
