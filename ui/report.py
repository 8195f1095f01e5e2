"""An assessment as reasoning a person can read: on a terminal, as Markdown, as HTML. Pure: text in one language out."""

from classifier.reasoning.reasoning import Reasoning
from ui.document import render
from ui.reasoning_document import full_blocks, short_blocks


def render_report(
    reasoning: Reasoning, language: str, *, in_full: bool = False, form: str = "text", mark: tuple[str, str] = ("«", "»"), width: int = 0
) -> str:
    """Give the reasoning in one language and form; ``mark`` stands round marked words on a terminal ``width`` wide; 0 is endless."""
    blocks = full_blocks(reasoning, language) if in_full else short_blocks(reasoning, language)
    return render(blocks, form, mark=mark, width=width)
