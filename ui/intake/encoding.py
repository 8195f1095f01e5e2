"""Bytes to text: UTF-8 first, then what a byte-order mark says, then the likeliest; never guessed in silence."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from charset_normalizer import from_bytes

from classifier.errors import InputError, problem
from ui.intake.domain import Source, notice

UTF8 = "utf-8-sig"
_CHUNK = 1024**2
_SAMPLE = 256_000
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACCEPTED = {"cp1258", "cp1252", "latin_1", "utf_16", "utf_16_le", "utf_16_be"}
_LEGACY = {
    "TCVN3 (ABC)": ("kh«ng", "®­îc", "vµ", "cña", "nh÷ng", "s¶n", "phÈm", "ng­êi", "®Æc", "bÖnh", "ch÷a", "®iÒu", "®Ó", "víi"),
    "VNI": ("khoâng", "ñöôïc", "vaø", "cuûa", "nhöõng", "saûn", "phaåm", "ngöôøi", "ñaëc", "beänh", "chöõa", "ñieàu", "ñeå", "vôùi"),
}
"""Common Vietnamese words as they look when these old encodings are read as Western European."""
_LEAST_WORDS = 2


def encoding_of(source: Source) -> str:
    """Give the encoding of a text file; anything but UTF-8 is told.

    Raises
    ------
    InputError
        It is broken UTF-8, an old Vietnamese font encoding, or nothing that can be told with confidence.
    """
    with source.path.open("rb") as file:
        head = file.read(_SAMPLE)
    named = _by_bom(head) or _by_zeros(head)
    if named is None:
        broken = _first_broken_byte(source.path)
        if broken is None:
            return UTF8
        named = _guessed(source.path, head if broken < len(head) else _around(source.path, broken), broken)
    source.note(notice("encoding", source.path.name, encoding=named))
    return named


def decoded(source: Source, raw: bytes) -> str:
    """Give the text of a whole file, composed where the encoding keeps marks apart."""
    encoding = encoding_of(source)
    return composed(raw.decode(encoding), encoding)


def composed(text: str, encoding: str) -> str:
    """Join letters and marks that Windows-1258 keeps apart, so that the text is as its author saw it."""
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def legacy_font(text: str) -> str:
    """Name the old Vietnamese encoding a text was written in and not converted from; empty for none."""
    words = set(re.findall(r"[^\s.,;:!?\"'()]+", text.casefold()))
    found = {name: len(words.intersection(known)) for name, known in _LEGACY.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] >= _LEAST_WORDS else ""


def _by_bom(head: bytes) -> str | None:
    return next((name for mark, name in _BOMS if head.startswith(mark)), None)


def _by_zeros(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by every other byte being zero."""
    sample = head[:2_000]
    if len(sample) < 8:
        return None
    odd, even = sample[1::2].count(0) / len(sample[1::2]), sample[::2].count(0) / len(sample[::2])
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None


def _first_broken_byte(path: Path) -> int | None:
    """Give the place of the first byte that is not UTF-8, reading the file piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with path.open("rb") as file:
        for chunk, last in _chunks(file):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=last)
            except UnicodeDecodeError as error:
                return read - held + error.start
            read += len(chunk)
    return None


def _chunks(file: Iterable[bytes]) -> Iterable[tuple[bytes, bool]]:
    while chunk := file.read(_CHUNK):  # type: ignore[attr-defined]
        yield chunk, False
    yield b"", True


def _around(path: Path, place: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, place - _SAMPLE // 2))
        return file.read(_SAMPLE)


def _guessed(path: Path, sample: bytes, broken: int) -> str:
    western = sample.decode("latin-1")
    if old := legacy_font(western) or legacy_font(sample.decode("cp1252", "ignore")):
        raise InputError(problem("file_font_encoding", str(path), encoding=old))
    if _mostly_utf8(sample):
        raise InputError(problem("file_broken", str(path), byte=broken, line=_line_of(path, broken)))
    best = from_bytes(sample).best()
    if best is None or best.encoding not in _ACCEPTED or not _reads_as_text(sample, best.encoding):
        raise InputError(problem("file_broken", str(path), byte=broken, line=_line_of(path, broken)))
    return best.encoding


def _mostly_utf8(sample: bytes) -> bool:
    """Say whether the sample holds far more good UTF-8 sequences than broken bytes."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(not c.isascii() for c in text) - broken
    return good > 10 * broken


def _reads_as_text(sample: bytes, encoding: str) -> bool:
    foreign = [c for c in sample.decode(encoding, "replace") if not c.isascii()]
    letters = sum(unicodedata.category(c)[0] in "LMPS" and c != "\ufffd" for c in foreign)
    return len(foreign) >= 3 and letters >= 0.9 * len(foreign)


def _line_of(path: Path, place: int) -> int:
    with path.open("rb") as file:
        return file.read(place).count(b"\n") + 1
