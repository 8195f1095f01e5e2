"""What joins the words of a page: neighbours, word classes and pairs of them, each with its row. See :mod:`classifier.model.features`."""

from dataclasses import dataclass

import numpy as np

from classifier.fast.id_table import UNKNOWN, IdTable, Ints
from classifier.fast.machine import Machine, Matches
from classifier.fast.names import Hashes, NameIndex, hash_strings
from classifier.fast.page import Flags, Page, Runs
from classifier.fast.rows import Rows, places, spread
from classifier.fast.words import NUMBER, SHOWN, Words
from classifier.model.features import FAR, joint_name
from classifier.reading.lexicon import UNITS, Lexicon


@dataclass(frozen=True)
class Joints:
    """Rows with the run each belongs to, in order of the runs, and the first and last word it covers."""

    rows: Ints
    run: Ints
    first: Ints
    last: Ints


class ClassFinder:
    """Finds the word classes of texts and of claims. Classes are numbered in the order of their names."""

    def __init__(self, lexicon: Lexicon, words: Words) -> None:
        self.names = sorted(lexicon.names)
        self._units = np.array([self.names.index(name) for name in UNITS.values()], np.int64)
        self._machine = Machine(lexicon.phrases, [*self.names, *UNITS], (), words)
        self._words = words

    def __len__(self) -> int:
        return len(self._machine)

    def of_texts(self, page: Page) -> Matches:
        """Give the word classes of the texts, those inside longer ones of their name too."""
        return self._in_runs(page, page.of_texts, page.unmarked(page.of_texts), np.arange(len(page.texts)))

    def of_claims(self, page: Page, claims: Runs, in_texts: Matches) -> Matches:
        """Give the word classes of claims, each as if it stood alone: those of its text that lie in it, or found anew."""
        claim = claims.of_word[in_texts.first]
        inside = in_texts.last < np.append(claims.end, 0)[claim]  # the last entry is for words in no claim
        folded = page.unmarked(claims)
        other = folded != page.unmarked(page.of_texts)[claims.text]
        if not other.any():
            return in_texts.only(inside)
        alike = in_texts.only(inside & ~np.append(other, True)[claim])
        anew = self._in_runs(page, claims, folded, other.nonzero()[0])
        return Matches(*(np.append(getattr(alike, part), getattr(anew, part)) for part in ("first", "last", "name"))).sorted()

    def _in_runs(self, page: Page, runs: Runs, folded: Flags, which: Ints) -> Matches:
        """Find the classes of some runs; a number and its unit make one."""
        n = len(page.word)
        run_end, compared_folded, run_first = np.zeros(n, np.int64), np.zeros(n, bool), np.zeros(n, np.int64)
        run, word = spread(runs.first[which], (runs.end - runs.first)[which])
        run_end[word], run_first[word], compared_folded[word] = runs.end[which][run], runs.first[which][run], folded[which][run]
        found = self._machine.find(page.word, run_end, compared_folded)
        unit = found.name - len(self.names)
        plain = unit < 0
        if plain.all():
            return found
        before = found.first - 1
        numbered = ~plain & (before >= run_first[found.first])
        numbered[numbered] = self._words.facts[page.word[before[numbered]], NUMBER] > 0
        first = np.where(numbered, before, found.first)
        name = np.where(numbered, self._units[np.maximum(unit, 0)], found.name)
        return Matches(first, found.last, name).only(plain | numbered).sorted()


def longest(found: Matches) -> Matches:
    """Of two matches of one class, one inside the other, keep the longer; of two equal ones, one. Takes and gives them sorted."""
    dropped = np.zeros(len(found), bool)
    reach = np.maximum.accumulate(found.last)
    for apart in range(1, len(found)):
        later = (reach[:-apart] >= found.first[apart:]).nonzero()[0] + apart
        if not later.size:
            break
        earlier = later - apart
        same = found.name[earlier] == found.name[later]
        later, earlier = later[same], earlier[same]
        inside = found.last[earlier] >= found.last[later]
        dropped[later[inside]] = True
        begun_alike = ~inside & (found.first[earlier] == found.first[later])
        dropped[earlier[begun_alike]] = True
    return found.only(~dropped)


class PairRows:
    """The rows of pairs of words under some kinds of name, each summed once and remembered."""

    def __init__(self, kinds: tuple[tuple[str, bool], ...], words: Words, index: NameIndex, rows: Rows) -> None:
        self._kinds, self._words, self._index, self._rows = kinds, words, index, rows
        self._known = IdTable()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, lefts: Ints, rights: Ints) -> Ints:
        """Give the row of each pair."""
        keys = (lefts << 32) + rights
        rows = self._known.find(keys)
        unknown = (rows == UNKNOWN).nonzero()[0]
        if unknown.size:
            fresh = np.unique(keys[unknown])
            self._known.add(fresh, self._learn(fresh >> 32, fresh & 0xFFFFFFFF))
            rows[unknown] = self._known.find(keys[unknown])
        return rows

    def _learn(self, lefts: Ints, rights: Ints) -> Ints:
        hashes: list[Hashes] = [self._words.pair_hashes(kind, lefts, rights, folded=folded) for kind, folded in self._kinds]
        found = np.column_stack([self._index.rows(one) for one in hashes])
        known = found >= 0
        return self._rows.add(found[known], places(known.sum(axis=1)))


