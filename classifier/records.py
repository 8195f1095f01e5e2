"""An assessment as a plain record: what is written, stored and hashed. One form for all of them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from json.encoder import encode_basestring
from typing import Any

from classifier.domain import Assessment, Contribution, Finding
from classifier.reading.memo import Memo


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


class Written:
    """A part of a record that is already canonical JSON. Whoever looks into it finds the plain values, and may change them."""

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text: str | None = text
        self._value: Any = None

    @property
    def text(self) -> str:
        """Give the JSON."""
        return _text_of(self._value) if self._text is None else self._text

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
    return _text_of(record).encode()


def digest_of(record: Any) -> str:
    """Give the SHA-256 of a record's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def assessment_digest(assessment: Assessment) -> str:
    """Give the digest of an assessment: of all of it but the digest itself."""
    parts = _members(assessment, without=("digest",))
    return hashlib.sha256(f"{{{parts}}}".encode()).hexdigest()


def written(value: Any) -> Written:
    """Give a domain value, or a sequence of them, as a written part of a record."""
    return Written(_text_of(value))


def _text_of(value: Any) -> str:
    return _WRITERS[type(value)](value)


def _plain_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _float_text(value: float) -> str:
    if value - value != 0.0:
        raise ValueError(f"{value!r} is no JSON number")
    return float.__repr__(value)


def _dict_text(value: dict[str, Any]) -> str:
    if set(map(type, value)) - {str}:
        return _plain_text(value)
    return "{" + ",".join([f"{_NAMES[name]}:{_text_of(value[name])}" for name in sorted(value)]) + "}"


def _list_text(value: list[Any] | tuple[Any, ...]) -> str:
    return "[" + ",".join([_WRITERS[type(part)](part) for part in value]) + "]"


def _tuple_text(value: tuple[Any, ...]) -> str:
    """Write a tuple; those of contributions and findings, which stand in more than one place, once."""
    if value and type(value[0]) in _SHARED:
        return _once(value, _list_text)
    return _list_text(value)


def _once(value: Any, write: Callable[[Any], str]) -> str:
    """Write a value that will be written again soon, or often; its text is kept as long as the value itself."""
    kept = _KEPT.get(id(value))
    if kept is None or kept[0] is not value:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        kept = _KEPT[id(value)] = (value, write(value))
    return kept[1]


_KEPT: dict[int, tuple[Any, str]] = {}
_MOST_KEPT = 2_000


def _contribution_text(value: Contribution) -> str:
    span = value.span
    return f'{{"span":{{"end":{span.end},"start":{span.start}}},"value":{_float_text(value.value)}}}'


def _members(value: Any, without: tuple[str, ...] = ()) -> str:
    return ",".join([f"{label}{_text_of(getattr(value, name))}" for name, label in _LABELS[type(value)] if name not in without])


_LABELS: Memo[type, list[tuple[str, str]]] = Memo(
    lambda kind: [(name, f"{_text_of(name)}:") for name in sorted(field.name for field in fields(kind))]
)


def _writer_for(kind: type) -> Callable[[Any], str]:
    """Choose how values of a type are written, once a type."""
    if kind is Contribution:
        return _contribution_text
    if kind.__name__ in _LASTING:
        return lambda value: _once(value, lambda whole: f"{{{_members(whole)}}}")
    if is_dataclass(kind):
        return lambda value: f"{{{_members(value)}}}"
    if issubclass(kind, Enum):
        return lambda value: _text_of(value.value)
    if issubclass(kind, date):
        return lambda value: f'"{value.isoformat()}"'
    return _plain_text


_SHARED = (Contribution, Finding)
_LASTING = ("Authority", "Penalty", "Provenance")
"""Values that live as long as the packs: their text is kept."""
_NAMES: Memo[str, str] = Memo(encode_basestring, most=1 << 12)

_WRITERS: Memo[type, Callable[[Any], str]] = Memo(_writer_for)
_WRITERS |= {
    str: encode_basestring,
    int: int.__repr__,
    float: _float_text,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    dict: _dict_text,
    list: _list_text,
    tuple: _tuple_text,
    Written: lambda value: value.text,
}
