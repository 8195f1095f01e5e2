"""The model: the same numbers as the estimator that trained it, exact contributions, and no trust in its files."""

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.checker import Checker
from classifier.domain import Assessment
from classifier.errors import ModelError
from classifier.learning.corpus import read_corpus
from classifier.learning.train import train
from classifier.learning.vectorizer import AdditiveVectorizer
from classifier.model.artifact import load_model, read_model
from classifier.model.scoring import Scorer
from classifier.reading.words import read_words
from tests_support import small_corpus

TEXTS = ["Trà chữa tiểu đường trong 7 ngày", "Soft cotton socks, machine wash", "kem tri nam tan goc", "Cures c.a.n.c.e.r 100%!"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a small model on a part of the corpus."""
    folder = tmp_path_factory.mktemp("trained")
    train(small_corpus(folder / "data"), folder / "model")
    return folder / "model"


def test_gives_the_numbers_of_the_estimator(checker: Checker) -> None:
    """Word by word sums equal the sparse matrix product that scikit-learn computes, for every output."""
    model = load_model()
    vectorizer = AdditiveVectorizer()
    vectorizer.features_ = list(model.features)
    vectorizer.scales_ = np.sqrt(model.squares).astype(np.float32)
    vectorizer._column = model.features
    coefficients = model.weights / np.sqrt(model.squares)[:, None]
    product = vectorizer.transform(TEXTS) @ coefficients
    for row, text in zip(product, TEXTS, strict=True):
        expected = [o.slope * (raw + o.bias) + o.intercept for raw, o in zip(row, model.outputs, strict=True)]
        found = checker.scorer.weigh(read_words(text)).decision_values
        assert np.allclose(found, expected, atol=1e-9, rtol=0)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from([w for t in TEXTS for w in t.split()]), max_size=20).map(" ".join)))
def test_contributions_add_up(text: str) -> None:
    """Base and contributions of every word add up to the decision value, to 1e-9, on any text."""
    weighing = _scorer().weigh(read_words(text))
    assert np.allclose(weighing.base + weighing.parts.sum(axis=0), weighing.decision_values, atol=1e-9, rtol=0)


def _scorer() -> Scorer:
    return Scorer(load_model())


def test_explanations_add_up_and_point_at_words(assessed: Callable[..., Assessment]) -> None:
    """Each claim's explanation adds up to 1e-9, and each contribution covers a word of the ad."""
    text = "Hàng về. Trà c.h.ữ.a tiểu đường 🔥 cam kết khỏi 100%!"
    for claim in assessed(text).claims:
        told = claim.explanation
        assert abs(told.base + sum(c.value for c in told.contributions) + told.elsewhere - told.decision_value) < 1e-9
        assert all(c.span.of(text).strip() for c in told.contributions)
        assert any(c.value < 0 for c in told.contributions) or any(c.value > 0 for c in told.contributions)


def test_training_twice_gives_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    """The same corpus gives the same model, byte for byte."""
    train(small_corpus(tmp_path / "data"), tmp_path / "again")
    for file in ("manifest.json", "features.txt", "weights.npz"):
        assert (trained / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_nothing_is_trained_on_the_test_part(tmp_path: Path) -> None:
    """Passages of the frozen part change nothing in the model."""
    data = small_corpus(tmp_path / "data")
    kept = [p for p in read_corpus(data / "corpus") if p.is_for_testing]
    first = train(data, tmp_path / "one")
    _drop_test_part(data)
    assert kept and train(data, tmp_path / "two") == first


def _drop_test_part(data: Path) -> None:
    dropped = {p.passage_id for p in read_corpus(data / "corpus") if p.is_for_testing}
    for file in (data / "corpus").glob("*/*.tsv"):
        lines = file.read_text("utf-8").splitlines()
        kept = [line for line in lines if f"{file.parent.name}/{file.stem}/{line.split(chr(9))[0]}" not in dropped]
        file.write_text("\n".join(kept) + "\n", "utf-8")


def test_the_shipped_model_is_pinned() -> None:
    """The digest written beside the model is that of its manifest."""
    folder = files("classifier.model") / "trained"
    assert (folder / "manifest.sha256").read_text().strip() == load_model().digest


def _flip(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def _edit(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda f: _flip(f / "weights.npz"), "model_altered"),
        (lambda f: _flip(f / "features.txt"), "model_altered"),
        (lambda f: (f / "weights.npz").unlink(), "model_missing"),
        (lambda f: _edit(f, format=99), "model_format"),
        (lambda f: _edit(f, thresholds={"review": 1.5}), "model_thresholds"),
        (lambda f: (f / "manifest.json").write_text("{"), "model_manifest"),
        (lambda f: (f / "manifest.json").write_text('{"format": 1}'), "model_manifest"),
    ],
)
def test_a_spoiled_model_is_refused(trained: Path, tmp_path: Path, spoil: Callable[[Path], None], code: str) -> None:
    """Altered, missing or unfitting files are refused with their own message."""
    folder = tmp_path / "model"
    shutil.copytree(trained, folder)
    read_model(folder)
    spoil(folder)
    with pytest.raises(ModelError) as caught:
        read_model(folder)
    assert caught.value.problems[0].code == code


def test_a_swapped_manifest_breaks_the_pin(trained: Path) -> None:
    """Another manifest than the pinned one is refused."""
    with pytest.raises(ModelError) as caught:
        read_model(trained, pinned="0" * 64)
    assert caught.value.problems[0].code == "model_altered"


@pytest.mark.parametrize(
    ("milder", "stronger"),
    [
        ("Trà giúp thanh mát cơ thể", "Trà chữa khỏi bệnh tiểu đường"),
        ("Supports healthy joints", "Cures arthritis for good"),
        ("Kem giúp da mềm mịn", "Kem trị nám tận gốc vĩnh viễn"),
        ("Money-back guarantee within 30 days", "Guaranteed to cure diabetes in 30 days"),
    ],
)
def test_a_stronger_claim_is_riskier(assessed: Callable[..., Assessment], milder: str, stronger: str) -> None:
    """The same product, said more strongly, gets a higher risk."""
    assert (assessed(milder).risk or 0) < (assessed(stronger).risk or 0)


def test_case_and_disguise_do_not_lower_the_risk(assessed: Callable[..., Assessment]) -> None:
    """Capitals, zero-width characters and look-alikes give the same risk, to the last digits a sum in another order may change."""
    plain = assessed("cures type 2 diabetes in two weeks").risk
    for disguised in (
        "CURES TYPE 2 DIABETES IN TWO WEEKS",
        "cu\u200bres type 2 dia\u200bbetes in two weeks",
        "сurеs type 2 diаbetes in two weeks",
    ):
        assert assessed(disguised).risk == pytest.approx(plain, abs=1e-12)
