"""Where findings stand in a page, a video, a document or a picture, as lines a person can read."""

from collections.abc import Iterator
from typing import Any

from classifier.domain import Assessment
from ui.intake.domain import Place
from ui.intake.placing import describe
from ui.wording import say


def place_lines(assessment: Assessment, places: tuple[Place, ...], language: str) -> Iterator[str]:
    """Give, for each run of words a finding rests on, where it stands; nothing for an ad that came as bare text."""
    told: dict[str, None] = {}
    for finding in (finding for claim in assessment.claims for finding in claim.findings):
        for span in finding.spans:
            for place in _one_box(describe(places, [{"start": span.start, "end": span.end}])):
                told[f"  - {_said(place, language)}: “{span.of(assessment.ad.text)}”"] = None
    if told:
        yield ""
        yield f"{say(language, 'intake.places')}:"
        yield from told


def _one_box(described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the boxes of several words into the one that holds them all."""
    boxes = [place["box"] for place in described if "box" in place]
    if len(boxes) < 2:
        return described
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return [{**described[0], "box": [min(lefts), min(tops), max(rights), max(bottoms)]}]


def _said(place: dict[str, object], language: str) -> str:
    said = []
    if "time" in place:
        said.append(str(place["time"]))
    if "page" in place:
        said.append(say(language, "intake.page", number=place["page"]))
    if "part" in place:
        said.append(say(language, f"intake.{place['part']}"))
    if "box" in place:
        said.append(say(language, "intake.box", box=place["box"]))
    return ", ".join(said)
