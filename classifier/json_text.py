"""Values of :mod:`classifier.domain` and plain records as canonical JSON: sorted keys, no blanks, no NaN.

What stands in every ad is written by hand here, and what lives as long as the rule packs is written once; everything else
goes by the fields of its type. The text is that of ``json.dumps(as_record(value), sort_keys=True, separators=(",", ":"))``.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from json.encoder import encode_basestring
from typing import Any, NamedTuple

import orjson

from classifier.domain import Ad, ClaimAssessment, Contributions, Finding, NotChecked, Qualifier, Span
from classifier.reading.memo import Memo

_LEAST_PLAIN = 1e-4
"""Numbers nearer to zero than this are written by Python with an exponent of two digits, and by orjson otherwise."""


def text_of(value: Any) -> str:
    """Give the canonical JSON of a value.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    """
    return WRITERS[type(value)](value)


def members_of(kind: type, told: dict[str, Any]) -> str:
    """Give the members of an object of some type, without its brackets, as far as they are told."""
    return ",".join([f"{label}{text_of(told[name])}" for name, label in _LABELS[kind] if name in told])


def _plain_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _float_text(value: float) -> str:
    if value - value != 0.0:
        raise ValueError(f"{value!r} is no JSON number")
    return float.__repr__(value)


def _float_texts(values: Sequence[float]) -> list[str]:
    """Write many numbers, as :func:`_float_text` writes each."""
    texts = orjson.dumps(values).decode("ascii")[1:-1].split(",")
    if "null" in texts:
        raise ValueError("NaN and infinity are no JSON numbers")
    return [
        text if value >= _LEAST_PLAIN or value <= -_LEAST_PLAIN or value == 0.0 else _float_text(value)
        for text, value in zip(texts, values, strict=True)
    ]


def _dict_text(value: dict[str, Any]) -> str:
    if set(map(type, value)) - {str}:
        return _plain_text(value)
    return "{" + ",".join([label + WRITERS[type(value[name])](value[name]) for name, label in _ORDERS[tuple(value)]]) + "}"


_ORDERS: Memo[tuple[str, ...], list[tuple[str, str]]] = Memo(
    lambda names: [(name, f"{encode_basestring(name)}:") for name in sorted(names)], most=1 << 12
)


def _list_text(value: list[Any] | tuple[Any, ...]) -> str:
    return "[" + ",".join([WRITERS[type(part)](part) for part in value]) + "]"


def _tuple_text(value: tuple[Any, ...]) -> str:
    """Write a tuple; one of what was not checked, which many ads share, once."""
    if not value:
        return "[]"
    if type(value[0]) is NotChecked:
        text: str = _once(value, _list_text, _KEPT)
        return text
    return _list_text(value)


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


def _span_text(value: Span) -> str:
    return f'{{"end":{value.end},"start":{value.start}}}'


def _qualifier_text(value: Qualifier) -> str:
    return f'{{"kind":"{value.kind.value}","span":{_span_text(value.span)}}}'


def _contributions_text(value: Contributions) -> str:
    if not len(value):
        return "[]"
    numbers = _float_texts(value.values)
    spans = map(_BEFORE_VALUE.__getitem__, zip(value.starts, value.ends, strict=True))
    return "[" + "},".join([before + number for before, number in zip(spans, numbers, strict=True)]) + "}]"


_BEFORE_VALUE: Memo[tuple[int, int], str] = Memo(lambda span: f'{{"span":{{"end":{span[1]},"start":{span[0]}}},"value":', most=1 << 14)


class ClaimText(NamedTuple):
    """The parts of a claim's assessment as JSON: they stand in the record, and in a row of results in another order."""

    start: int
    end: int
    text: str
    risk: str
    claim_types: str
    findings: str
    qualifiers: str
    base: str
    contributions: str
    elsewhere: str
    decision_value: str


def claim_text_of(value: ClaimAssessment) -> ClaimText:
    """Give the parts of a claim's assessment; worked out once as long as the claim is at hand."""
    told: ClaimText = _once(value, _claim_text_of, _CLAIMS)
    return told


