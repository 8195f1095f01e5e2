"""The law as dated objects: what was in force when, what it costs, what was suspended, and what must not be missing."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from classifier.authority import first_in_force, in_force, set_aside
from classifier.domain import Assessment, Channel, Finding, ProductKind
from classifier.law.examples import findings_in
from classifier.law.loading import load_packs
from classifier.law.missing import find_missing
from classifier.law.rules import RulePack
from classifier.reading.words import read_words
from ui.rule_text import authority_standing, penalty_line

AD = "Viên uống số 1 Việt Nam chữa dứt điểm tiểu đường, bác sĩ khuyên dùng. Tôi đã khỏi bệnh dạ dày nhờ viên này."
DAYS = (date(2021, 7, 19), date(2025, 6, 1), date(2026, 3, 1), date(2026, 10, 1))
SENTENCE = "Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh."


def pack_named(name: str) -> RulePack:
    """Give one of the packs that ship."""
    return next(pack for pack in load_packs() if pack.name == name)


def test_the_same_ad_on_four_dates_cites_the_law_of_each(golden: Callable[[str, str], None], assessed: Callable[..., Assessment]) -> None:
    """A Vietnamese supplement ad of 2021, 2025, March and October 2026 meets the instruments of its own day."""
    golden("law_four_dates.vi.txt", "\n".join(line for day in DAYS for line in _law_of(day, assessed)) + "\n")


def _law_of(day: date, assessed: Callable[..., Assessment]) -> Iterator[str]:
    told = assessed(AD, as_of=day, jurisdictions=("vn",), product=ProductKind.FOOD, is_whole=True)
    findings = [f for claim in told.claims for f in claim.findings if f.rule_id.startswith("vn.")] + [m.finding for m in told.missing]
    yield f"== {day}"
    for finding in sorted(findings, key=lambda f: f.rule_id):
        yield f"{finding.rule_id}: {finding.authority.instrument}, {finding.authority.locator} [{finding.authority.grade}]"
        yield from (f"    {line}" for line in _standing(finding))


def _standing(finding: Finding) -> Iterator[str]:
    yield from authority_standing(finding, "vi")
    if finding.penalty:
        yield penalty_line(finding.penalty, "vi")
    yield from (f"+ {beside.instrument}, {beside.locator}" for beside in finding.beside)


@pytest.mark.parametrize(
    ("day", "rule", "instrument", "fined_by"),
    [
        (DAYS[0], "vn.food.disease", "Nghị định 181/2013/NĐ-CP", "Nghị định 38/2021/NĐ-CP"),
        (DAYS[2], "vn.food.disease", "Nghị định 342/2025/NĐ-CP", "Nghị định 38/2021/NĐ-CP"),
        (DAYS[3], "vn.food.disease", "Nghị định 342/2025/NĐ-CP", "Nghị định 87/2026/NĐ-CP"),
        (DAYS[0], "vn.food.patient", "Nghị định 15/2018/NĐ-CP", "Nghị định 38/2021/NĐ-CP"),
        (DAYS[3], "vn.food.patient", "Nghị định 15/2018/NĐ-CP", "Nghị định 87/2026/NĐ-CP"),
        (DAYS[1], "vn.superlative", "Luật Quảng cáo 16/2012/QH13", "Nghị định 38/2021/NĐ-CP"),
        (DAYS[3], "vn.superlative", "Luật Quảng cáo 16/2012/QH13, sửa đổi bởi Luật 75/2025/QH15", "Nghị định 87/2026/NĐ-CP"),
    ],
)
def test_prohibition_and_penalty_are_dated_apart(day: date, rule: str, instrument: str, fined_by: str) -> None:
    """The instrument that forbids and the one that fines each follow the ad's own date."""
    finding = next(f for f in findings_in(AD, pack_named("vn"), day) if f.rule_id == rule)
    assert finding.penalty is not None
    assert (finding.authority.instrument, finding.penalty.instrument) == (instrument, fined_by)


def test_a_ban_without_a_fine_of_its_own_claims_none() -> None:
    """Doctors in food adverts are banned, but no fine for that was found: none is told."""
    finding = next(f for f in findings_in(AD, pack_named("vn"), DAYS[3]) if f.rule_id == "vn.food.doctor")
    assert finding.penalty is None and "no fine of its own" in finding.authority.limits_en


def test_a_suspended_decree_does_not_bind_but_is_named() -> None:
    """Decree 46/2026 is set aside, Decree 15/2018 applies, and the finding says so."""
    finding = next(f for f in findings_in(AD, pack_named("vn"), DAYS[3]) if f.rule_id == "vn.food.doctor")
    assert finding.set_aside == ("Nghị định 46/2026/NĐ-CP",)
    rule = pack_named("vn").active["vn.food.doctor"]
    assert first_in_force(rule.authorities, DAYS[3]) is rule.authorities[1]
    assert set_aside(rule.authorities, DAYS[1]) == ()


