"""Finding many phrases in a run of words at once, each with the words it covers.

A phrase is written in words. A word may end in ``*`` (any ending), and ``{name}`` stands for a word class.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from classifier.reading.folding import fold
from classifier.reading.memo import Memo
from classifier.reading.words import Reading, read_words


class Match(NamedTuple):
    """A phrase found from word ``first`` to word ``last``, both included."""

    first: int
    last: int
    name: str


@dataclass(slots=True)
class _Node:
    """A place in the tree of phrases as written."""

    exact: dict[str, "_Node"] = field(default_factory=dict)
    prefixes: dict[str, "_Node"] = field(default_factory=dict)
    classes: dict[str, "_Node"] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


_HEAD = 4
"""By so many first letters words are told apart that lead nowhere."""


class State:
    """All places in the tree that the same words lead to. Where a word leads from here is worked out once."""

    __slots__ = ("_heads", "_nodes", "_short", "classes", "names", "next_state")

    def __init__(self, nodes: Sequence[_Node], *, most: int = 1 << 9) -> None:
        self._nodes = nodes
        self.names = tuple(dict.fromkeys(name for node in nodes for name in node.names))
        self._heads = {written[:_HEAD] for node in nodes for written in (*node.exact, *node.prefixes)}
        self._short = {prefix for node in nodes for prefix in node.prefixes if len(prefix) < _HEAD}
        self.next_state: Callable[[str], State | None] = Memo(self.after, most=most).__getitem__
        branches: dict[str, list[_Node]] = {}
        for node in nodes:
            for name, branch in node.classes.items():
                branches.setdefault(name, []).append(branch)
        self.classes = {name: State(met) for name, met in branches.items()}

    @property
    def is_end(self) -> bool:
        """Say whether nothing leads on from here."""
        return not any(node.exact or node.prefixes or node.classes for node in self._nodes)

    def after(self, word: str) -> "State | None":
        """Work out where a word leads; most words lead nowhere, which their first letters tell."""
        if word[:_HEAD] not in self._heads and self._short.isdisjoint([word[:n] for n in range(1, _HEAD)]):
            return None
        met = [node.exact[word] for node in self._nodes if word in node.exact]
        for n in range(1, len(word) + 1):
            met += [node.prefixes[word[:n]] for node in self._nodes if word[:n] in node.prefixes]
        return State(met) if met else None


class PhraseSet:
    """A set of named phrases, compiled once.

    Parameters
    ----------
    phrases : iterable of (phrase, name)
        Phrases are lower-cased and normalised like any text; the name comes back with each match.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        marked, folded = _Node(), _Node()
        for phrase, name in phrases:
            words = phrase_words(phrase)
            _plant(marked, words, name)
            _plant(folded, [word if word[0] == "{" else fold(word) for word in words], name)
        self.marked, self.folded = State([marked], most=1 << 15), State([folded], most=1 << 15)

    def find(self, reading: Reading, classes: Sequence[Match] = ()) -> list[Match]:
        """Give every match, in the order of the text; matches may overlap.

        ``classes`` are the word classes found in the text, for phrases that name one. A text written without
        diacritics is compared without diacritics.
        """
        root, words = (self.folded, reading.folded) if reading.unmarked else (self.marked, reading.forms)
        starting: dict[int, list[Match]] = {}
        begun = [(first, first + 1, state) for first, state in enumerate(map(root.next_state, words)) if state is not None]
        for match in classes:
            starting.setdefault(match.first, []).append(match)
            if match.name in root.classes:
                begun.append((match.first, match.last + 1, root.classes[match.name]))
        found: set[Match] = set()
        while begun:
            first, position, state = begun.pop()
            for name in state.names:
                found.add(Match(first, position - 1, name))
            if position < len(words):
                after = state.next_state(words[position])
                if after is not None:
                    begun.append((first, position + 1, after))
                if state.classes:
                    begun += [
                        (first, match.last + 1, state.classes[match.name])
                        for match in starting.get(position, ())
                        if match.name in state.classes
                    ]
        return sorted(found)


def phrase_words(phrase: str) -> list[str]:
    """Cut a phrase into the words it is compared by; a final ``*`` or a ``{CLASS}`` stays as it is."""
    words: list[str] = []
    for part in phrase.split():
        if part.startswith("{") and part.endswith("}"):
            words.append(part)
            continue
        found = list(_PARTS[part])
        if part.endswith("*") and found:
            found[-1] += "*"
        words += found
    return words


_PARTS: Memo[str, tuple[str, ...]] = Memo(lambda part: read_words(part).forms, most=1 << 14)
"""Words of phrases: the same few thousand stand in every pack."""


def _plant(root: _Node, words: Sequence[str], name: str) -> None:
    node = root
    for word in words:
        if word[0] == "{":
            node = node.classes.setdefault(word[1:-1], _Node())
        elif word.endswith("*"):
            node = node.prefixes.setdefault(word[:-1], _Node())
        else:
            node = node.exact.setdefault(word, _Node())
    if name not in node.names:
        node.names.append(name)
