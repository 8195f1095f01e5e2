"""Ways adverts are written so that a machine will not read them, for measuring how well the reading undoes them."""

import random
import re
import unicodedata
from collections.abc import Callable

from classifier.reading.folding import fold

_TEENCODE = {
    "không": "hk", "được": "dc", "với": "vs", "gì": "j", "rồi": "r", "biết": "bít", "bạn": "bn", "vậy": "z", "mình": "mk", "chữa": "chza",
    "trị": "tri.", "khỏi": "khoi~", "you": "u", "your": "ur", "are": "r", "for": "4", "to": "2", "please": "plz", "great": "gr8",
}  # fmt: skip
_CYRILLIC = str.maketrans("aeocpxyAEOCPXBKMHT", "аеосрхуАЕОСРХВКМНТ")
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})

Disguise = Callable[[str, random.Random], str]


def _each_word(change: Callable[[str], str], share: float) -> Disguise:
    def disguise(text: str, draw: random.Random) -> str:
        return re.sub(r"[^\W\d_]{3,}", lambda word: change(word.group()) if draw.random() < share else word.group(), text)

    return disguise


DISGUISES: dict[str, tuple[str, Disguise]] = {
    "decomposed letters (NFD)": ("reversible", lambda text, _: unicodedata.normalize("NFD", text)),
    "full width": ("reversible", lambda text, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)),
    "invisible characters": ("reversible", _each_word(lambda word: "\u200b".join(word), 0.4)),
    "look-alike letters": ("layout", _each_word(lambda word: word.translate(_CYRILLIC), 0.5)),
    "upper case": ("reversible", lambda text, _: text.upper()),
    "dots inside words": ("layout", _each_word(lambda word: ".".join(word), 0.3)),
    "blanks inside words": ("layout", _each_word(lambda word: " ".join(word), 0.15)),
    "pictographs for blanks": ("layout", lambda text, draw: re.sub(" ", lambda _: "✨" if draw.random() < 0.3 else " ", text)),
    "no diacritics": ("layout", lambda text, _: fold(text.lower())),
    "repeated letters": ("spelling", _each_word(lambda word: word + word[-1] * 2, 0.3)),
    "teencode": ("spelling", lambda text, _: re.sub(r"\w+", lambda word: _TEENCODE.get(word.group().lower(), word.group()), text)),
    "digits for letters": ("spelling", _each_word(lambda word: word.translate(_LEET), 0.4)),
}
"""Name → how deep it cuts (reversible: the same letters in other code points; layout: what looks the same; spelling), and how."""
MOST_LOST = {"reversible": 0.02, "layout": 0.08, "spelling": 0.20}
"""The share of recall that each kind of disguise may cost."""
