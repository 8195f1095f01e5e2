"""Where findings stand in a page, a video, a document or a picture, as lines a person can read."""

from collections.abc import Iterator

from classifier.domain import Assessment
from ui.intake.domain import Place
from ui.intake.placing import describe
from ui.wording import say


def place_lines(assessment: Assessment, places: tuple[Place, ...], language: str) -> Iterator[str]:
    """Give, for each run of words a finding rests on, where it stands; nothing for an ad that came as bare text."""
    told: dict[str, None] = {}
    for finding in (finding for claim in assessment.claims for finding in claim.findings):
        for span in finding.spans:
            for place in describe(places, [{"start": span.start, "end": span.end}]):
                told[f"  - {_said(place, language)}: “{span.of(assessment.ad.text)}”"] = None
    if told:
        yield ""
        yield f"{say(language, 'intake.places')}:"
        yield from told


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
