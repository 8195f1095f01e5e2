"""Reading rule packs from TOML. Every problem of a pack is collected, then raised once."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from classifier.authority import Authority, Grade, Penalty
from classifier.domain import CLAIM_TYPES, JURISDICTIONS, Channel, Confidence, ProductKind, Severity, VerdictType
from classifier.errors import Problem, RulePackError, problem
from classifier.law.pack_file import PackFile, WrittenAuthority, WrittenPenalty, WrittenRule, read_pack, read_phrases
from classifier.law.rules import Rule, RulePack
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import phrase_words

PACK_NAMES = ("common", *JURISDICTIONS)
_FALSE_FRIENDS = "false_friends"
_LEAST_EXAMPLES = 3


@cache
def load_packs(own: Path | None = None) -> tuple[RulePack, ...]:
    """Load the packs that ship with the package, once, ``common`` first; then an organisation's own from a folder."""
    folder = files("classifier.law") / "packs"
    shipped = [folder / name if (folder / name).is_dir() else folder / f"{name}.toml" for name in PACK_NAMES]
    return tuple(load_pack(place) for place in (*shipped, *_own_packs(own)))


def _own_packs(own: Path | None) -> list[Path]:
    if own is None:
        return []
    places = sorted(place for place in own.glob("*") if place.suffix == ".toml" or place.is_dir()) if own.is_dir() else []
    if not places:
        raise RulePackError(problem("packs_folder", str(own)))
    return places


def load_pack(place: Traversable) -> RulePack:
    """Read one pack, from a file or a folder.

    Raises
    ------
    RulePackError
        With every problem found: syntax, unknown or missing fields, ids, dates, classes, too few examples.
    """
    shared = read_phrases(files("classifier.law") / "packs" / "phrases.toml")
    return compile_pack(read_pack(place, shared))


def compile_pack(file: PackFile) -> RulePack:
    """Make the rules of a pack, or raise with everything that is wrong with it."""
    problems = list(_problems(file))
    if problems:
        raise RulePackError(*problems)
    pack = file.written
    penalties = {name: _penalty(written) for name, written in pack.penalty.items()}
    authorities = {name: _authority(written, pack.pack, penalties) for name, written in pack.authority.items()}
    rules = tuple(_rule(written, authorities, pack.phrases) for written in pack.rule)
    return RulePack(pack.pack, pack.version, rules, file.raw, tuple(pack.phrases.get(_FALSE_FRIENDS, ())))


def _problems(file: PackFile) -> Iterator[Problem]:
    pack, name = file.written, file.name
    seen: set[str] = set()
    laws: list[tuple[str, WrittenAuthority | WrittenPenalty]] = [*pack.authority.items(), *pack.penalty.items()]
    for key, law in laws:
        if law.in_force_from and law.in_force_until and law.in_force_until <= law.in_force_from:
            yield problem("pack_dates", f"{name}, authority {key}")
    for key, authority in pack.authority.items():
        yield from (
            problem("pack_penalty_unknown", f"{name}, authority {key}", value=p) for p in authority.penalties if p not in pack.penalty
        )
    for rule in pack.rule:
        where = f"{name}, rule {rule.id}"
        if rule.id in seen:
            yield problem("pack_rule_twice", where)
        seen.add(rule.id)
        if not rule.id.startswith(f"{pack.pack}."):
            yield problem("pack_rule_prefix", where, expected=f"{pack.pack}.")
        if rule.category not in CLAIM_TYPES:
            yield problem("pack_category", where, value=rule.category)
        yield from _problems_of_parts(where, rule, file)


def _problems_of_parts(where: str, rule: WrittenRule, file: PackFile) -> Iterator[Problem]:
    for key in (*rule.authorities, *rule.beside):
        if key not in file.written.authority:
            yield problem("pack_authority_unknown", where, value=key)
    for product in rule.products:
        if product not in list(ProductKind):
            yield problem("pack_product", where, value=product)
    for channel in rule.channels:
        if channel not in list(Channel):
            yield problem("pack_channel", where, value=channel, expected=", ".join(Channel))
    lists = (rule.terms, rule.near.terms if rule.near else [], rule.unless, rule.paraphrases)
    yield from (found for phrases in lists for phrase in phrases for found in _problems_of_phrase(where, phrase, file))
    if rule.status == "active" and min(len(rule.flags), len(rule.passes)) < _LEAST_EXAMPLES:
        yield problem("pack_examples", where, expected=_LEAST_EXAMPLES)


def _problems_of_phrase(where: str, phrase: str, file: PackFile) -> Iterator[Problem]:
    if phrase.startswith("@"):
        if phrase[1:] not in file.written.phrases:
            yield problem("pack_phrases_unknown", where, value=phrase)
        return
    words = phrase_words(phrase)
    if not words:
        yield problem("pack_phrase_empty", where, value=phrase)
    for word in words:
        if word[0] == "{" and word[1:-1] not in load_lexicon().names:
            yield problem("pack_class_unknown", where, value=word)


def _penalty(written: WrittenPenalty) -> Penalty:
    return Penalty(**written.model_dump(exclude={"grade"}), grade=Grade(written.grade))


def _authority(written: WrittenAuthority, pack: str, penalties: dict[str, Penalty]) -> Authority:
    plain = written.model_dump(exclude={"grade", "penalties", "products", "jurisdiction"})
    return Authority(
        **plain,
        grade=Grade(written.grade),
        jurisdiction=written.jurisdiction or pack,
        products=tuple(written.products),
        penalties=tuple(penalties[name] for name in written.penalties),
    )


def _rule(written: WrittenRule, authorities: dict[str, Authority], lists: dict[str, list[str]]) -> Rule:
    same = written.model_dump(
        include={"kind", "status", "category", "needs_product", "reason_vi", "reason_en", "question_vi", "question_en"}
    )
    return Rule(
        **same,
        rule_id=written.id,
        verdict=VerdictType(written.verdict),
        severity=Severity(written.severity),
        confidence=Confidence(written.confidence),
        products=tuple(ProductKind(product) for product in written.products),
        channels=tuple(Channel(channel) for channel in written.channels),
        authorities=tuple(authorities[key] for key in written.authorities),
        beside=tuple(authorities[key] for key in written.beside),
        terms=_spelled_out(written.terms, lists),
        near=_spelled_out(written.near.terms if written.near else (), lists),
        within_words=written.near.within_words if written.near else 0,
        near_after=written.near.after if written.near else False,
        unless=_spelled_out(written.unless, lists),
        paraphrases=_spelled_out(written.paraphrases, lists),
        flags=tuple(written.flags),
        passes=tuple(written.passes),
    )


def _spelled_out(phrases: Iterable[str], lists: dict[str, list[str]]) -> tuple[str, ...]:
    """Put the phrases of a named list in place of its ``@name``."""
    return tuple(dict.fromkeys(one for phrase in phrases for one in (lists[phrase[1:]] if phrase.startswith("@") else [phrase])))
