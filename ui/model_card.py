"""The model's card in Markdown: what it is for, what it learnt from, and the figures last measured."""

from collections.abc import Iterator

from classifier.model.artifact import TrainedModel
from ui.wording import say

_TOLD = ("what", "for", "not_for", "data")
_MEASURED = ("Test part", "What is assessed", "What a risk means", "Behavioural suite", "Disguise", "Manners of writing")
"""Sections of ``docs/results/quality.md`` that the card repeats."""


def card_lines(model: TrainedModel, quality: str, language: str) -> Iterator[str]:
    """Give the card of a model in one language, with the sections of its measurement as they were written.

    Parameters
    ----------
    model : TrainedModel
        The model that was measured.
    quality : str
        The report of ``adcheck evaluate``.
    language : str
        ``vi`` or ``en``: the language of the card's own sentences.
    """
    yield f"# {say(language, 'card.title')}\n"
    for name in _TOLD:
        yield f"**{say(language, f'card.{name}')}** {say(language, f'card.{name}_told')}\n"
    yield f"**{say(language, 'card.digest')}** `{model.digest}`\n"
    yield f"**{say(language, 'card.features')}** {len(model.features):,}\n"
    yield "| | |\n|---|---|"
    yield from (f"| {name} | {value} |" for name, value in model.facts.items())
    yield "\n| | |\n|---|---:|"
    yield from (f"| {name} | {value} |" for name, value in model.thresholds.items())
    yield from _sections(quality)


def _sections(quality: str) -> Iterator[str]:
    for section in quality.split("\n## ")[1:]:
        if section.split("\n", 1)[0] in _MEASURED:
            yield f"\n## {section.rstrip()}"
