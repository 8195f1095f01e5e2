"""Words spelt oddly read as the words they stand for; what only looks like it stays."""

import pytest

from classifier.reading.spelling import known_words, said_once, words_in
from classifier.reading.words import read_words


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("c4nc3r", ["cancer"]),
        ("kh01 bệnh", ["khoi", "bệnh"]),
        ("khỏ1", ["khỏi"]),
        ("t1ểu đường", ["tiểu", "đường"]),
        ("1mmune", ["immune"]),
        ("freeee", ["free"]),
        ("willll", ["will"]),
        ("chữaaa khỏiiiii", ["chữa", "khỏi"]),
        ("size5, omega3, B12, No1, số1, 5hop", ["size", "5", "omega", "3", "b", "12", "no", "1", "số", "1", "5", "hop"]),
        ("SPF50 H2O 3in1 A4 10kg covid19", ["spf", "50", "h", "2", "o", "3", "in", "1", "a", "4", "10", "kg", "covid", "19"]),
        ("www.shop", ["www", "shop"]),
    ],
)
def test_odd_spelling(written: str, forms: list[str]) -> None:
    """Digits among letters and letters said again are undone where a known word comes of it, and only there."""
    assert list(read_words(written).forms) == forms


def test_odd_spelling_is_a_reason_to_look() -> None:
    """Each word undone is told as a disguise, at its own place; a number, a size and a tone mark are none."""
    text = "C4nc3r cur3 freeee, size5, SPF50, hóa hoà"
    assert [(d.kind, d.span.of(text)) for d in read_words(text).disguises] == [
        ("odd_spelling", "C4nc3r"),
        ("odd_spelling", "cur3"),
        ("odd_spelling", "freeee"),
    ]


def test_words_in_letters() -> None:
    """Letters are cut into the fewest known words; letters that spell none give nothing."""
    assert words_in("chữakhỏi") == ["chữa", "khỏi"]
    assert words_in("sml") is None
    assert words_in("") == []


def test_a_known_word_is_itself() -> None:
    """A word that is known already says itself once; so do letters that stand for nothing."""
    assert said_once("khỏi") == "khỏi"
    assert said_once("qqqq") == "qqqq"
    assert {"cure", "khỏi", "khoi"} <= known_words()
