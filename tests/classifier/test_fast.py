"""The arrays that plain texts are read into give what reading them letter by letter gives."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.checker import Checker, make_ad
from classifier.close_reading import judge_closely
from classifier.fast.id_table import UNKNOWN, IdTable
from classifier.fast.names import NameIndex, hash_of, hash_strings, power
from classifier.fast.plain import plain_ones
from classifier.learning.corpus import read_corpus
from conftest import DAY, ROOT

WORDS = ["cures", "Diabetes", "chữa", "khỏi", "dứt điểm", "trong", "7 ngày", "100%", "không", "no", "side effects", "“", "”", "kg",
         "bác sĩ nói", "✅", "🔥", "•", "-", ";", ".", "!", "…", "\n", "\r\n", "e.g.", "tp.", "don't,", "ksdjf", "may",
         "c4nc3r", "khỏiii", "size5"]  # fmt: skip
GAPS = [" ", "", " ", "\xa0", ". ", "\n"]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)).map("".join), max_size=40).map("".join)


def _as_close_reading(texts: list[str], checker: Checker) -> int:
    """Hold both ways against each other; give how many texts were plain."""
    ads = [make_ad(text, as_of=DAY) for text, is_plain in zip(texts, plain_ones(texts), strict=True) if is_plain]
    for ad, fast, close in zip(ads, checker.plain.judge(ads), judge_closely(ads, checker.packs, checker.scorer), strict=True):
        assert (fast.ruling, fast.triage, fast.disguises) == (close.ruling, close.triage, close.disguises), ad.text
        assert [claim.claim for claim in fast.claims] == [claim.claim for claim in close.claims]
        for one, other in zip(fast.claims, close.claims, strict=True):
            assert (one.findings, one.qualifiers) == (other.findings, other.qualifiers)
            assert [kind.type_id for kind in one.claim_types] == [kind.type_id for kind in other.claim_types]
            assert abs(one.risk - other.risk) < 1e-12
            told, expected = one.explanation, other.explanation
            assert [c.span for c in told.contributions] == [c.span for c in expected.contributions]
            assert np.allclose(told.contributions.values, expected.contributions.values, rtol=0, atol=1e-12)
            assert abs(told.elsewhere - expected.elsewhere) < 1e-12
    return len(ads)


def test_passages_as_close_reading(checker: Checker) -> None:
    """Passages of the corpus, many at once: nearly all are plain, and nothing differs."""
    texts = [passage.text for passage in read_corpus(ROOT / "data" / "corpus")][::23]
    assert _as_close_reading(texts, checker) > 0.9 * len(texts)


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_any_page_as_close_reading(texts: list[str]) -> None:
    """So it is for texts of anything, in pages of any make-up."""
    _as_close_reading(texts, _checker())


@given(st.dictionaries(st.integers(0, 2**62), st.integers(0, 2**40), max_size=300), st.lists(st.integers(0, 2**62), max_size=50))
def test_a_table_of_numbers_is_a_dict(known: dict[int, int], asked: list[int]) -> None:
    """It gives what was put in, and says of everything else that it is not known."""
    table = IdTable()
    keys, values = np.array(list(known), np.int64), np.array(list(known.values()), np.int64)
    table.add(keys[: len(keys) // 2], values[: len(keys) // 2])
    table.add(keys[len(keys) // 2 :], values[len(keys) // 2 :])
    everything = [*known, *asked]
    assert table.find(np.array(everything, np.int64)).tolist() == [known.get(key, UNKNOWN) for key in everything]


@given(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
)
def test_a_hash_of_parts_is_that_of_the_whole(left: str, right: str) -> None:
    """The hash of two strings put together follows from theirs."""
    hashes, lengths = hash_strings([left, right])
    assert (hashes[:1] + power(lengths[:1]) * hashes[1:]).tolist() == [hash_of(left + right)]


def test_an_index_of_names_knows_its_names() -> None:
    """Each name has its row, and others have none."""
    names = ["w:chữa", "b:chữa khỏi", "g:<ch"]
    index = NameIndex("\n".join(names).encode())
    assert index.rows(hash_strings([*names, "w:chưa"])[0]).tolist() == [0, 1, 2, -1]


_KEPT: list[Checker] = []


def _checker() -> Checker:
    if not _KEPT:
        from classifier.checker import load_checker

        _KEPT.append(load_checker())
    return _KEPT[0]
