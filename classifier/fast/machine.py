"""Finding the phrases of a set in all words of a page at once: every place goes on by one word in each step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.fast.growing import Growing
from classifier.fast.id_table import UNKNOWN, IdTable, Ints
from classifier.fast.rows import places, spread
from classifier.fast.words import Words
from classifier.reading.folding import fold
from classifier.reading.phrases import PhraseSet, State

_NOWHERE, _MARKED, _FOLDED = 0, 1, 2
"""Numbers of states: nothing goes on; the beginning for words as written, and without diacritics."""


@dataclass(frozen=True)
class Matches:
    """Phrases found: the first and last word of each, and the number of its name."""

    first: Ints
    last: Ints
    name: Ints

    def __len__(self) -> int:
        return len(self.first)

    def only(self, which: NDArray[np.bool_] | Ints) -> "Matches":
        """Give some of them."""
        return Matches(self.first[which], self.last[which], self.name[which])

    def sorted(self) -> "Matches":
        """Give them in the order of the text: by first word, last word and name."""
        return self.only(np.argsort((self.first << 34) + ((self.last - self.first) << 16) + self.name, kind="stable"))

    def starting_before(self, n_words: int) -> Ints:
        """Give for each word, and for the page's end, how many of the matches, which are sorted, begin before it."""
        return places(np.bincount(self.first, minlength=n_words))


