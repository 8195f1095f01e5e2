"""From a page of plain texts to numbers: the decision values of texts and claims, and what each word adds to the risk."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from classifier.fast.chunks import Chunks
from classifier.fast.id_table import Ints
from classifier.fast.joints import ClassFinder, JointFinder, Joints, longest
from classifier.fast.machine import Matches
from classifier.fast.names import NameIndex
from classifier.fast.page import Page, Runs, read_page
from classifier.fast.rows import CLAIMS, TEXTS, Floats, Rows, places, spread, sum_runs
from classifier.fast.words import Words
from classifier.model.features import NORM_POWER
from classifier.model.scoring import Scorer
from classifier.reading.lexicon import load_lexicon

_MOST = 1 << 18
"""How many words, chunks, pairs and steps are remembered in all before everything is forgotten."""


@dataclass(frozen=True)
class Weighed:
    """Runs of words with what they are summed up from.

    ``found`` are all word classes, those inside longer ones too; ``pairs`` the row of each word of the page and the next one.
    ``values`` has a column an output of the model; those not asked for are 0.
    """

    runs: Runs
    classes: Matches
    found: Matches
    pairs: Ints
    joints: tuple[Joints, ...]
    norms: Floats
    values: Floats


class Weigher:
    """Weighs plain texts with one model. Not to be shared between threads: it learns as it reads."""

    def __init__(self, scorer: Scorer, index: NameIndex) -> None:
        self._scorer = scorer
        is_of_text = [output.name.startswith(("risk:", "out")) for output in scorer.model.outputs]
        is_of_claim = [not told or output.name.startswith("risk:") for told, output in zip(is_of_text, scorer.model.outputs, strict=True)]
        self._columns = (np.flatnonzero(is_of_text), np.flatnonzero(is_of_claim))
        names = sorted(load_lexicon().names)
        self.rows = Rows(scorer.model, self._columns, scorer.risk)
        self.words = Words(names, index, self.rows)
        self.chunks, self.classes = Chunks(self.words), ClassFinder(load_lexicon(), self.words)
        self.joints = JointFinder(names, self.words, index, self.rows)

    @property
    def is_full(self) -> bool:
        """Say whether so much is remembered that it is time to begin anew, with another weigher."""
        return len(self.words) + len(self.chunks) + len(self.classes) + len(self.joints) > _MOST

    def read(self, texts: list[str]) -> Page:
        """Read plain texts."""
        return read_page(texts, self.chunks, self.words)

    def weigh_texts(self, page: Page) -> Weighed:
        """Weigh the texts of a page."""
        found = self.classes.of_texts(page)
        pairs = self.joints.neighbours(page)
        return self._weighed(page, page.of_texts, longest(found), found, pairs, TEXTS)

    def weigh_claims(self, page: Page, claims: Runs, texts: Weighed) -> Weighed:
        """Weigh claims of the page, each as if it stood alone."""
        found = self.classes.of_claims(page, claims, texts.found)
        return self._weighed(page, claims, longest(found), found, texts.pairs, CLAIMS)

    def _weighed(self, page: Page, runs: Runs, classes: Matches, found: Matches, pairs: Ints, kind: int) -> Weighed:
        joints = self.joints.find(page, runs, classes)
        table, columns = self.rows.table(kind), self._columns[kind]
        of, word = runs.words
        totals = sum_runs(table, self.words.row[page.word[word]], places(runs.end - runs.first))
        inner = (of[1:] == of[:-1]).nonzero()[0]
        inner = inner[pairs[word[inner]] > 0]
        totals += sum_runs(table, pairs[word[inner]], places(np.bincount(of[inner], minlength=len(runs))))
        for joint in joints:
            totals += sum_runs(table, joint.rows, places(np.bincount(joint.run, minlength=len(runs))))
        norms = totals[:, -1] ** NORM_POWER
        norms[norms == 0] = 1.0
        values = np.zeros((len(runs), len(self._scorer.base)))
        values[:, columns] = self._scorer.base[columns] + totals[:, :-1] * (self._scorer.slopes[columns] / norms[:, None])
        return Weighed(runs, classes, found, pairs, joints, norms, values)

    def risk_of_words(self, page: Page, weighed: Weighed) -> Floats:
        """Give what each word of the page adds to the risk of its run, before calibration; what joins words is shared among them."""
        risk, run, n = self.rows.risk, weighed.runs.of_word, len(page.word)
        told = risk[self.words.row[page.word]]
        half = np.where(run[1:] == run[:-1], risk[weighed.pairs] / 2, 0.0)
        told[1:] += half
        told[:-1] += half
        told += _shared(weighed.joints, risk, n)
        told[run < 0] = 0.0
        part: Floats = told / np.append(weighed.norms, 1.0)[run]
        return part


def _shared(joints: Iterable[Joints], risk: Floats, n_words: int) -> Floats:
    firsts, widths, shares = [], [], []
    for joint in joints:
        width = joint.last - joint.first + 1
        firsts.append(joint.first)
        widths.append(width)
        shares.append(risk[joint.rows] / width)
    width = np.concatenate(widths)
    of, word = spread(np.concatenate(firsts), width)
    told: Floats = np.bincount(word, weights=np.concatenate(shares)[of], minlength=n_words).astype(np.float64, copy=False)
    return told
