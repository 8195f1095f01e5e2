"""Health claims the European Union permits: found in both languages, with their condition, and what goes beyond them."""

from datetime import date

import pytest

from classifier.domain import Claim, Span
from classifier.law.permitted import PermittedMatch, load_permitted, match_permitted

DAY = date(2026, 10, 1)


def matches(text: str, day: date = DAY) -> tuple[PermittedMatch, ...]:
    """Match a text as one claim, eleven characters into its ad."""
    return match_permitted(Claim(span=Span(11, 11 + len(text)), text=text), day)


@pytest.mark.parametrize(
    ("text", "nutrient", "effect"),
    [
        ("Vitamin C contributes to the normal function of the immune system", "Vitamin C", "immune system"),
        ("Vitamin C góp phần vào chức năng bình thường của hệ miễn dịch", "Vitamin C", "immune system"),
        ("Zinc for the maintenance of normal vision", "Zinc", "vision"),
        ("Magiê giúp giảm mệt mỏi", "Magnesium", "tiredness"),
        ("Beta-glucans maintain normal blood cholesterol", "Beta-glucans", "cholesterol"),
    ],
)
def test_an_authorised_claim_finds_its_authorisation(text: str, nutrient: str, effect: str) -> None:
    """Nutrient and effect together give the permitted claim and its condition; nothing goes beyond it."""
    found = [m for m in matches(text) if m.permitted.nutrient_en == nutrient and effect in m.permitted.effect_en]
    assert found and all(m.beyond == () and m.permitted.condition_vi and m.permitted.condition_en for m in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vitamin C prevents flu", ["prevents", "flu"]),
        ("Vitamin C ngừa cảm cúm", ["ngừa", "cảm cúm"]),
        ("Magnesium cures migraine and supports muscle function", ["cures", "migraine"]),
    ],
)
def test_going_beyond_is_told_by_its_words(text: str, words: list[str]) -> None:
    """A disease is never within a permitted claim; the words that say so are named, in the ad's own offsets."""
    found = matches(text)
    assert found
    shifted = " " * 11 + text
    assert {span.of(shifted) for m in found for span in m.beyond} == set(words)


@pytest.mark.parametrize("text", ["kem duong am vitamin b12 cho da dau", "Túi vải nhẹ", "Good for the heart", "Iron-clad guarantee"])
def test_what_names_no_nutrient_with_an_effect_matches_nothing(text: str) -> None:
    """A cream (“kem”) is no zinc (“kẽm”) where diacritics are missing; an effect alone, or a nutrient alone, is no claim."""
    assert matches(text) == ()


def test_there_was_no_list_before_its_day() -> None:
    """Before the regulation applied nothing was permitted under it."""
    assert matches("Vitamin C contributes to normal immune function", date(2012, 12, 13)) == ()


def test_the_facts_are_complete_and_marked() -> None:
    """More than two hundred claims, each with both languages, a condition and a grade that asks to verify."""
    claims = [claim for _, _, claim in load_permitted().claims]
    assert len(claims) > 200
    assert all(c.effect_vi != c.effect_en and c.condition_vi != c.condition_en and c.grade == "unchecked" for c in claims)