def _claim_text_of(value: ClaimAssessment) -> ClaimText:
    claim, why, kinds = value.claim, value.explanation, value.claim_types
    told = [value.risk, why.base, why.elsewhere, why.decision_value, *(kind.probability for kind in kinds)]
    risk, base, elsewhere, decision, *chances = _float_texts(told)
    types = [f'{{"probability":{chance},"type_id":{encode_basestring(kind.type_id)}}}' for chance, kind in zip(chances, kinds, strict=True)]
    return ClaimText(
        start=claim.span.start,
        end=claim.span.end,
        text=encode_basestring(claim.text),
        risk=risk,
        claim_types=f"[{','.join(types)}]",
        findings=_tuple_text(value.findings),
        qualifiers=_tuple_text(value.qualifiers),
        base=base,
        contributions=_contributions_text(why.contributions),
        elsewhere=elsewhere,
        decision_value=decision,
    )


def _claim_assessment_text(value: ClaimAssessment) -> str:
    told = claim_text_of(value)
    why = f'"base":{told.base},"contributions":{told.contributions},"decision_value":{told.decision_value},"elsewhere":{told.elsewhere}'
    return (
        f'{{"claim":{{"span":{{"end":{told.end},"start":{told.start}}},"text":{told.text}}},"claim_types":{told.claim_types},'
        f'"explanation":{{{why}}},"findings":{told.findings},"qualifiers":{told.qualifiers},"risk":{told.risk}}}'
    )


def _ad_text(value: Ad) -> str:
    setting = _SETTINGS[value.as_of, value.channel, value.is_whole, value.jurisdictions, value.product]
    return f'{{{setting},"raw_digest":{encode_basestring(value.raw_digest)},"text":{encode_basestring(value.text)}}}'


_SETTINGS: Memo[tuple[Any, ...], str] = Memo(
    lambda told: members_of(Ad, dict(zip(("as_of", "channel", "is_whole", "jurisdictions", "product"), told, strict=True))), most=1 << 10
)


def _finding_text(value: Finding) -> str:
    """Write a finding; all of it but its spans and qualifiers belongs to its rule on that day, and is written once."""
    law = (value.authority, value.beside, value.penalty, value.reason_vi, value.reason_en, value.question_vi, value.question_en)
    key = (value.rule_id, value.category, value.verdict, value.severity, value.confidence, value.marks, value.set_aside)
    kept = _LAWS.get(key)
    if kept is None or any(one is not other for one, other in zip(kept[0], law, strict=True)):
        if len(_LAWS) >= _MOST_KEPT:
            _LAWS.clear()
        kept = _LAWS[key] = (law, _law_text(value))
    before, between, after = kept[1]
    return f"{before}{_list_text(value.qualifiers)}{between}{_list_text(value.spans)}{after}"


def _law_text(value: Finding) -> tuple[str, str, str]:
    told = {name: getattr(value, name) for name, _ in _LABELS[Finding]}
    around = [{name: told[name] for name in told if first < name < last} for first, last in _BETWEEN]
    before, between, after = (members_of(Finding, part) for part in around)
    return f'{{{before},"qualifiers":', f',{between},"spans":', f",{after}}}"


_BETWEEN = (("", "qualifiers"), ("qualifiers", "spans"), ("spans", "~"))
_LAWS: dict[tuple[Any, ...], tuple[tuple[Any, ...], tuple[str, str, str]]] = {}

_LABELS: Memo[type, list[tuple[str, str]]] = Memo(
    lambda kind: [(name, f"{encode_basestring(name)}:") for name in sorted(field.name for field in fields(kind))]
)


def _object_text(value: Any) -> str:
    return "{" + ",".join([label + text_of(getattr(value, name)) for name, label in _LABELS[type(value)]]) + "}"


def _writer_for(kind: type) -> Callable[[Any], str]:
    """Choose how values of a type are written, once a type."""
    if kind.__name__ in _LASTING:
        return lambda value: _once(value, _object_text, _KEPT)
    if is_dataclass(kind):
        return _object_text
    if issubclass(kind, Enum):
        return lambda value: text_of(value.value)
    if issubclass(kind, date):
        return lambda value: f'"{value.isoformat()}"'
    return _plain_text


_LASTING = ("Authority", "Penalty", "Provenance", "Question", "NotChecked", "ScopeRuling")
"""Values that are made once and used often: their text is kept."""

WRITERS: Memo[type, Callable[[Any], str]] = Memo(_writer_for)
WRITERS |= {
    str: encode_basestring,
    int: int.__repr__,
    float: _float_text,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    dict: _dict_text,
    list: _list_text,
    tuple: _tuple_text,
    Span: _span_text,
    Qualifier: _qualifier_text,
    Contributions: _contributions_text,
    ClaimAssessment: _claim_assessment_text,
    Finding: _finding_text,
    Ad: _ad_text,
}
