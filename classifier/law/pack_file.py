"""The form of a rule pack on disk: one TOML file, or a folder of them that make up one pack.

An ``[instrument.x]`` table holds what several authorities share; an authority takes it over with ``of = "x"``. A phrase
``@name`` stands for the list of that name in a ``[phrases]`` table, of the pack or of ``phrases.toml`` beside it.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from classifier.errors import RulePackError, problem

_Grade = Literal["read", "regulator", "press", "secondary", "unchecked"]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class WrittenPenalty(_Closed):
    """A ``[penalty.x]`` table."""

    instrument: str
    locator: str
    grade: _Grade
    binds: Literal["individual", "organisation", "trader"]
    currency: str = ""
    low: int | None = Field(default=None, ge=0)
    high: int | None = Field(default=None, ge=0)
    in_force_from: date | None = None
    in_force_until: date | None = None


class WrittenAuthority(_Closed):
    """An ``[authority.x]`` table, what its instrument gives included."""

    instrument: str
    locator: str
    url: str = ""
    jurisdiction: str = ""
    products: list[str] = []
    grade: _Grade
    in_force_from: date | None = None
    in_force_until: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    replaced_by: str = ""
    verified_on: date | None = None
    review_by: date | None = None
    limits_vi: str = ""
    limits_en: str = ""
    penalties: list[str] = []


class WrittenNear(_Closed):
    """The ``near`` of a rule; ``after`` asks that it follow the term."""

    terms: list[str]
    within_words: int = Field(ge=1, le=40)
    after: bool = False


class WrittenRule(_Closed):
    """A ``[[rule]]`` table."""

    id: str
    kind: Literal["present", "missing"] = "present"
    status: Literal["draft", "trial", "active", "retired"]
    category: str
    verdict: Literal["prohibited", "document", "filing", "wording", "layout", "disclosure"]
    severity: Literal["low", "medium", "high"]
    confidence: Literal["low", "medium", "high"]
    products: list[str] = []
    needs_product: bool = False
    channels: list[str] = []
    authorities: list[str] = Field(min_length=1)
    beside: list[str] = []
    terms: list[str] = Field(min_length=1)
    near: WrittenNear | None = None
    unless: list[str] = []
    paraphrases: list[str] = []
    reason_vi: str
    reason_en: str
    question_vi: str
    question_en: str
    flags: list[str]
    passes: list[str]


class WrittenPack(_Closed):
    """All tables of a pack."""

    pack: str
    version: str
    phrases: dict[str, list[str]] = {}
    penalty: dict[str, WrittenPenalty] = {}
    authority: dict[str, WrittenAuthority]
    rule: list[WrittenRule]


@dataclass(frozen=True)
class PackFile:
    """A pack as written, every phrase list it may use included, with its name for messages."""

    name: str
    written: WrittenPack

    @property
    def raw(self) -> bytes:
        """Give the whole pack as JSON: what is archived, and what its digest is of."""
        return self.written.model_dump_json().encode()


def read_pack(place: Traversable, shared: dict[str, list[str]]) -> PackFile:
    """Read a pack from a file or a folder; ``shared`` are phrase lists it may use.

    Raises
    ------
    RulePackError
        With every problem of syntax and every unknown, missing or ill-typed field.
    """
    files = sorted((f for f in place.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name) if place.is_dir() else [place]
    tables: dict[str, Any] = {"pack": "", "version": "", "authority": {}, "rule": []}
    for file in files:
        _merge(tables, _parsed(file.name, file.read_bytes()), file.name)
    _take_over_instruments(place.name, tables)
    try:
        written = WrittenPack.model_validate(tables)
    except ValidationError as error:
        found = (problem("pack_field", f"{place.name}: {'.'.join(map(str, f['loc']))}", detail=f["msg"]) for f in error.errors())
        raise RulePackError(*found) from error
    written.phrases = shared | written.phrases
    return PackFile(place.name, written)


def read_raw_pack(name: str, raw: bytes) -> PackFile:
    """Read a pack back from what :attr:`PackFile.raw` gave.

    Raises
    ------
    RulePackError
        It is not such a pack.
    """
    try:
        return PackFile(name, WrittenPack.model_validate_json(raw))
    except ValidationError as error:
        raise RulePackError(*(problem("pack_field", name, detail=f["msg"]) for f in error.errors())) from error


def read_phrases(file: Traversable) -> dict[str, list[str]]:
    """Read the phrase lists that packs share."""
    return {name: list(phrases) for name, phrases in _parsed(file.name, file.read_bytes()).get("phrases", {}).items()}


def _parsed(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulePackError(problem("pack_syntax", name, detail=str(error))) from error


def _merge(tables: dict[str, Any], more: dict[str, Any], name: str) -> None:
    for key, value in more.items():
        if isinstance(value, list) and isinstance(tables.get(key), list):
            tables[key] = tables[key] + value
        elif isinstance(value, dict) and isinstance(tables.get(key), dict):
            for twice in value.keys() & tables[key].keys():
                raise RulePackError(problem("pack_name_twice", name, value=f"{key}.{twice}"))
            tables[key] = tables[key] | value
        else:
            tables[key] = value


def _take_over_instruments(name: str, tables: dict[str, Any]) -> None:
    instruments = tables.pop("instrument", {})
    for key, authority in tables["authority"].items():
        of = authority.pop("of", None) if isinstance(authority, dict) else None
        if of is None:
            continue
        if of not in instruments:
            raise RulePackError(problem("pack_instrument_unknown", f"{name}, authority {key}", value=of))
        tables["authority"][key] = {**instruments[of], **authority}