NO_MATCHES = Matches(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Machine:
    """The phrases of a set as numbered states. Where a word leads from a state is worked out once and remembered.

    Parameters
    ----------
    phrases : PhraseSet
        The phrases.
    names : sequence
        Their names; a match has the place of its name in it.
    classes : sequence of str
        The word classes, by number.
    """

    def __init__(self, phrases: PhraseSet, names: Sequence[str], classes: Sequence[str], words: Words) -> None:
        self._words = words
        self._names = {name: number for number, name in enumerate(names)}
        self._classes = {name: number for number, name in enumerate(classes)}
        self._states: list[tuple[State | None, bool]] = []
        self._known: dict[int, int] = {}
        self._steps, self._begin = IdTable(), Growing(np.int64, (2,))
        self._goes_on, self._has_classes = Growing(np.bool_), Growing(np.bool_)
        self._by_class = Growing(np.int64, (len(classes),))
        self._name_first, self._name_count, self._name = Growing(np.int64), Growing(np.int64), Growing(np.int64)
        for state, folded in ((None, False), (phrases.marked, False), (phrases.folded, True)):
            self._keep(state, folded)
        for number in (_MARKED, _FOLDED):
            self._link(number)

    def __len__(self) -> int:
        return len(self._states) + len(self._steps)

    def find(self, word: Ints, run_end: Ints, folded: NDArray[np.bool_], classes: Matches | None = None) -> Matches:
        """Give every match, sorted, each once.

        Parameters
        ----------
        word : array
            The words of the page.
        run_end : array
            For each word where the run ends that a match from here must lie in; 0 to look for none.
        folded : array
            For each word whether it is compared without diacritics.
        classes : Matches, optional
            The word classes, sorted, for phrases that name some.
        """
        first = run_end.nonzero()[0]
        state = self._begun(word[first], folded[first])
        first, state = first[state > 0], state[state > 0]
        position = first + 1
        starting = None
        if classes is not None and len(classes):
            starting = classes.starting_before(len(word))
            begun = self._by_class.values[np.where(folded[classes.first], _FOLDED, _MARKED), classes.name]
            some = (begun > 0) & (run_end[classes.first] > 0)
            first, position = np.append(first, classes.first[some]), np.append(position, classes.last[some] + 1)
            state = np.append(state, begun[some])
        found = [NO_MATCHES]
        while first.size:
            found.append(self._named(first, position, state))
            on = self._goes_on.values[state] & (position < run_end[first])
            first, position, state = first[on], position[on], state[on]
            after = self._step(state, word[position])
            some = after > 0
            onward = [(first[some], position[some] + 1, after[some])]
            if classes is not None and starting is not None:
                onward.append(self._past_classes(first, position, state, classes, starting))
            first, position, state = (np.concatenate(parts) for parts in zip(*onward, strict=True))
        told = Matches(*(np.concatenate([getattr(m, part) for m in found]) for part in ("first", "last", "name"))).sorted()
        same = (np.diff(told.first) == 0) & (np.diff(told.last) == 0) & (np.diff(told.name) == 0)
        return told.only(np.append(True, ~same)) if same.any() else told

    def _named(self, first: Ints, position: Ints, state: Ints) -> Matches:
        some = self._name_count.values[state].nonzero()[0]
        of, slot = spread(self._name_first.values[state[some]], self._name_count.values[state[some]])
        return Matches(first[some][of], position[some][of] - 1, self._name.values[slot])

    def _past_classes(self, first: Ints, position: Ints, state: Ints, classes: Matches, starting: Ints) -> tuple[Ints, Ints, Ints]:
        """Go on by the word classes that begin where states have come to."""
        some = self._has_classes.values[state].nonzero()[0]
        first, position, state = first[some], position[some], state[some]
        of, slot = spread(starting[position], starting[position + 1] - starting[position])
        after = self._by_class.values[state[of], classes.name[slot]]
        on = after > 0
        return first[of[on]], classes.last[slot[on]] + 1, after[on]

    def _begun(self, word: Ints, folded: NDArray[np.bool_]) -> Ints:
        """Give the states that words lead to from the beginning."""
        if len(self._begin) < len(self._words):
            self._begin.add(np.full((len(self._words) - len(self._begin), 2), UNKNOWN))
        tree = folded.astype(np.int64)
        state: Ints = self._begin.values[word, tree]
        unknown = (state == UNKNOWN).nonzero()[0]
        if unknown.size:
            fresh = np.unique(2 * word[unknown] + tree[unknown])
            self._begin.values[fresh >> 1, fresh & 1] = [self._after(_MARKED + (key & 1), key >> 1) for key in fresh.tolist()]
            state[unknown] = self._begin.values[word[unknown], tree[unknown]]
        return state

    def _step(self, state: Ints, word: Ints) -> Ints:
        keys = (state << 32) + word
        after = self._steps.find(keys)
        unknown = (after == UNKNOWN).nonzero()[0]
        if unknown.size:
            fresh = np.unique(keys[unknown])
            told = [self._after(key >> 32, key & 0xFFFFFFFF) for key in fresh.tolist()]
            self._steps.add(fresh, np.array(told, np.int64))
            after[unknown] = self._steps.find(keys[unknown])
        return after

    def _after(self, state: int, word: int) -> int:
        begun, folded = self._states[state]
        form = self._words.forms[word]
        after = begun.after(fold(form) if folded else form) if begun else None
        return self._number(after, folded) if after else _NOWHERE

    def _number(self, state: State, folded: bool) -> int:
        """Give the number of a state; a new one is kept."""
        number = self._known.get(id(state))
        if number is None:
            number = self._known[id(state)] = self._keep(state, folded)
            self._link(number)
        return number

    def _link(self, number: int) -> None:
        """Give numbers to the states that word classes lead to from a state."""
        state, folded = self._states[number]
        for name, after in (state.classes if state else {}).items():
            self._by_class.values[number, self._classes[name]] = self._number(after, folded)

    def _keep(self, state: State | None, folded: bool) -> int:
        self._states.append((state, folded))
        names = state.names if state else ()
        self._goes_on.add([state is not None and not state.is_end])
        self._has_classes.add([bool(state and state.classes)])
        self._by_class.add(np.zeros((1, len(self._classes)), np.int64))
        self._name_first.add([len(self._name)])
        self._name_count.add([len(names)])
        self._name.add([self._names[name] for name in names])
        return len(self._states) - 1