class JointFinder:
    """Finds what joins words, with the rows of it."""

    def __init__(self, names: list[str], words: Words, index: NameIndex, rows: Rows) -> None:
        self._words = words
        self._pairs = PairRows((("b", False), ("d", True)), words, index, rows)
        self._views = PairRows((("k", False),), words, index, rows)
        self._class = _rows_of([joint_name("c", name, "") for name in names], index, rows)
        both = [joint_name("p", left, right) for left in names for right in names]
        self._distant = _rows_of(both, index, rows).reshape(len(names), len(names))

    def __len__(self) -> int:
        return len(self._pairs) + len(self._views)

    def neighbours(self, page: Page) -> Ints:
        """Give the row of each word and the next one; for the last word of the page there is none."""
        shown = self._words.facts[page.word, SHOWN].astype(np.int64)
        return self._pairs.of(shown[:-1], shown[1:])

    def find(self, page: Page, runs: Runs, classes: Matches) -> tuple[Joints, ...]:
        """Give the word classes of some runs, the neighbours in which they stand for their words, and pairs of them."""
        run = runs.of_word
        each = Joints(self._class[classes.name], run[classes.first], classes.first, classes.last)
        return each, self._views_of(page, runs, run, classes), self._distant_of(page, runs, run, classes)

    def _views_of(self, page: Page, runs: Runs, run: Ints, classes: Matches) -> Joints:
        items = classes.only(_in_view(classes, len(page.word)))
        m, of = len(items), run[items.first]
        follows, leads = np.zeros(m, bool), np.zeros(m, bool)
        follows[1:] = of[1:] == of[:-1]
        leads[:-1] = follows[1:]
        previous, following = np.maximum(np.arange(m) - 1, 0), np.minimum(np.arange(m) + 1, m - 1)
        shown = self._words.facts[:, SHOWN]
        # the item and what stands before it: a class, or a word
        joined = follows & (items.last[previous] + 1 == items.first)
        left = np.where(joined, items.name[previous], shown[page.word[items.first - 1]])
        left_first = np.where(joined, items.first[previous], items.first - 1)
        before = items.first > runs.first[of]
        # the item and the word after it
        after = items.last + 1 < np.where(leads, items.first[following], runs.end[of])
        right = shown[page.word[np.minimum(items.last + 1, len(page.word) - 1)]]
        some = _interleaved(before, after)
        lefts, rights = _interleaved(left, items.name)[some], _interleaved(items.name, right)[some]
        firsts, lasts = _interleaved(left_first, items.first)[some], _interleaved(items.last, items.last + 1)[some]
        return _filled(Joints(self._views.of(lefts.astype(np.int64), rights.astype(np.int64)), _interleaved(of, of)[some], firsts, lasts))

    def _distant_of(self, page: Page, runs: Runs, run: Ints, classes: Matches) -> Joints:
        starting = classes.starting_before(len(page.word))
        of = run[classes.first]
        begin = starting[classes.last + 1]
        end = starting[np.minimum(classes.last + 1 + FAR, runs.end[of])]
        left, right = spread(begin, np.maximum(end - begin, 0))
        rows = self._distant[classes.name[left], classes.name[right]]  # a class and itself make no feature
        some = (rows > 0) & (classes.name[left] != classes.name[right])
        left, right = left[some], right[some]
        return Joints(rows[some], of[left], classes.first[left], classes.last[right])


def _rows_of(names: list[str], index: NameIndex, rows: Rows) -> Ints:
    found = index.rows(hash_strings(names)[0])
    return rows.add(found[found >= 0], places((found >= 0).astype(np.int64)))


def _in_view(classes: Matches, n_words: int) -> Ints:
    """Choose the matches that stand for their words: from the left the longest at its place, then the next that begins after it."""
    if not len(classes):
        return np.zeros(0, np.int64)
    last_of_place = np.append(classes.first[1:] != classes.first[:-1], True)
    ends = last_of_place.nonzero()[0]
    place_of = np.cumsum(last_of_place) - last_of_place
    is_longest = classes.last == classes.last[ends][place_of]
    first_longest = (is_longest & ~np.append(False, is_longest[:-1] & ~last_of_place[:-1])).nonzero()[0]
    items = classes.only(first_longest)
    reach = np.maximum.accumulate(items.last)
    heads = np.append(True, items.first[1:] > reach[:-1])
    group = np.cumsum(heads)
    chosen, starting = heads.copy(), items.starting_before(n_words)
    at = heads.nonzero()[0]
    while at.size:
        following = starting[items.last[at] + 1]
        on = following < len(items)
        at, following = at[on], following[on]
        at = following[group[following] == group[at]]
        chosen[at] = True
    kept: Ints = first_longest[chosen]
    return kept


def _interleaved(evens: Ints | Flags, odds: Ints | Flags) -> Ints:
    """Give the two arrays in turns."""
    both = np.empty(2 * len(evens), np.result_type(evens, odds))
    both[0::2], both[1::2] = evens, odds
    return both


def _filled(joints: Joints) -> Joints:
    """Leave out the empty row."""
    some = joints.rows > 0
    return Joints(joints.rows[some], joints.run[some], joints.first[some], joints.last[some])
