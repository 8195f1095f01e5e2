"""Word classes: which words of a text name a disease, a cure, a time span, an authority and so on.

The lists stand in ``lexicons/<language>/<class>.txt``: one phrase a line, ``#`` starts a comment. Numbers with a unit
are recognised by rule from the unit lists.
"""

from functools import cache
from importlib.resources import files

from classifier.errors import LexiconError, problem
from classifier.reading.phrases import Match, PhraseSet
from classifier.reading.words import Reading

_UNITS = {"time_unit": "TIME", "weight_unit": "WEIGHT", "money_unit": "MONEY", "percent_unit": "PERCENT"}
"""List of units → the class of a number followed by one. A number is written in digits or in a word of ``number.txt``."""


@cache
def load_lexicon() -> "Lexicon":
    """Load the word lists that ship with the package, once."""
    folder = files("classifier.reading") / "lexicons"
    phrases = []
    for language in ("vi", "en"):
        for file in sorted((folder / language).iterdir(), key=lambda f: f.name):
            phrases += [(phrase, file.name.removesuffix(".txt")) for phrase in _phrases(file.name, file.read_text("utf-8"))]
    return Lexicon(phrases)


def _phrases(name: str, text: str) -> list[str]:
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    if not any(lines):
        raise LexiconError(problem("lexicon_empty", name))
    return [line for line in lines if line]


class Lexicon:
    """Finds word classes in a text. Class names are upper case in what it gives."""

    def __init__(self, phrases: list[tuple[str, str]]) -> None:
        self.names = frozenset(name.upper() for _, name in phrases if name not in (*_UNITS, "number")) | frozenset(_UNITS.values())
        self._numbers = frozenset(phrase for phrase, name in phrases if name == "number")
        self._phrases = PhraseSet((phrase, name) for phrase, name in phrases if name != "number")

    def find(self, reading: Reading) -> list[Match]:
        """Give every word class in the text, in order; matches may overlap.

        Of two matches of one class, where one lies inside the other, only the longer is given.
        """
        found = [match for raw in self._phrases.find(reading) if (match := self._named(raw, reading))]
        found.sort(key=lambda m: (m.name, m.first, -m.last))
        kept: list[Match] = []
        for match in found:
            if not (kept and kept[-1].name == match.name and match.last <= kept[-1].last):
                kept.append(match)
        return sorted(kept)

    def _named(self, match: Match, reading: Reading) -> Match | None:
        if match.name not in _UNITS:
            return Match(match.first, match.last, match.name.upper())
        before = match.first - 1
        if before < 0 or not (reading.forms[before][0].isdigit() or reading.forms[before] in self._numbers):
            return None
        return Match(before, match.last, _UNITS[match.name])
