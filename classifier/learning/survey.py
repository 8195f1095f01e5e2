"""What the corpus holds, and whether it keeps its own promises."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from classifier.domain import CLAIM_TYPES
from classifier.learning.behaviour import Case, read_cases
from classifier.learning.corpus import LABELS, Passage, read_corpus
from classifier.learning.second_reading import SecondReading, read_second

NEAR = 0.6
"""Jaccard similarity of character 5-grams from which two passages count as near copies."""
MOST_NEAR_SHARE = 0.01
MOST_PATTERN_SHARE = 0.01
LEAST_PASSAGES = 4_000
LEAST_PRODUCTS = 40
LEAST_IN_TWINS, LEAST_OUT_OF_SCOPE = 2_000, 1_500
"""Of both languages together."""
LEAST_OF_TYPE = 80
LEAST_SECOND, LEAST_CASES = 600, 400
"""In each language: passages read twice, cases of the behavioural suite."""
SILENT_TYPES = ("missing_statement",)
"""Kinds of claim that no passage can carry: words that are absent. Rules find them."""
_GUIDELINE_SECTION = re.compile(r"^## (Products|Registers)\n(.*?)(?=\n\n|\n## |\Z)", re.M | re.S)


@dataclass(frozen=True)
class Survey:
    """The passages of a corpus and the ids its guideline allows."""

    passages: tuple[Passage, ...]
    products: frozenset[str]
    registers: frozenset[str]
    second: tuple[SecondReading, ...]
    cases: tuple[Case, ...]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Give the languages of the corpus, sorted."""
        return tuple(sorted({p.language for p in self.passages}))

    def of(self, language: str) -> tuple[Passage, ...]:
        """Give the passages of a language."""
        return tuple(p for p in self.passages if p.language == language)

    def read_twice(self, language: str) -> tuple[SecondReading, ...]:
        """Give the second readings of a language."""
        return tuple(read for read in self.second if read.passage_id.startswith(f"{language}/"))

    def cases_of(self, language: str) -> tuple[Case, ...]:
        """Give the behavioural cases of a language."""
        return tuple(case for case in self.cases if case.where.startswith(f"{language}:"))


def survey_corpus(data: Path) -> Survey:
    """Read a corpus and its guideline."""
    sections = dict(_GUIDELINE_SECTION.findall((data / "GUIDELINE.md").read_text("utf-8")))
    return Survey(
        passages=read_corpus(data / "corpus"),
        products=frozenset(sections["Products"].split()),
        registers=frozenset(sections["Registers"].split()),
        second=read_second(data / "second_reading.tsv"),
        cases=read_cases(data / "behaviour"),
    )


def figures(survey: Survey) -> Iterator[tuple[str, dict[str, int]]]:
    """Give the figures of the data card: a name, and a count for each language."""

    def each(measure: Callable[[tuple[Passage, ...]], int]) -> dict[str, int]:
        return {language: measure(survey.of(language)) for language in survey.languages}

    yield "passages", each(len)
    for label in LABELS:
        yield label, each(lambda held, label=label: sum(p.label == label for p in held))  # type: ignore[misc]
    yield "in twin groups", each(lambda held: sum(bool(p.twin) for p in held))
    yield "frozen test part", each(lambda held: sum(p.is_for_testing for p in held))
    yield "kinds of product", each(lambda held: len({p.product for p in held}))
    yield "registers", each(lambda held: len({p.register for p in held}))
    yield "near copies", each(lambda held: len(near_copies(held)))
    yield "read twice", {language: len(survey.read_twice(language)) for language in survey.languages}
    yield "behavioural cases", {language: len(survey.cases_of(language)) for language in survey.languages}
    for name in CLAIM_TYPES:
        yield name, each(lambda held, name=name: sum(any(name in types for types in p.types) for p in held))  # type: ignore[misc]


