"""What is learnt from: the corpus, its second reading, the units and pages made of it, the behavioural suite."""

import random
from pathlib import Path

import pytest

from classifier.checker import Checker
from classifier.domain import Span
from classifier.errors import CorpusError
from classifier.learning.behaviour import Case, failures, read_cases
from classifier.learning.corpus import Passage
from classifier.learning.disguises import DISGUISES, MOST_LOST
from classifier.learning.pages import MOST_PASSAGES, compose_pages
from classifier.learning.second_reading import SecondReading, agreement_lines, drawn
from classifier.learning.tables import read_table
from classifier.learning.units import learning_units


def passage(number: int, label: str, text: str, *marks: str, language: str = "vi") -> Passage:
    """Make a passage whose marked words are ``marks``, each a cure claim."""
    return Passage(
        passage_id=f"{language}/theme/{number}",
        text=text,
        label=label,
        language=language,
        theme="theme",
        product="tea",
        register="listing",
        twin="",
        spans=tuple(Span(text.index(mark), text.index(mark) + len(mark)) for mark in marks),
        types=tuple(("disease_cure",) for _ in marks),
    )


BAD = passage(1, "misleading", "Trà ngon. Uống là chữa khỏi tiểu đường.", "chữa khỏi tiểu đường")
GOOD = [passage(n, "acceptable", f"Trà số {n} thơm, pha với nước nóng.") for n in range(2, 9)]


def test_units_are_claims_passages_marked_words_and_plain_copies() -> None:
    """Only the claim that holds the mark is misleading; the marked words stand alone; each comes again without diacritics."""
    units = learning_units([BAD])
    told = {unit.text: unit.misleading for unit in units}
    assert told["Trà ngon."] is False and told["Uống là chữa khỏi tiểu đường."] is True and told[BAD.text] is True
    assert told["chữa khỏi tiểu đường"] is True and told["chua khoi tieu duong"] is True
    assert all(unit.weight < 1 for unit in units if unit.text.isascii() and unit.text != "Trà ngon.")


def test_pages_keep_their_label_and_their_theme() -> None:
    """A page holds its passage among harmless ones only, never too many, and is made the same way each time."""
    pages = compose_pages([BAD, *GOOD])
    assert pages == compose_pages([BAD, *GOOD])
    assert [page.label for page in pages] == ["misleading"] + ["acceptable"] * 7
    assert all(BAD.text not in page.text for page in pages[1:]) and BAD.text in pages[0].text
    assert max(page.text.count("\n") for page in pages) < MOST_PASSAGES["vi"]
    assert any("\n" in page.text for page in pages)


def test_agreement_is_told_for_all_labels_and_each(tmp_path: Path) -> None:
    """Alpha is 1 where two readers say the same, and lower where they differ."""
    same = [SecondReading(p.passage_id, p.label, frozenset(), "", "") for p in (BAD, *GOOD)]
    assert "| all labels | vi | 8 | 1.00 |" in agreement_lines([BAD, *GOOD], same)
    other = [SecondReading(BAD.passage_id, "acceptable", frozenset(), "misleading", "names a cure"), *same[1:]]
    assert "| all labels | vi | 8 | 1.00 |" not in agreement_lines([BAD, *GOOD], other)


def test_a_fixed_part_is_read_twice() -> None:
    """Which passages are read twice depends on their ids alone."""
    many = [passage(n, "acceptable", "Trà thơm") for n in range(2_000)]
    assert 200 < len(drawn(many)) < 400 and drawn(many) == [p for p in many if drawn([p])]


def test_tables_name_every_broken_line(tmp_path: Path) -> None:
    """A row with another number of cells is named with its place; so is another header."""
    file = tmp_path / "vi.tsv"
    file.write_text("a\tb\n1\t2\n3\n4\t5\t6\n", "utf-8")
    with pytest.raises(CorpusError) as error:
        list(read_table(file, ("a", "b")))
    assert [found.where.split(":")[-1] for found in error.value.problems] == ["3", "4"]
    with pytest.raises(CorpusError):
        list(read_table(file, ("a", "c")))


def test_the_suite_tells_what_fails(tmp_path: Path, checker: Checker) -> None:
    """A case that does not hold is given back; an expectation its kind does not know is refused."""
    right = Case("vi:2", "direction", "cure", "higher", "Trà thơm ngon", "Trà chữa khỏi ung thư")
    wrong = Case("vi:3", "direction", "cure", "lower", "Trà thơm ngon", "Trà chữa khỏi ung thư")
    assert list(failures([right, wrong], checker)) == [wrong]
    (tmp_path / "vi.tsv").write_text("kind\ttopic\texpect\ttext\tother\nminimum\tx\tsame\tTrà\t\n", "utf-8")
    with pytest.raises(CorpusError):
        read_cases(tmp_path)


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_changes_the_text_in_a_fixed_way(name: str) -> None:
    """Each disguise has a bar, changes a plain text, and does so the same way from the same draw."""
    kind, disguise = DISGUISES[name]
    text = "Trà này không chữa được bệnh nhưng rất thơm ngon, bạn ơi, for you"
    assert kind in MOST_LOST
    assert disguise(text, random.Random(1)) == disguise(text, random.Random(1)) != text
