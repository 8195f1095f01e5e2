"""Values of :mod:`classifier.domain` and plain records as canonical JSON: sorted keys, no blanks, no NaN, UTF-8.

What stands in every ad is written by hand here, and what lives as long as the rule packs is written once; everything else
goes by the fields of its type. The bytes are those of ``json.dumps(as_record(value), sort_keys=True, separators=(",", ":"))``.
They are put together as bytes: to encode a page of Vietnamese takes longer than all the rest of its writing.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from classifier.domain import Ad, ClaimAssessment, Contributions, Finding, NotChecked, Qualifier, Span
from classifier.reading.memo import Memo

_LEAST_PLAIN = 1e-4
"""Numbers nearer to zero than this are written by Python with an exponent of two digits, and by orjson otherwise."""


def json_of(value: Any) -> bytes:
    """Give the canonical JSON of a value.

    Raises
    ------
    ValueError
        A number is NaN or infinite, or half of a pair of surrogates stands alone.
    """
    return WRITERS[type(value)](value)


def members_of(kind: type, told: dict[str, Any]) -> bytes:
    """Give the members of an object of some type, without its brackets, as far as they are told."""
    return b",".join([label + json_of(told[name]) for name, label in _LABELS[kind] if name in told])


def listed(parts: Iterable[bytes]) -> bytes:
    """Give values that are written already as a list."""
    return b"[" + b",".join(parts) + b"]"


def _plainly(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _string(value: str) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return _plainly(value)


def _float(value: float) -> bytes:
    if value - value != 0.0:
        raise ValueError(f"{value!r} is no JSON number")
    return float.__repr__(value).encode()


def _floats(values: Sequence[float]) -> list[bytes]:
    """Write many numbers, as :func:`_float` writes each."""
    told = orjson.dumps(values)
    if b"n" in told:
        raise ValueError("NaN and infinity are no JSON numbers")
    written = told[1:-1].split(b",")
    if min(map(abs, values)) >= _LEAST_PLAIN:
        return written
    return [text if abs(value) >= _LEAST_PLAIN else _float(value) for text, value in zip(written, values, strict=True)]


def _dict(value: dict[str, Any]) -> bytes:
    if set(map(type, value)) - {str}:
        return _plainly(value)
    return b"{" + b",".join([label + WRITERS[type(value[name])](value[name]) for name, label in _ORDERS[tuple(value)]]) + b"}"


_ORDERS: Memo[tuple[str, ...], list[tuple[str, bytes]]] = Memo(
    lambda names: [(name, _string(name) + b":") for name in sorted(names)], most=1 << 12
)


def _list(value: Sequence[Any]) -> bytes:
    return listed([WRITERS[type(part)](part) for part in value])


def _tuple(value: tuple[Any, ...]) -> bytes:
    """Write a tuple; one of what was not checked, which many ads share, once."""
    if not value:
        return b"[]"
    if type(value[0]) is NotChecked:
        told: bytes = _once(value, _list, _KEPT)
        return told
    return _list(value)


Kept = dict[int, tuple[Any, Any]]
"""Identity of a value → the value and what was written of it."""
_KEPT: Kept = {}
_CLAIMS: Kept = {}
_MOST_KEPT = 4_000


def _once(value: Any, write: Callable[[Any], Any], kept: Kept) -> Any:
    """Write a value that will be written again soon, or often; what was written is kept as long as the value itself."""
    found = kept.get(id(value))
    if found is None or found[0] is not value:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[id(value)] = (value, write(value))
    return found[1]


def _span(value: Span) -> bytes:
    return b'{"end":%d,"start":%d}' % (value.end, value.start)


def _qualifier(value: Qualifier) -> bytes:
    return b'{"kind":"%b","span":%b}' % (value.kind.value.encode(), _span(value.span))


def _contributions(value: Contributions, numbers: list[bytes]) -> bytes:
    """Write contributions whose numbers are written already: three pieces a word, joined once."""
    if not numbers:
        return b"[]"
    pieces = [b""] * (3 * len(numbers))
    pieces[0::3] = map(_TO_END.__getitem__, value.ends)
    pieces[1::3] = map(_TO_VALUE.__getitem__, value.starts)
    pieces[2::3] = numbers
    return b"[" + b"".join(pieces)[2:] + b"}]"


_TO_END: Memo[int, bytes] = Memo(lambda end: b'},{"span":{"end":%d,"start":' % end, most=1 << 14)
_TO_VALUE: Memo[int, bytes] = Memo(lambda start: b'%d},"value":' % start, most=1 << 14)


class ClaimText(NamedTuple):
    """The parts of a claim's assessment as JSON: they stand in the record, and in a row of results in another order."""

    start: bytes
    end: bytes
    text: bytes
    risk: bytes
    claim_types: bytes
    findings: bytes
    qualifiers: bytes
    base: bytes
    contributions: bytes
    elsewhere: bytes
    decision_value: bytes


def claim_text_of(value: ClaimAssessment) -> ClaimText:
    """Give the parts of a claim's assessment; worked out once as long as the claim is at hand."""
    told: ClaimText = _once(value, _claim_text_of, _CLAIMS)
    return told


