"""Finding many phrases in a run of words at once, each with the words it covers.

A phrase is written in words. A word may end in ``*`` (any ending), and ``{name}`` stands for a word class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from classifier.reading.normalise import fold
from classifier.reading.words import Reading, read_words


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A phrase found from word ``first`` to word ``last``, both included."""

    first: int
    last: int
    name: str


@dataclass(slots=True)
class _Node:
    exact: dict[str, "_Node"] = field(default_factory=dict)
    prefixes: dict[str, "_Node"] = field(default_factory=dict)
    classes: dict[str, "_Node"] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


class PhraseSet:
    """A set of named phrases, compiled once.

    Parameters
    ----------
    phrases : iterable of (phrase, name)
        Phrases are lower-cased and normalised like any text; the name comes back with each match.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._marked, self._folded = _Node(), _Node()
        for phrase, name in phrases:
            words = phrase_words(phrase)
            _plant(self._marked, words, name)
            _plant(self._folded, [word if word[0] == "{" else fold(word) for word in words], name)

    def find(self, reading: Reading, classes: Sequence[Match] = ()) -> list[Match]:
        """Give every match, in the order of the text; matches may overlap.

        ``classes`` are the word classes found in the text, for phrases that name one. A text written without
        diacritics is compared without diacritics.
        """
        root, words = (self._folded, reading.folded) if reading.unmarked else (self._marked, reading.forms)
        starting: dict[int, list[Match]] = {}
        for match in classes:
            starting.setdefault(match.first, []).append(match)
        return [match for first in range(len(words)) for match in _matches_from(first, root, words, starting)]


def phrase_words(phrase: str) -> list[str]:
    """Cut a phrase into the words it is compared by; a final ``*`` or a ``{CLASS}`` stays as it is."""
    words: list[str] = []
    for part in phrase.split():
        if part.startswith("{") and part.endswith("}"):
            words.append(part)
            continue
        found = list(read_words(part).forms)
        if part.endswith("*") and found:
            found[-1] += "*"
        words += found
    return words


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


def _matches_from(first: int, root: _Node, words: Sequence[str], classes: dict[int, list[Match]]) -> Iterator[Match]:
    """Walk all branches from one word on; ``paths`` holds (branch, next word)."""
    paths = [(root, first)]
    while paths:
        node, position = paths.pop()
        for name in node.names:
            yield Match(first, position - 1, name)
        if position < len(words):
            paths += _steps(node, position, words[position], classes.get(position, ()))


def _steps(node: _Node, position: int, word: str, classes: Sequence[Match]) -> Iterator[tuple[_Node, int]]:
    if word in node.exact:
        yield node.exact[word], position + 1
    if node.prefixes:
        for n in range(1, len(word) + 1):
            if word[:n] in node.prefixes:
                yield node.prefixes[word[:n]], position + 1
    if node.classes:
        for match in classes:
            if match.name in node.classes:
                yield node.classes[match.name], match.last + 1
