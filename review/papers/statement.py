"""The statement of reasons for the EU transparency database: one record from one decision, checked offline before it leaves."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from classifier.errors import FieldInvalid, Problem, ReviewError, problem
from review.domain import Outcome
from review.papers.facts import Ground, PaperFacts, without_personal

_FIRST, _FIRST_APPLIED, _LAST = date(2000, 1, 1), date(2020, 1, 1), date(2038, 1, 1)
_LANGUAGES = {"vi": "VI", "en": "EN", "mixed": "VI"}
_VERIFY = "verify before relying"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What was done about the ad, which the record cannot know: said by the one who did it."""

    visibility: tuple[str, ...] = ("DECISION_VISIBILITY_CONTENT_DISABLED",)
    territorial_scope: tuple[str, ...] = ()
    applied_on: date
    category: str = "STATEMENT_CATEGORY_CONSUMER_INFORMATION"
    specification: tuple[str, ...] = ("KEYWORD_MISLEADING_INFO_GOODS_SERVICES",)
    source_type: str = "SOURCE_VOLUNTARY"
    is_illegal: bool = True
    further: dict[str, Any] = field(default_factory=dict)
    """Further fields of the record, as the database names them."""


def statement_of_reasons(facts: PaperFacts, restriction: Restriction) -> dict[str, Any]:
    """Make the record for the transparency database of a decision that an ad is misleading.

    Raises
    ------
    ReviewError
        The decision restricts nothing.
    FieldInvalid
        With everything the database would refuse.
    """
    if facts.outcome is not Outcome.MISLEADING:
        raise ReviewError(problem("paper_restricts_nothing", f"decision {facts.decision_id}"))
    record = {
        "decision_visibility": list(restriction.visibility),
        **_ground_fields(facts, is_illegal=restriction.is_illegal),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": restriction.category,
        "category_specification": list(restriction.specification),
        "territorial_scope": list(restriction.territorial_scope),
        "content_language": _LANGUAGES.get(facts.language, "EN"),
        "content_date": facts.ad_on.isoformat(),
        "application_date": restriction.applied_on.isoformat(),
        "decision_facts": _facts(facts),
        "source_type": restriction.source_type,
        "automated_detection": "Yes" if facts.was_flagged else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": f"case-{facts.case_id:06d}-decision-{facts.decision_id}",
        **restriction.further,
    }
    record = {name: value for name, value in record.items() if value not in ([], "")}
    faults = statement_faults(record)
    if faults:
        raise FieldInvalid(*faults)
    return record


def statement_faults(record: dict[str, Any]) -> tuple[Problem, ...]:
    """Give everything the database would refuse in a record, and what it would let pass: a keyword of another category, personal data."""
    validator = Draft202012Validator(transparency_schema(), format_checker=FormatChecker(["date"]))
    found = [problem("statement_field", error.json_path, detail=error.message[:200]) for error in validator.iter_errors(record)]
    found += [problem("statement_keyword", keyword, category=record.get("category")) for keyword in _strange_keywords(record)]
    found += [
        problem("statement_date", name, value=record[name])
        for name in record
        if name.endswith(("_date", "_restriction")) and _is_out(name, record)
    ]
    texts = {name: value for name, value in record.items() if isinstance(value, str) and not name.endswith("_url")}
    found += [
        problem("statement_personal", name)
        for name, value in texts.items()
        if name != "puid" and not name.endswith(("_date", "_restriction")) and without_personal(value) != value
    ]
    return tuple(found)


@cache
def transparency_schema() -> dict[str, Any]:
    """Give the schema of the database's record."""
    return dict(json.loads((files("review.papers") / "transparency.schema.json").read_text("utf-8")))


def _strange_keywords(record: dict[str, Any]) -> list[str]:
    """Give keywords that belong to none of the record's categories."""
    own = {record.get("category"), *record.get("category_addition", ())}
    allowed = {keyword for category, keywords in transparency_schema()["x-keywords"].items() if category in own for keyword in keywords}
    return [keyword for keyword in record.get("category_specification", ()) if keyword not in allowed | {"KEYWORD_OTHER"}]


def _is_out(name: str, record: dict[str, Any]) -> bool:
    try:
        day = date.fromisoformat(record[name])
    except (ValueError, TypeError):
        return True
    return not (_FIRST_APPLIED if name == "application_date" else _FIRST) <= day <= _LAST


def _ground_fields(facts: PaperFacts, *, is_illegal: bool) -> dict[str, str]:
    """Give the ground: the authorities and why the words met them; where none is cited, the reviewer's own words."""
    cited = "; ".join(dict.fromkeys(_cited(ground) for ground in facts.grounds)) or ", ".join(facts.other_grounds)
    why = " ".join(dict.fromkeys(ground.reason["en"] for ground in facts.grounds)) or facts.rationale
    if is_illegal:
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": _cut(cited, 500),
            "illegal_content_explanation": _cut(why, 2000),
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": _cut(cited, 500),
        "incompatible_content_explanation": _cut(why, 2000),
    }


def _cited(ground: Ground) -> str:
    mark = "" if ground.is_verified else f" ({_VERIFY})"
    return f"{ground.instrument}, {ground.locator}{mark}"


def _facts(facts: PaperFacts) -> str:
    quotes = "; ".join(f"“{quote}”" for quote in dict.fromkeys(q for ground in facts.grounds for q in ground.quotes))
    quoted = f"Words of the advert: {quotes}. " if quotes else f"The advert begins: “{facts.excerpt}”. "
    return _cut(f"{quoted}A person decided after reading the reasons: {facts.rationale}", 5000)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