def _claim_text_of(value: ClaimAssessment) -> ClaimText:
    claim, why, kinds = value.claim, value.explanation, value.claim_types
    numbers = [value.risk, why.base, why.elsewhere, why.decision_value, *why.contributions.values, *(kind.probability for kind in kinds)]
    risk, base, elsewhere, decision, *others = _floats(numbers)
    n = len(why.contributions)
    types = [b'{"probability":%b,"type_id":"%b"}' % (chance, kind.type_id.encode()) for chance, kind in zip(others[n:], kinds, strict=True)]
    return ClaimText(
        start=b"%d" % claim.span.start,
        end=b"%d" % claim.span.end,
        text=_string(claim.text),
        risk=risk,
        claim_types=listed(types),
        findings=_tuple(value.findings),
        qualifiers=_tuple(value.qualifiers),
        base=base,
        contributions=_contributions(why.contributions, others[:n]),
        elsewhere=elsewhere,
        decision_value=decision,
    )


def _claim_assessment(value: ClaimAssessment) -> bytes:
    start, end, text, risk, claim_types, findings, qualifiers, base, contributions, elsewhere, decision = claim_text_of(value)
    pieces = (
        (b'{"claim":{"span":{"end":', end, b',"start":', start, b'},"text":', text, b'},"claim_types":', claim_types),
        (b',"explanation":{"base":', base, b',"contributions":', contributions, b',"decision_value":', decision),
        (b',"elsewhere":', elsewhere, b'},"findings":', findings, b',"qualifiers":', qualifiers, b',"risk":', risk, b"}"),
    )
    return b"".join([piece for part in pieces for piece in part])


def _ad(value: Ad) -> bytes:
    setting = _SETTINGS[value.as_of, value.channel, value.is_whole, value.jurisdictions, value.product]
    return b'{%b,"raw_digest":%b,"text":%b}' % (setting, _string(value.raw_digest), _string(value.text))


_SETTINGS: Memo[tuple[Any, ...], bytes] = Memo(
    lambda told: members_of(Ad, dict(zip(("as_of", "channel", "is_whole", "jurisdictions", "product"), told, strict=True))), most=1 << 10
)


def _finding(value: Finding) -> bytes:
    """Write a finding; all of it but its spans and qualifiers belongs to its rule on that day, and is written once."""
    law = _OF_LAW(value)
    key = tuple(map(id, law))
    kept = _LAWS.get(key)
    if kept is None:
        if len(_LAWS) >= _MOST_KEPT:
            _LAWS.clear()
        kept = _LAWS[key] = (law, _law(value))  # as long as the values are kept, nothing else has their identities
    before, between, after = kept[1]
    return b"".join((before, _tuple(value.qualifiers), between, _tuple(value.spans), after))


def _law(value: Finding) -> tuple[bytes, bytes, bytes]:
    told = {name: getattr(value, name) for name, _ in _LABELS[Finding]}
    around = [{name: told[name] for name in told if first < name < last} for first, last in _BETWEEN]
    before, between, after = (members_of(Finding, part) for part in around)
    return b'{%b,"qualifiers":' % before, b',%b,"spans":' % between, b",%b}" % after


_BETWEEN = (("", "qualifiers"), ("qualifiers", "spans"), ("spans", "~"))
_OF_LAW = attrgetter(*(field.name for field in fields(Finding) if field.name not in ("qualifiers", "spans")))
_LAWS: dict[tuple[int, ...], tuple[tuple[Any, ...], tuple[bytes, bytes, bytes]]] = {}

_LABELS: Memo[type, list[tuple[str, bytes]]] = Memo(
    lambda kind: [(name, _string(name) + b":") for name in sorted(field.name for field in fields(kind))]
)


def _object(value: Any) -> bytes:
    return b"{" + b",".join([label + json_of(getattr(value, name)) for name, label in _LABELS[type(value)]]) + b"}"


def _writer_for(kind: type) -> Callable[[Any], bytes]:
    """Choose how values of a type are written, once a type."""
    if kind.__name__ in _LASTING:
        return lambda value: _once(value, _object, _KEPT)
    if is_dataclass(kind):
        return _object
    if issubclass(kind, Enum):
        return lambda value: json_of(value.value)
    if issubclass(kind, date):
        return lambda value: b'"%b"' % value.isoformat().encode()
    return _plainly


_LASTING = ("Authority", "Penalty", "Provenance", "Question", "NotChecked", "ScopeRuling")
"""Values that are made once and used often: their text is kept."""

WRITERS: Memo[type, Callable[[Any], bytes]] = Memo(_writer_for)
WRITERS |= {
    str: _string,
    int: lambda value: b"%d" % value,
    float: _float,
    bool: lambda value: b"true" if value else b"false",
    type(None): lambda _: b"null",
    dict: _dict,
    list: _list,
    tuple: _tuple,
    Span: _span,
    Qualifier: _qualifier,
    Contributions: lambda value: _contributions(value, _floats(value.values) if len(value) else []),
    ClaimAssessment: _claim_assessment,
    Finding: _finding,
    Ad: _ad,
}
