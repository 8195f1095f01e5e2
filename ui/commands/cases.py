"""Commands about one case: appeal, evidence, correction, decisions taken elsewhere."""

import json
from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, problem
from ui.commands.options import ByOption, LanguageOption, StoreOption, opened, speaking
from ui.wording import say

case_app = typer.Typer(no_args_is_help=True, help="What happens to a case after its decision.")
Letter = Annotated[Path, typer.Argument(help="Text file with what was sent.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(case_app, name="case")


@case_app.command("appeal")
def appeal(case: int, letter: Letter, by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Enter the advertiser's appeal: another person will decide, before the machine's word is shown."""
    from review.aftermath import file_appeal

    with speaking(lang) as language, opened(store, by) as record:
        file_appeal(record, case, _text(letter), by=by)
        typer.echo(say(language, "record.appealed", case=case))


@case_app.command("evidence")
def evidence(case: int, letter: Letter, by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Keep what the advertiser sent after evidence was asked for, and open the case again."""
    from review.cases import receive_evidence

    with speaking(lang) as language, opened(store, by) as record:
        receive_evidence(record, case, _text(letter), by=by)
        typer.echo(say(language, "record.reopened", case=case))


@case_app.command("correct")
def correct(case: int, by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Ask for a correction: a new decision on reasons shown anew; the old one stays in the record."""
    from review.aftermath import ask_correction

    with speaking(lang) as language, opened(store, by) as record:
        ask_correction(record, case, by=by)
        typer.echo(say(language, "record.correction", case=case))


@case_app.command("foreign")
def foreign(
    file: Annotated[Path, typer.Argument(help="JSONL of past decisions, each with an “id”.")],
    by: ByOption,
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Keep decisions taken elsewhere as foreign records: readable, never decisions here."""
    from review.cases import keep_foreign_record

    with speaking(lang) as language, opened(store, by) as record:
        rows = [_row(file, number, line) for number, line in enumerate(_text(file).splitlines(), 1)]
        for row in rows:
            keep_foreign_record(record, source=file.name, external_id=str(row["id"]), body=row, by=by)
        typer.echo(say(language, "record.foreign", count=len(rows)))


def _row(file: Path, number: int, line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(problem("file_json", f"{file}:{number}", detail=str(error))) from error
    if not isinstance(row, dict) or "id" not in row:
        raise InputError(problem("file_json", f"{file}:{number}", detail="no “id”"))
    return row


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem("file_unreadable", str(file), detail=str(error))) from error
