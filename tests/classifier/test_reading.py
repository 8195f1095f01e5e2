"""Language, claims, phrases and qualifiers."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.domain import Language, QualifierKind
from classifier.reading.language import detect_language
from classifier.reading.lexicon import load_lexicon
from classifier.reading.phrases import PhraseSet
from classifier.reading.qualifiers import find_qualifiers
from classifier.reading.split import split_claims
from classifier.reading.words import read_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Trà thảo mộc dễ uống", Language.VI),
        ("giam can cap toc, 1 thang xuong 5 ky, ib em nhe", Language.VI),
        ("Soft hands. Small tin.", Language.EN),
        ("Mua ngay kẻo lỡ, this is the best deal of the year for you", Language.MIXED),
        ("Découvrez la crème pour les peaux sensibles avec votre beauté", Language.UNKNOWN),
        ("糖尿病が治るお茶", Language.UNKNOWN),
    ],
)
def test_tells_the_language(text: str, language: Language) -> None:
    """Vietnamese with and without diacritics, English, both, neither."""
    assert detect_language(read_words(text)) is language


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Một câu dài. Câu thứ hai!", ["Một câu dài.", "Câu thứ hai!"]),
        ("✅ Giảm đau ngay ✅ An toàn", ["Giảm đau ngay", "An toàn"]),
        ("Giao TP. HCM trong 2.5 ngày", ["Giao TP. HCM trong 2.5 ngày"]),
        ("SOFT HANDS\nSmall tin, big comfort", ["SOFT HANDS", "Small tin, big comfort"]),
        ("A | B side | C side", ["A | B side", "C side"]),
    ],
)
def test_cuts_into_claims(text: str, claims: list[str]) -> None:
    """Sentences, bullets, lines and pictographs part claims; abbreviations and decimals do not."""
    found = [claim.text for claim in split_claims(read_words(text))]
    assert found == claims


@given(st.text(alphabet="ab .!?\n✅•-|;,1đ🔥", max_size=80))
def test_claims_hold_every_word(text: str) -> None:
    """Claims lie in order, do not overlap, slice back to their text, and leave out no letter or digit."""
    claims = split_claims(read_words(text))
    assert all(claim.span.of(text) == claim.text for claim in claims)
    assert all(one.span.end <= other.span.start for one, other in pairwise(claims))
    assert sum(c.isalnum() for claim in claims for c in claim.text) == sum(c.isalnum() for c in text)


def test_finds_phrases_with_endings_and_classes() -> None:
    """A star takes any ending, a class any of its words, and overlapping phrases are all found."""
    reading = read_words("It cured my type 2 diabetes")
    phrases = PhraseSet([("cure*", "cure"), ("my {DISEASE}", "mine"), ("it cured", "both")])
    found = [(m.first, m.last, m.name) for m in phrases.find(reading, load_lexicon().find(reading))]
    assert found == [(0, 1, "both"), (1, 1, "cure"), (2, 5, "mine")]


def test_compares_without_diacritics_only_where_there_are_none() -> None:
    """“chua khoi” meets “chữa khỏi” in a text without marks; “chưa khỏi” never does."""
    phrases = PhraseSet([("chữa khỏi", "cure")])
    assert phrases.find(read_words("chua khoi tieu duong"))
    assert not phrases.find(read_words("bệnh chưa khỏi hẳn"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This does not cure diabetes", QualifierKind.NEGATION),
        ("It may help you sleep", QualifierKind.HEDGE),
        ("Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh", QualifierKind.DISCLAIMER),
        ("The advert claimed “cures cancer in a week”", QualifierKind.QUOTATION),
    ],
)
def test_sees_qualifiers(text: str, kind: QualifierKind) -> None:
    """Negation, hedge, disclaimer and quotation are seen."""
    assert kind in {q.kind for q in find_qualifiers(read_words(text))}


def test_either_place_of_the_tone_mark_is_one_word() -> None:
    """Older and newer spelling of an open syllable compare alike; closed syllables are untouched."""
    assert read_words("thoái hóa khỏe ủy").forms == read_words("thoái hoá khoẻ uỷ").forms
    assert read_words("toàn quý").forms == ("toàn", "quý")


def test_plain_vietnamese_words_are_not_found_in_english() -> None:
    """Phrases lose their diacritics only where the text may be Vietnamese: “diet” is not “diệt”, “than” is not “thận”."""
    english, vietnamese = (
        {match.name for match in load_lexicon().find(read_words(text))}
        for text in ("Why choose diet pills bigger than before", "thuoc chua khoi benh tieu duong")
    )
    assert not english & {"CURE", "BODY_PART"}
    assert {"DISEASE", "CURE"} <= vietnamese


def test_full_width_marks_end_a_claim() -> None:
    """A claim ends at a full-width full stop as it does at a plain one, and its words stay as received."""
    plain = "Fennel and mint. Swish for a minute! Ends gum disease."
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in plain)
    cut = [claim.span for claim in split_claims(read_words(wide))]
    assert cut == [claim.span for claim in split_claims(read_words(plain))] and len(cut) == 3


def test_decomposed_and_hidden_characters_end_a_claim() -> None:
    """A claim ends behind a letter with its mark set apart, and behind one with something unseen before it."""
    assert len(split_claims(read_words(unicodedata.normalize("NFD", "Dán khi ngủ, gỡ khi dậy. Dứt đau khớp. Giá rẻ.")))) == 3
    assert len(split_claims(read_words("Cheap m\u200bi\u200bn\u200bt. Ends gum disease."))) == 2
