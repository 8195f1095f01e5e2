"""Commands about the corpus and the model learnt from it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from classifier.errors import InputError, problem
from ui.commands.options import LanguageOption, speaking
from ui.wording import say

data_app = typer.Typer(no_args_is_help=True, help="The corpus the model learns from.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(train)
    app.command()(evaluate)
    app.command("model-card")(model_card)
    app.add_typer(data_app, name="data")


def train(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    out: Annotated[Path, typer.Option("--out", help="Folder to write the model to.")] = Path("model"),
    decisions: Annotated[Path | None, typer.Option("--with", help="Decisions to learn from too, from “adcheck export labels”.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Train a model from the corpus; the same corpus gives the same bytes."""
    from classifier.learning.decided import beside_corpus
    from classifier.learning.train import train as train_model

    with speaking(lang) as language, TemporaryDirectory() as folder:
        digest = train_model(beside_corpus(data, decisions, Path(folder)) if decisions else data, out)
        typer.echo(say(language, "report.trained", path=out, digest=digest))


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled files; the frozen test part by default.")] = None,
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the test part.")] = Path("data"),
    lang: LanguageOption = None,
) -> None:
    """Measure the shipped model on labelled texts; without files, in every way the project promises."""
    from classifier.learning.evaluate import evaluate_table, table_lines
    from classifier.learning.quality import quality_lines
    from ui.intake.labelled import read_labelled
    from ui.intake.reading import check_inputs

    with speaking(lang):
        if not files:
            for line in quality_lines(data):
                typer.echo(line)
            return
        check_inputs(files)
        typer.echo("\n".join(table_lines(evaluate_table(path.name, read_labelled(path)) for path in files)))


def model_card(
    quality: Annotated[Path, typer.Argument(help="What “adcheck evaluate” wrote.")],
    lang: LanguageOption = None,
) -> None:
    """Give the card of the shipped model in Markdown: what it is for, what it learnt from, the figures last measured."""
    from classifier.model.artifact import load_model
    from ui.model_card import card_lines

    with speaking(lang) as language:
        if not quality.is_file():
            raise InputError(problem("file_missing", str(quality)))
        for line in card_lines(load_model(), quality.read_text("utf-8"), language):
            typer.echo(line)


@data_app.command("words")
def data_words(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    lang: LanguageOption = None,
) -> None:
    """Give the words that the corpus uses in several passages, a word a line: what words spelt oddly may stand for."""
    from classifier.learning.corpus import common_words, read_corpus

    with speaking(lang):
        for word in common_words(read_corpus(data / "corpus")):
            typer.echo(word)


@data_app.command("check")
def data_check(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    lang: LanguageOption = None,
) -> None:
    """Prove the format and the promises of the corpus, and print its figures."""
    from classifier.learning.second_reading import agreement_lines
    from classifier.learning.survey import faults, figures, survey_corpus

    with speaking(lang):
        survey = survey_corpus(data)
        typer.echo("| | " + " | ".join(survey.languages) + " |\n|---|" + "---:|" * len(survey.languages))
        for name, counts in figures(survey):
            typer.echo(f"| {name} | " + " | ".join(str(counts[language]) for language in survey.languages) + " |")
        typer.echo("\n" + "\n".join(agreement_lines(survey.passages, survey.second)))
        found = list(faults(survey))
        for fault in found:
            typer.echo(fault, err=True)
        if found:
            raise typer.Exit(1)
