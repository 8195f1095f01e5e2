"""Rule packs: their examples, their dates, and what is said of a broken one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest

from classifier.domain import Assessment, Confidence, ProductKind
from classifier.errors import RulePackError
from classifier.law.examples import findings_in, run_examples
from classifier.law.loading import PACK_NAMES, load_pack, load_packs
from classifier.law.rules import Rule, RulePack
from classifier.reading.folding import fold
from classifier.reading.words import read_words

EXAMPLES = [pytest.param(pack, id=pack.name) for pack in load_packs()]


@pytest.mark.parametrize("pack", EXAMPLES)
def test_examples_do_what_the_rules_say(pack: RulePack) -> None:
    """Every flagged example is flagged by its own rule, every passed one is not."""
    assert list(run_examples(pack)) == []


OTHER_WORDS = ("het han", "chua dut diem", "con dung", "tu ngay dung", "tan so", "mot tuan")
"""Words that are others without diacritics: hết hẳn and hết hạn, chữa and chưa, đúng, dùng and đừng, tần số and tan sở.
The number một is read with its mark only."""


@pytest.mark.parametrize("pack", EXAMPLES)
def test_diacritics_change_no_words_met(pack: RulePack) -> None:
    """An example still readable without diacritics is met at the same words with them, decomposed, and without."""
    for rule in pack.active.values():
        for example in rule.flags:
            bare = fold(example)
            assert _words_met(example, rule, pack) == _words_met(normalize("NFD", example), rule, pack), example
            if read_words(bare).unmarked and not any(words in bare.lower() for words in OTHER_WORDS):
                assert _words_met(example, rule, pack) == _words_met(bare, rule, pack), example


def _words_met(text: str, rule: Rule, pack: RulePack) -> list[str]:
    """Give the words at which a rule is met, without their diacritics."""
    day = max((a.in_force_from for a in rule.authorities if a.in_force_from), default=date(2026, 1, 1))
    product = rule.products[0] if rule.needs_product else None
    spans = [s for f in findings_in(text, pack, day, product) if f.rule_id == rule.rule_id for s in f.spans]
    return [fold(normalize("NFC", span.of(text).lower())) for span in spans]


def test_a_broken_example_is_found() -> None:
    """The runner can fail: a rule whose example it does not meet is named."""
    pack = load_packs()[0]
    rule = next(iter(pack.active.values()))
    spoiled = RulePack(pack.name, pack.version, (type(rule)(**{**vars(rule), "flags": ("Nothing here.",)}),), b"")
    assert [failure.example for failure in run_examples(spoiled)] == ["Nothing here."]


@pytest.mark.parametrize("pack", EXAMPLES)
def test_packs_are_complete(pack: RulePack) -> None:
    """Each pack holds at least six active rules, each with three examples a side and words in both languages."""
    assert pack.name in PACK_NAMES and len(pack.active) >= 6
    for rule in (*pack.active.values(), *pack.missing):
        assert min(len(rule.flags), len(rule.passes)) >= 3
        assert rule.reason_vi != rule.reason_en and rule.question_vi != rule.question_en


def test_the_law_of_the_ads_own_date_is_cited() -> None:
    """A Vietnamese supplement claim cites the decree in force on its date, and none before there was one."""
    pack = next(pack for pack in load_packs() if pack.name == "vn")
    cited = {
        day: [f.authority.instrument for f in findings_in("Trà chữa tiểu đường.", pack, day) if f.rule_id == "vn.food.disease"]
        for day in (date(2012, 1, 1), date(2026, 2, 14), date(2026, 2, 15))
    }
    assert list(cited.values()) == [[], ["Nghị định 181/2013/NĐ-CP"], ["Nghị định 342/2025/NĐ-CP"]]


def test_green_claims_wait_for_their_law() -> None:
    """The EU rule on green claims is silent until 27 September 2026."""
    pack = next(pack for pack in load_packs() if pack.name == "eu")
    on = {day: [f.rule_id for f in findings_in("Carbon neutral sneakers.", pack, day)] for day in (date(2026, 9, 26), date(2026, 9, 27))}
    assert list(on.values()) == [[], ["eu.green", "eu.green.offset"]]


def test_negation_clears_and_a_hedge_weakens(assessed: Callable[..., Assessment]) -> None:
    """A denied cure gives no finding; a hedged one a weaker one."""

    def cure(text: str) -> list[Confidence]:
        return [f.confidence for c in assessed(text).claims for f in c.findings if f.rule_id == "common.disease.cure"]

    assert cure("This tea cures diabetes.") == [Confidence.HIGH]
    assert cure("This tea does not cure diabetes.") == []
    assert cure("This tea may possibly cure diabetes.") == [Confidence.MEDIUM]


def test_a_negation_stops_at_its_clause(assessed: Callable[..., Assessment]) -> None:
    """“No side effects, cures diabetes” still cures diabetes."""
    rules = {f.rule_id for c in assessed("No side effects, cures diabetes.").claims for f in c.findings}
    assert {"common.disease.cure", "common.safety.absolute"} <= rules


def test_a_rule_of_one_product_kind_stays_with_it(assessed: Callable[..., Assessment]) -> None:
    """The food rule does not speak of a device once the kind is known."""
    rules = {f.rule_id for c in assessed("Máy chữa tiểu đường.", product=ProductKind.DEVICE).claims for f in c.findings}
    assert "vn.untrue.disease" in rules and "vn.food.disease" not in rules


def test_findings_quote_words_of_the_ad(assessed: Callable[..., Assessment]) -> None:
    """Spans of findings lie in their claim and hold words."""
    text = "Hàng mới về. Trà c.h.ữ.a tiểu đường, an toàn tuyệt đối!"
    spans = [span for claim in assessed(text).claims for f in claim.findings for span in f.spans]
    assert spans and all(span.of(text).strip() for span in spans)
    assert "c.h.ữ.a" in {span.of(text) for span in spans}


BAD = """
pack = "xx"
version = "1"
[authority.a]
instrument = "I"
locator = "L"
grade = "read"
in_force_from = 2026-01-02
in_force_until = 2026-01-01
[[rule]]
id = "yy.one"
status = "active"
category = "lies"
verdict = "document"
severity = "high"
confidence = "high"
authorities = ["b"]
terms = ["{NOSUCH}", "..."]
reason_vi = "a"
reason_en = "b"
question_vi = "c"
question_en = "d"
flags = ["x"]
passes = []
"""


def test_a_bad_pack_names_every_problem_at_once(tmp_path: Path) -> None:
    """All problems come in one error, each with its place."""
    file = tmp_path / "xx.toml"
    file.write_text(BAD, "utf-8")
    with pytest.raises(RulePackError) as caught:
        load_pack(file)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == [
        "pack_dates", "pack_rule_prefix", "pack_category", "pack_authority_unknown", "pack_class_unknown",
        "pack_phrase_empty", "pack_examples",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"), [("pack = ", "pack_syntax"), ('pack = "a"\npack = "b"', "pack_syntax"), ('pack = "a"\npatern = 1', "pack_field")]
)
def test_unreadable_packs_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """Broken TOML, doubled keys and unknown fields are refused."""
    file = tmp_path / "a.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RulePackError) as caught:
        load_pack(file)
    assert caught.value.problems[0].code == code
