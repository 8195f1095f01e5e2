"""Findings and claims told where they stand in what was received: a time, a page, a part of it, boxes on a picture."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from classifier.domain import Assessment, Span
from classifier.errors import InputError, problem
from ui.intake.domain import Place

Box = tuple[int, int, int, int]


def place_row(row: dict[str, Any], places: tuple[Place, ...]) -> None:
    """Add ``places`` to each claim and each finding of a full result row; nothing when the ad has none."""
    if not places:
        return
    for claim in row["claims"]:
        claim["places"] = describe(places, [claim])
        for finding in claim["findings"]:
            finding["places"] = describe(places, finding["spans"])


def describe(places: Iterable[Place], spans: Iterable[dict[str, int]]) -> list[dict[str, Any]]:
    """Give the places that spans touch, as plain records, each once."""
    wanted = [Span(span["start"], span["end"]) for span in spans]
    told: list[dict[str, Any]] = []
    for place in places:
        if any(place.span.overlaps(span) for span in wanted):
            record = _record(place)
            if record and record not in told:
                told.append(record)
    return told


def boxes_of(places: Iterable[Place], spans: Iterable[Span]) -> list[Box]:
    """Give the boxes of the words that spans touch."""
    wanted = list(spans)
    return [place.box for place in places if place.box and any(place.span.overlaps(span) for span in wanted)]


def mark_findings(assessment: Assessment, places: tuple[Place, ...], picture: Path | None, target: Path) -> None:
    """Write the picture with the words of every finding marked on it.

    Raises
    ------
    InputError
        The ad is no picture, or the target cannot be written.
    """
    if picture is None or not any(place.box for place in places):
        raise InputError(problem("marked_no_picture", "--marked"))
    spans = [span for claim in assessment.claims for finding in claim.findings for span in finding.spans]
    try:
        mark_picture(picture, boxes_of(places, spans), target)
    except (OSError, ValueError) as error:
        raise InputError(problem("file_unwritable", str(target), detail=str(error))) from error


def _record(place: Place) -> dict[str, Any]:
    told = {"part": place.part, "time": place.time, "page": place.page, "box": list(place.box) if place.box else None}
    return {name: value for name, value in told.items() if value}


def mark_picture(picture: Path, boxes: Iterable[Box], target: Path) -> None:
    """Write the picture, upright, with a frame around each box, as PNG or what the target's ending says."""
    from PIL import ImageDraw

    from ui.intake.picture import upright

    shown = upright(picture)
    pen = ImageDraw.Draw(shown, "RGBA")
    thickness = max(2, shown.width // 400)
    for left, top, right, bottom in boxes:
        frame = (max(0, left - thickness), max(0, top - thickness), right + thickness, bottom + thickness)
        pen.rectangle(frame, fill=(255, 196, 0, 70), outline=(190, 0, 0, 255), width=thickness)
    shown.save(target)
