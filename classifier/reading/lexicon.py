"""Word classes: which words of a text name a disease, a cure, a time span, an authority and so on.

The lists stand in ``lexicons/<language>/<class>.txt``: one phrase a line, ``#`` starts a comment. Numbers with a unit
are recognised by rule from the unit lists.
"""

from functools import cache
from importlib.resources import files

from classifier.errors import LexiconError, problem
from classifier.reading.phrases import Match, PhraseSet
from classifier.reading.words import Reading

UNITS = {"time_unit": "TIME", "weight_unit": "WEIGHT", "money_unit": "MONEY", "percent_unit": "PERCENT"}
"""List of units → the class of a number followed by one. A number is written in digits or in a word of ``number.txt``."""


@cache
def load_lexicon() -> "Lexicon":
    """Load the word lists that ship with the package, once."""
    return Lexicon(listed_phrases())


def listed_phrases() -> list[tuple[str, str]]:
    """Give every phrase of the word lists with the name of its list."""
    folder = files("classifier.reading") / "lexicons"
    phrases: list[tuple[str, str]] = []
    for language in ("vi", "en"):
        for file in sorted((folder / language).iterdir(), key=lambda f: f.name):
            phrases += [(phrase, file.name.removesuffix(".txt")) for phrase in _phrases(file.name, file.read_text("utf-8"))]
    return phrases


def _phrases(name: str, text: str) -> list[str]:
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    if not any(lines):
        raise LexiconError(problem("lexicon_empty", name))
    return [line for line in lines if line]


class Lexicon:
    """Finds word classes in a text. Class names are upper case in what it gives."""

    def __init__(self, phrases: list[tuple[str, str]]) -> None:
        self.names = frozenset(name.upper() for _, name in phrases if name not in (*UNITS, "number")) | frozenset(UNITS.values())
        self.numbers = frozenset(phrase for phrase, name in phrases if name == "number")
        self.phrases = PhraseSet((phrase, name if name in UNITS else name.upper()) for phrase, name in phrases if name != "number")

    def find(self, reading: Reading) -> list[Match]:
        """Give every word class in the text, in order; matches may overlap.

        Of two matches of one class, where one lies inside the other, only the longer is given. Found once for a reading.
        """
        known: list[Match] | None = reading.kept.get(self)
        if known is None:
            known = reading.kept[self] = self._longest(reading)
        return known

    def _longest(self, reading: Reading) -> list[Match]:
        found = [(match.name, match.first, -match.last) for raw in self._raw(reading) if (match := self._named(raw, reading))]
        found.sort()
        kept: list[Match] = []
        for name, first, last in found:
            if not (kept and kept[-1].name == name and -last <= kept[-1].last):
                kept.append(Match(first, -last, name))
        kept.sort()
        return kept

    def _raw(self, reading: Reading) -> list[Match]:
        """Find the phrases of a reading; those of a part of a text are the ones that lie in it."""
        if reading.whole is None or reading.whole.unmarked != reading.unmarked:
            known: list[Match] | None = reading.kept.get((self, "raw"))
            if known is None:
                known = reading.kept[self, "raw"] = self.phrases.find(reading)
            return known
        begin, end = reading.first, reading.first + len(reading.forms)
        matches = self._raw(reading.whole)
        return [Match(m[0] - begin, m[1] - begin, m[2]) for m in matches if m[0] >= begin and m[1] < end]

    def _named(self, match: Match, reading: Reading) -> Match | None:
        if match.name not in UNITS:
            return match
        before = match.first - 1
        if before < 0 or not (reading.forms[before][0].isdigit() or reading.forms[before] in self.numbers):
            return None
        return Match(before, match.last, UNITS[match.name])
