"""The path that ships gives the numbers, spans and findings of the plain one, for any text, alone and among others."""

import hashlib
import json
import random
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.batch import assess_many
from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.domain import Ad, Assessment, Scope
from classifier.learning.corpus import read_corpus
from classifier.records import Written, as_record, canonical, written
from conftest import DAY, ROOT
from reference_path import assess_plainly
from ui.rows import full_row, summary_row

DISGUISES: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d"),
    lambda text: text.replace("a", "а").replace("o", "о"),
    lambda text: text.replace(" ", "\u200b ", 3),
    lambda text: "✅".join(text.split(". ")),
    lambda text: " ".join(".".join(word) if i % 7 == 0 else word for i, word in enumerate(text.split())),
    lambda text: "✅" + " ".join(" ".join(word) if i % 9 == 0 else word for i, word in enumerate(text.split())),
]
PIECES = [
    "cures",
    "diabetes",
    "chữa khỏi",
    "tiểu đường",
    "trong 7 ngày",
    "no",
    "side effects",
    "không",
    "tác dụng phụ",
    "100%",
    "!",
    "…",
    ".",
    "\n",
    "✅",
    "“",
    "”",
    "a",
    "b",
    "c",
    "d",
    "tea",
    "doctors say",
    "Σ",
    "ﬁ",
    "é",
    "🔥",
    "10.5",
    ";",
    "•",
    "giam can",
    "kg",
]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "", " ", ". "])).map("".join), max_size=25).map("".join),
)


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    """Give a draw of passages from the corpus, plain and disguised."""
    passages = [passage.text for passage in read_corpus(ROOT / "data" / "corpus")]
    draw = random.Random(7).sample(passages, 160)
    return [DISGUISES[i % len(DISGUISES)](text) for i, text in enumerate(draw)]


def _hold_against_plain(ad: Ad, assessment: Assessment, checker: Checker) -> None:
    plain = assess_plainly(ad, checker)
    assert (plain is None) == (assessment.ruling.scope is not Scope.IN)
    assert [claim.claim.span for claim in assessment.claims] == [claim.span for claim in plain or ()]
    for claim, expected in zip(assessment.claims, plain or (), strict=True):
        told = claim.explanation
        assert abs(told.decision_value - expected.decision_value) < 1e-6
        assert abs(told.elsewhere - expected.elsewhere) < 1e-6
        assert [c.span for c in told.contributions] == sorted(expected.contributions)
        assert all(abs(c.value - expected.contributions[c.span]) < 1e-6 for c in told.contributions)
        assert claim.findings == expected.findings
        assert len(claim.qualifiers) <= len(expected.qualifiers)
        for kind in claim.claim_types:
            log_odds = expected.types.get(kind.type_id)
            assert log_odds is None or abs(kind.probability - 1 / (1 + 2.718281828459045**-log_odds)) < 1e-6


def test_corpus_as_the_plain_path(corpus: list[str], checker: Checker) -> None:
    """On passages, plain and disguised, every number is that of the plain path to 1e-6, every span and finding is equal."""
    ads = [make_ad(text, as_of=DAY) for text in corpus]
    for ad, assessment in zip(ads, assess_many(ads, lambda a: a, checker=checker), strict=True):
        _hold_against_plain(ad, assessment, checker)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_text_as_the_plain_path(text: str) -> None:
    """So it is on any text at all."""
    ad = make_ad(text, as_of=DAY)
    _hold_against_plain(ad, assess(ad, load_checker_once()), load_checker_once())


def test_the_same_alone_and_among_others(corpus: list[str], checker: Checker) -> None:
    """An ad has the same digest alone, in a batch, in a batch of another order, and with nothing remembered."""
    ads = [make_ad(text, as_of=DAY) for text in corpus]
    alone = [assess(ad, checker).digest for ad in ads]
    assert [a.digest for a in assess_many(ads, lambda a: a, checker=checker)] == alone
    assert [a.digest for a in assess_many(ads[::-1], lambda a: a, checker=load_checker())] == alone[::-1]


def test_a_summary_as_the_whole(corpus: list[str], checker: Checker) -> None:
    """The row of a summary is that of the whole assessment."""
    ads = [make_ad(text, as_of=DAY) for text in corpus]
    short = list(assess_many(ads, summary_row, in_full=False, checker=checker))
    assert short == list(assess_many(ads, summary_row, checker=checker))


def test_the_digest_is_that_of_the_record(corpus: list[str], checker: Checker) -> None:
    """What is hashed is the canonical JSON of the plain record, as any JSON library writes it."""
    for text in corpus[:40]:
        assessment = assess(make_ad(text, as_of=DAY), checker)
        record = as_record(assessment)
        digest = record.pop("digest")
        plain = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        assert digest == hashlib.sha256(plain.encode()).hexdigest()
        assert json.loads(canonical(full_row(assessment)))["claims"] == full_row(assessment)["claims"]


def test_a_written_part_may_be_changed(assessed: Callable[..., Assessment]) -> None:
    """Whoever looks into a written part may change it, and the change is written."""
    part = written(assessed("Tea that cures diabetes").claims)
    part[0]["note"] = "seen"
    assert json.loads(canonical({"claims": part}))["claims"][0]["note"] == "seen"
    assert isinstance(part, Written) and len(part) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, float("-inf")], {"a": float("nan")}])
def test_no_number_that_is_none(value: object) -> None:
    """What is no JSON number is refused."""
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("text", ["a" * 99_000, "chữa " * 19_000, "a.b" * 30_000, "tiêu " * 200_000])
def test_long_texts_are_answered_or_refused(text: str, checker: Checker) -> None:
    """One word of a hundred thousand letters, and a text of a megabyte, end in an assessment or a refusal."""
    assert assess(make_ad(text, as_of=DAY), checker).ruling.scope in Scope


_KEPT: list[Checker] = []


def load_checker_once() -> Checker:
    """Give one checker to all examples of a property."""
    if not _KEPT:
        _KEPT.append(load_checker())
    return _KEPT[0]
