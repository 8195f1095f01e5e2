"""Subtitles of videos and livestreams, SRT and WebVTT: what is said, with the time it is said at."""

from collections.abc import Iterator

import pysubs2

from ui.intake.domain import AdRow, RefusedRow, Source, notice
from ui.intake.encoding import decoded
from ui.intake.foreign import parsing
from ui.intake.parts import Part, rows_of_parts


def read_subtitles(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read subtitles as one ad, a cue a line. A cue that repeats the line before, as rolling captions do, stands once."""
    raw = source.path.read_bytes()
    text = decoded(source, raw)
    with parsing(source.path, pysubs2.Pysubs2Error):
        subtitles = pysubs2.SSAFile.from_string(text, format_=source.path.suffix.lower().removeprefix("."))
        parts, repeated = _parts(subtitles)
    notices = (notice("cues_repeated", count=repeated),) if repeated else ()
    yield from rows_of_parts(source, parts, raw, notices)


def clock(milliseconds: int) -> str:
    """Give a time as ``hours:minutes:seconds.milliseconds``."""
    seconds, rest = divmod(max(0, milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _parts(subtitles: pysubs2.SSAFile) -> tuple[list[Part], int]:
    parts: list[Part] = []
    repeated, before = 0, ""
    for event in sorted((event for event in subtitles if not event.is_comment), key=lambda event: event.start):
        for line in (line.strip() for line in event.plaintext.splitlines() if line.strip()):
            if line == before:
                repeated += 1
                continue
            parts.append(Part(text=line, time=f"{clock(event.start)} --> {clock(event.end)}"))
            before = line
    return parts, repeated