def test_marks_warn_of_unread_texts_and_of_old_checks() -> None:
    """A secondary source is marked at once, every authority once its review date has come."""
    authority = pack_named("vn").active["vn.food.disease"].authorities[0]
    assert authority.marks(date(2026, 10, 1)) == ("verify",)
    assert authority.marks(date(2028, 1, 1)) == ("verify", "review_due")
    read = pack_named("vn").active["vn.superlative"].authorities[0]
    assert read.marks(date(2026, 10, 1)) == ()


def test_every_authority_below_a_regulators_page_is_marked() -> None:
    """No text that was not read passes for one that was."""
    for pack in load_packs():
        for rule in pack.rules:
            for authority in (*rule.authorities, *rule.beside):
                assert ("verify" in authority.marks(date(2026, 10, 1))) == (authority.grade not in ("read", "regulator"))
                assert authority.verified_on or authority.grade == "unchecked"


def test_every_day_since_2014_has_its_law() -> None:
    """Rules on Vietnamese food and cosmetics leave no day without an authority between the old decrees and the new."""
    for name in ("vn.food.disease", "vn.cosmetic.medicine", "vn.superlative", "vn.comparison"):
        authorities = pack_named("vn").active[name].authorities
        for day in (date(2014, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 14), date(2026, 2, 15), date(2026, 12, 1)):
            assert sum(in_force(a, day) for a in authorities) == 1, (name, day)


def test_a_part_of_an_ad_never_lacks_a_sentence(assessed: Callable[..., Assessment]) -> None:
    """Without the whole ad, or without the kind of product, nothing is missing and the reader is told why."""
    part = assessed("Viên uống đẹp da.", product=ProductKind.FOOD)
    unknown = assessed("Viên uống đẹp da.", is_whole=True)
    assert part.missing == unknown.missing == ()
    whys = [{left.why for left in told.not_checked if left.what == "missing_statements"} for told in (part, unknown)]
    assert whys == [{"maybe_a_part"}, {"product_unknown"}]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"Viên uống đẹp da. {SENTENCE}", None),
        ("Vien uong dep da. Thuc pham nay khong phai la thuoc, khong co tac dung thay the thuoc chua benh.", None),
        ("Viên uống đẹp da. Sản phẩm này không phải là thuốc.", "Sản phẩm này không phải là thuốc"),
        ("Viên uống đẹp da.", ""),
    ],
)
def test_the_supplement_sentence_is_found_paraphrased_or_missing(text: str, state: str | None, assessed: Callable[..., Assessment]) -> None:
    """The sentence counts with or without diacritics; other words are named; its absence is found."""
    told = assessed(text, product=ProductKind.FOOD, is_whole=True, jurisdictions=("vn",))
    found = [m for m in told.missing if m.rule_id == "vn.missing.supplement"]
    assert [(m.span.of(text) if m.span else "") for m in found] == ([] if state is None else [state])


def test_duties_follow_product_channel_and_jurisdiction(assessed: Callable[..., Assessment]) -> None:
    """The sponsor's duty is asked of an influencer only, the US sentence in the US only, the supplement's of food only."""

    def asked(**setting: object) -> set[str]:
        return {m.rule_id for m in assessed("Mình mê em này.", is_whole=True, **setting).missing}

    assert "vn.missing.sponsor" in asked(product=ProductKind.COSMETIC, channel=Channel.INFLUENCER)
    assert "vn.missing.sponsor" not in asked(product=ProductKind.COSMETIC, channel=Channel.PRINT)
    assert "us.missing.disclaimer" not in asked(product=ProductKind.FOOD, jurisdictions=("vn",))
    assert "vn.missing.supplement" not in asked(product=ProductKind.COSMETIC)


def test_a_missing_rule_waits_for_its_law() -> None:
    """The Vietnamese influencer duty is younger than 2026."""
    from classifier.checker import make_ad

    days = (date(2025, 6, 1), date(2026, 6, 1))
    setting = {"product": ProductKind.COSMETIC, "channel": Channel.INFLUENCER, "is_whole": True, "jurisdictions": ("vn",)}
    ads = (make_ad("Mình mê em này.", as_of=day, **setting) for day in days)
    assert ["vn.missing.sponsor" in {m.rule_id for m in find_missing(ad, read_words(ad.text), load_packs())} for ad in ads] == [False, True]


def test_only_the_law_differs_between_dates_jurisdictions_and_products(assessed: Callable[..., Assessment]) -> None:
    """Risk, kinds the model names, words weighed and qualifiers stay; findings, questions and what is unchecked follow the law."""
    told = [
        assessed(AD, as_of=day, jurisdictions=places, product=product)
        for day in (DAYS[0], DAYS[3])
        for places in (("vn",), ("eu", "us"))
        for product in (ProductKind.FOOD, ProductKind.COSMETIC)
    ]
    assert len({(one.risk, one.ruling, tuple(c.explanation for c in one.claims)) for one in told}) == 1
    assert len({tuple(f.authority for c in one.claims for f in c.findings) for one in told}) > 4