def faults(survey: Survey) -> Iterator[str]:
    """Give what breaks a promise of the guideline, in words."""
    for passage in survey.passages:
        if passage.product not in survey.products:
            yield f"{passage.passage_id}: product {passage.product!r} is not in GUIDELINE.md"
        if passage.register not in survey.registers:
            yield f"{passage.passage_id}: register {passage.register!r} is not in GUIDELINE.md"
    yield from _faults_of_twins(survey)
    yield from _faults_of_second(survey)
    for language in survey.languages:
        passages = survey.of(language)
        if len(passages) < LEAST_PASSAGES:
            yield f"{language}: {len(passages)} passages, expected at least {LEAST_PASSAGES}"
        near = near_copies(passages)
        if len(near) > MOST_NEAR_SHARE * len(passages):
            pairs = ", ".join(f"{one} ~ {other}" for one, other in near[:5])
            yield f"{language}: {len(near)} near copies, more than {MOST_NEAR_SHARE:.0%}: {pairs}"
        pattern, n = _commonest_pattern(passages)
        if n > MOST_PATTERN_SHARE * len(passages):
            yield f"{language}: {n} passages begin alike ({pattern!r}), more than {MOST_PATTERN_SHARE:.0%}"
        yield from _too_few(survey, language)
    counts = {
        "kinds of product": (len({p.product for p in survey.passages}), LEAST_PRODUCTS),
        "passages in twin groups": (sum(bool(p.twin) for p in survey.passages), LEAST_IN_TWINS),
        "passages out of scope": (sum(p.label == "out_of_scope" for p in survey.passages), LEAST_OUT_OF_SCOPE),
    }
    yield from (f"{found} {what}, expected at least {least}" for what, (found, least) in counts.items() if found < least)


def _too_few(survey: Survey, language: str) -> Iterator[str]:
    named = Counter(name for p in survey.of(language) for name in {name for names in p.types for name in names})
    for name in CLAIM_TYPES:
        if name not in SILENT_TYPES and named[name] < LEAST_OF_TYPE:
            yield f"{language}: {named[name]} passages of {name}, expected at least {LEAST_OF_TYPE}"
    for what, found, least in (
        ("passages read twice", len(survey.read_twice(language)), LEAST_SECOND),
        ("behavioural cases", len(survey.cases_of(language)), LEAST_CASES),
    ):
        if found < least:
            yield f"{language}: {found} {what}, expected at least {least}"


def _faults_of_second(survey: Survey) -> Iterator[str]:
    """Give second readings of passages that do not exist, and differences that were not settled."""
    first = {p.passage_id: p for p in survey.passages}
    for read in survey.second:
        passage = first.get(read.passage_id)
        if passage is None:
            yield f"second_reading.tsv: {read.passage_id} is not in the corpus"
        elif read.settled and passage.label != read.settled:
            yield f"second_reading.tsv: {read.passage_id} is labelled {passage.label}, settled as {read.settled}"
        elif read.label != passage.label and not (read.settled and read.note):
            yield f"second_reading.tsv: {read.passage_id}: {passage.label} or {read.label}? Settle it, with a note"


def _faults_of_twins(survey: Survey) -> Iterator[str]:
    groups: dict[str, set[str]] = {}
    for passage in survey.passages:
        if passage.twin:
            groups.setdefault(passage.group, set()).add(passage.label)
    yield from (f"{group}: twins need different labels" for group, labels in groups.items() if len(labels) < 2)


def near_copies(passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """Give the pairs of passages, declared twins aside, whose character 5-grams have a Jaccard similarity above 0.6."""
    texts = [re.sub(r"\s+", " ", p.text.casefold()).ljust(5) for p in passages]
    grams = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, lowercase=False, dtype=np.float32).fit_transform(texts)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    shared = (grams @ grams.T).tocoo()
    similar = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data) > NEAR
    pairs = zip(shared.row[similar & (shared.row < shared.col)], shared.col[similar & (shared.row < shared.col)], strict=True)
    return sorted(
        (passages[i].passage_id, passages[j].passage_id)
        for i, j in pairs
        if not (passages[i].twin and passages[i].group == passages[j].group)
    )


def _commonest_pattern(passages: Sequence[Passage]) -> tuple[str, int]:
    """Give the commonest opening of four words among passages that are not each other's twins, with digits as 0."""
    openings: Counter[str] = Counter()
    for opening, _ in {(" ".join(re.sub(r"\d", "0", p.text.casefold()).split()[:4]), p.group) for p in passages}:
        openings[opening] += 1
    return openings.most_common(1)[0]
