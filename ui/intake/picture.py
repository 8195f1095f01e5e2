"""Pictures and screenshots: the words on them, each with its box, read by Tesseract."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.domain import Span
from classifier.errors import InputError, Problem, problem
from ui.intake.bounds import MOST_PIXELS
from ui.intake.domain import AdRow, Place, RefusedRow, Source, notice
from ui.intake.foreign import parsing
from ui.intake.parts import refuse_no_text

if TYPE_CHECKING:
    from PIL import Image

_PROGRAM = "tesseract"
_LANGUAGES = ("vie", "eng")
_PATIENCE = 120
"""Seconds after which a picture counts as unreadable."""
_ENLARGE_BELOW = 1_500
"""Width in pixels below which a picture is read at twice its size: letters of screenshots are small for Tesseract."""
_LEAST_CONFIDENCE = 30
"""Below this, of 100, a word is taken for noise."""
_UNSURE = 60


def read_picture(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a picture as one ad. Words come in reading order, lines as lines; each word keeps its box."""
    if fault := tesseract_fault():
        raise InputError(fault)
    words = list(_words(source.path))
    if not words:
        yield refuse_no_text(source)
        return
    text, places = _joined(words)
    unsure = sum(confidence < _UNSURE for _, _, _, confidence in words)
    notices = (notice("words_unsure", count=unsure, total=len(words)),) if unsure else ()
    name = source.path.name
    yield AdRow(row_id=name, text=text, where=name, raw=source.path.read_bytes(), places=places, notices=notices)


def tesseract_fault() -> Problem | None:
    """Say how to get Tesseract and its languages where they are missing."""
    missing = _missing()
    if missing == _PROGRAM:
        return problem("tesseract_missing")
    return problem("tesseract_language", languages=missing) if missing else None


def upright(path: Path) -> "Image.Image":
    """Give the picture as a viewer shows it: turned as its camera said, in plain colours.

    Raises
    ------
    InputError
        It is not whole, or has more pixels than are read.
    """
    from PIL import Image, ImageOps

    with parsing(path, Image.DecompressionBombError), Image.open(path) as opened:
        if opened.width * opened.height <= MOST_PIXELS:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
            background = Image.new("RGBA", picture.size, "white")
            return Image.alpha_composite(background, picture).convert("RGB")
    raise InputError(problem("file_pixels", str(path), most=MOST_PIXELS))


@cache
def _missing() -> str:
    if not shutil.which(_PROGRAM):
        return _PROGRAM
    listed = subprocess.run([_PROGRAM, "--list-langs"], capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    return ", ".join(language for language in _LANGUAGES if language not in listed.stdout.split())


_Word = tuple[str, tuple[int, int, int, int], tuple[str, ...], float]
"""A word, its box, the line it stands in, how sure Tesseract is of it (0 to 100)."""


def _words(path: Path) -> Iterator[_Word]:
    picture = upright(path)
    scale = 2 if picture.width < _ENLARGE_BELOW else 1
    for row in csv.DictReader(io.StringIO(_tsv(path, picture, scale)), delimiter="\t", quoting=csv.QUOTE_NONE):
        word, confidence = (row["text"] or "").strip(), float(row["conf"])
        if word and confidence >= _LEAST_CONFIDENCE:
            left, top, width, height = (int(row[name]) // scale for name in ("left", "top", "width", "height"))
            line = (row["block_num"], row["par_num"], row["line_num"])
            yield word, (left, top, left + width, top + height), line, confidence


def _tsv(path: Path, picture: "Image.Image", scale: int) -> str:
    sent = io.BytesIO()
    picture.resize((picture.width * scale, picture.height * scale)).save(sent, "PNG")
    command = [_PROGRAM, "stdin", "stdout", "-l", "+".join(_LANGUAGES), "--psm", "3", "tsv"]
    try:
        read = subprocess.run(command, input=sent.getvalue(), capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise InputError(problem("file_unreadable", str(path), detail=f"> {_PATIENCE} s")) from error
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [_PROGRAM]
        raise InputError(problem("file_unreadable", str(path), detail=detail[0][:120])) from error
    return read.stdout.decode("utf-8", "replace")


def _joined(words: list[_Word]) -> tuple[str, tuple[Place, ...]]:
    """Give the words as one text and the place of each in it."""
    text, places = "", []
    for _, line in groupby(words, key=lambda word: word[2]):
        text += "\n" if text else ""
        for number, (word, box, _, _) in enumerate(line):
            text += " " if number else ""
            places.append(Place(span=Span(len(text), len(text) + len(word)), box=box))
            text += word
    return text, tuple(places)
