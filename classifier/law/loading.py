"""Reading rule packs from TOML. Every problem of a file is collected, then raised once."""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from classifier.domain import CLAIM_TYPES, JURISDICTIONS, Authority, Confidence, Grade, ProductKind, Severity
from classifier.errors import Problem, RulePackError, problem
from classifier.law.rules import Rule, RulePack
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import phrase_words

PACK_NAMES = ("common", *JURISDICTIONS)
_LEAST_EXAMPLES = 3


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Authority(_Closed):
    instrument: str
    locator: str
    url: str = ""
    grade: Literal["read", "regulator", "press", "secondary", "unchecked"]
    in_force_from: date | None = None
    in_force_until: date | None = None
    verified_on: date | None = None


class _Near(_Closed):
    terms: list[str]
    within_words: int = Field(ge=1, le=40)


class _Rule(_Closed):
    id: str
    status: Literal["draft", "trial", "active", "retired"]
    category: str
    severity: Literal["low", "medium", "high"]
    confidence: Literal["low", "medium", "high"]
    products: list[str] = []
    authorities: list[str] = Field(min_length=1)
    terms: list[str] = Field(min_length=1)
    near: _Near | None = None
    unless: list[str] = []
    reason_vi: str
    reason_en: str
    question_vi: str
    question_en: str
    flags: list[str]
    passes: list[str]


class _Pack(_Closed):
    pack: str
    version: str
    authority: dict[str, _Authority]
    rule: list[_Rule]


@cache
def load_packs() -> tuple[RulePack, ...]:
    """Load the packs that ship with the package, once, ``common`` first."""
    folder = files("classifier.law") / "packs"
    return tuple(load_pack(folder / f"{name}.toml") for name in PACK_NAMES)


def load_pack(file: Traversable) -> RulePack:
    """Read one pack.

    Raises
    ------
    RulePackError
        With every problem found: syntax, unknown or missing fields, ids, dates, classes, too few examples.
    """
    raw = file.read_bytes()
    try:
        pack = _Pack.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulePackError(problem("pack_syntax", file.name, detail=str(error))) from error
    except ValidationError as error:
        raise RulePackError(*(_of_field(file.name, found) for found in error.errors())) from error
    problems = list(_problems(file.name, pack))
    if problems:
        raise RulePackError(*problems)
    authorities = {name: _authority(written) for name, written in pack.authority.items()}
    rules = tuple(_rule(written, authorities) for written in pack.rule)
    return RulePack(pack.pack, pack.version, rules, hashlib.sha256(raw).hexdigest())


def _of_field(name: str, found: Any) -> Problem:
    return problem("pack_field", f"{name}: {'.'.join(map(str, found['loc']))}", detail=found["msg"])


def _problems(name: str, pack: _Pack) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, authority in pack.authority.items():
        if authority.in_force_from and authority.in_force_until and authority.in_force_until <= authority.in_force_from:
            yield problem("pack_dates", f"{name}, authority {key}")
    for rule in pack.rule:
        where = f"{name}, rule {rule.id}"
        if rule.id in seen:
            yield problem("pack_rule_twice", where)
        seen.add(rule.id)
        if not rule.id.startswith(f"{pack.pack}."):
            yield problem("pack_rule_prefix", where, expected=f"{pack.pack}.")
        if rule.category not in CLAIM_TYPES:
            yield problem("pack_category", where, value=rule.category)
        yield from _problems_of_parts(where, rule, pack)


def _problems_of_parts(where: str, rule: _Rule, pack: _Pack) -> Iterator[Problem]:
    for key in rule.authorities:
        if key not in pack.authority:
            yield problem("pack_authority_unknown", where, value=key)
    for product in rule.products:
        if product not in list(ProductKind):
            yield problem("pack_product", where, value=product)
    for phrase in [*rule.terms, *(rule.near.terms if rule.near else []), *rule.unless]:
        words = phrase_words(phrase)
        if not words:
            yield problem("pack_phrase_empty", where, value=phrase)
        for word in words:
            if word[0] == "{" and word[1:-1] not in load_lexicon().names:
                yield problem("pack_class_unknown", where, value=word)
    if rule.status == "active" and min(len(rule.flags), len(rule.passes)) < _LEAST_EXAMPLES:
        yield problem("pack_examples", where, expected=_LEAST_EXAMPLES)


def _authority(written: _Authority) -> Authority:
    return Authority(
        instrument=written.instrument,
        locator=written.locator,
        url=written.url,
        grade=Grade(written.grade),
        in_force_from=written.in_force_from,
        in_force_until=written.in_force_until,
        verified_on=written.verified_on,
    )


def _rule(written: _Rule, authorities: dict[str, Authority]) -> Rule:
    return Rule(
        rule_id=written.id,
        status=written.status,
        category=written.category,
        severity=Severity(written.severity),
        confidence=Confidence(written.confidence),
        products=tuple(ProductKind(product) for product in written.products),
        authorities=tuple(authorities[key] for key in written.authorities),
        terms=tuple(written.terms),
        near=tuple(written.near.terms) if written.near else (),
        within_words=written.near.within_words if written.near else 0,
        unless=tuple(written.unless),
        reason_vi=written.reason_vi,
        reason_en=written.reason_en,
        question_vi=written.question_vi,
        question_en=written.question_en,
        flags=tuple(written.flags),
        passes=tuple(written.passes),
    )
