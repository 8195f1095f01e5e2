"""Commands about the reasoning: measure it, and build the index of labelled neighbours."""

from pathlib import Path
from typing import Annotated

import typer

from ui.commands.options import LanguageOption, speaking
from ui.wording import say

reasoning_app = typer.Typer(no_args_is_help=True, help="The reasoning: measure it, index the labelled passages it shows.")
_ROOM = Path("classifier/reasoning")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(reasoning_app, name="reasoning")


@reasoning_app.command("index")
def reasoning_index(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    out: Annotated[Path, typer.Option("--out", help="Folder to write the index to.")] = _ROOM,
    lang: LanguageOption = None,
) -> None:
    """Index the labelled passages of the corpus, its test part aside, so that the nearest ones can be shown."""
    from classifier.learning.neighbour_index import write_index

    with speaking(lang) as language:
        typer.echo(say(language, "reasoning.indexed", path=out, size=write_index(data, out)))


@reasoning_app.command("measure")
def reasoning_measure(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    real: Annotated[Path | None, typer.Option("--real", help="Folder of real texts to measure on as well.")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="Folder to write what the model's risk means to: measured.json.")] = None,
    texts: Annotated[int, typer.Option("--texts", help="Flagged texts a language for the deletion tests.")] = 100,
    lang: LanguageOption = None,
) -> None:
    """Measure the reasoning and print docs/results/reasoning.md; SHAP and LIME where they are installed."""
    import json

    from classifier.learning.reasoning_report import measure_reasoning
    from classifier.reasoning.sureness import MEASURED_FILE

    with speaking(lang):
        told = measure_reasoning(data, real, n_faithful=texts)
        typer.echo("\n".join(told.lines))
        if keep:
            (keep / MEASURED_FILE).write_text(json.dumps(told.sureness, indent=1) + "\n", "utf-8")
