"""Commands that make papers: dossier, notice, statement of reasons, exports."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.errors import InputError, ReviewError, problem
from ui.commands.options import LanguageOption, StoreOption, date_of, opened, speaking
from ui.wording import say

if TYPE_CHECKING:
    from review.record.store import Store

SignOption = Annotated[str | None, typer.Option("--sign", help="Name of the decider who has read it and signs.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="File to write; standard output by default.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (dossier, notice, statement, export):
        app.command()(command)


def dossier(
    case: int,
    out: Annotated[Path, typer.Option("--out", help="File to write, .html or .json; check_dossier.py is put beside it.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write everything the record holds on a case, with proofs, in one file that is checked offline."""
    from review.papers.dossier import as_html, as_json, checker_file, make_dossier
    from review.record.checkpoints import checkpoints_of

    with speaking(lang) as language, opened(store) as record:
        if out.suffix not in (".html", ".json"):
            raise InputError(problem("file_ending", str(out), expected=".html, .json"))
        made = make_dossier(record, case, checkpoints_of(record.url))
        _write(out, as_html(made) if out.suffix == ".html" else as_json(made))
        shutil.copyfile(checker_file(), out.with_name("check_dossier.py"))
        typer.echo(say(language, "record.dossier", path=out, checker=out.with_name("check_dossier.py")))


def notice(case: int, sign: SignOption = None, out: OutOption = None, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Write the plain notice to the advertiser, in the language of --lang: a draft, or with --sign the paper itself."""
    from review.domain import PaperKind
    from review.papers.facts import paper_facts
    from review.papers.signature import sign_paper, signed_paper
    from review.record.checkpoints import checkpoints_of
    from ui.notice_text import notice_text

    with speaking(lang) as language, opened(store, sign) as record:
        decision = _standing(record, case)
        text = signed_paper(record, decision, PaperKind.NOTICE, language)
        if text is None:
            newest = checkpoints_of(record.url).newest()
            text = notice_text(paper_facts(record, decision), language, newest, is_signed=sign is not None)
            if sign is not None:
                sign_paper(record, decision, sign, PaperKind.NOTICE, language, text)
        _give(out, text)


def statement(
    case: int,
    sign: SignOption = None,
    applied: Annotated[str | None, typer.Option("--applied", help="Day the restriction applies from; today by default.")] = None,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="EU or EEA country, such as DE; may be repeated.")] = None,
    contract: Annotated[bool, typer.Option("--contract", help="The ground is the terms of the service, not the law.")] = False,
    further: Annotated[str, typer.Option("--fields", help="Further fields of the record, as a JSON object.")] = "{}",
    out: OutOption = None,
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write the record for the EU transparency database, checked offline: a draft, or with --sign the paper itself."""
    from review.domain import PaperKind
    from review.papers.facts import paper_facts
    from review.papers.signature import sign_paper, signed_paper
    from review.papers.statement import Restriction, statement_of_reasons

    with speaking(lang), opened(store, sign) as record:
        decision = _standing(record, case)
        text = signed_paper(record, decision, PaperKind.TRANSPARENCY, "en")
        if text is None:
            fields = _object(further)
            day = date_of(applied) if applied else date.today()
            done = Restriction(applied_on=day, territorial_scope=tuple(scope or ()), is_illegal=not contract, further=fields)
            made = statement_of_reasons(paper_facts(record, decision), done)
            text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
            if sign is not None:
                sign_paper(record, decision, sign, PaperKind.TRANSPARENCY, "en", text)
        _give(out, text)


def export(
    what: Annotated[str, typer.Argument(help="decisions, labels (to learn from) or false-alarms.")],
    out: Annotated[Path, typer.Option("--out", help="File to write, .jsonl; for decisions also .csv, to look at.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write decisions to a file: JSONL loses nothing, CSV is safe in spreadsheet programs."""
    from review.papers.exports import csv_lines, json_lines

    with speaking(lang) as language, opened(store) as record:
        if what not in ("decisions", "labels", "false-alarms"):
            raise InputError(problem("option_choice", "WHAT", value=what, expected="decisions, labels, false-alarms"))
        endings = (".jsonl", ".csv") if what == "decisions" else (".jsonl",)
        if out.suffix not in endings:
            raise InputError(problem("file_ending", str(out), expected=", ".join(endings)))
        rows = _rows(record, what)
        lines = list(csv_lines(rows) if out.suffix == ".csv" else json_lines(rows))
        _write(out, "".join(lines))
        typer.echo(say(language, "record.exported", count=len(lines) - (out.suffix == ".csv"), path=out))


def _rows(record: "Store", what: str) -> Iterator[dict[str, Any]]:
    from review.oversight.learning import false_alarms, labelled_passages
    from review.papers.exports import decision_rows

    if what == "decisions":
        return decision_rows(record)
    return labelled_passages(record) if what == "labels" else ({"text": text} for text in false_alarms(record))


def _standing(record: "Store", case: int) -> int:
    from review.cases import standing_decision

    with record.reading() as connection:
        found = standing_decision(connection, case)
    if found is None:
        raise ReviewError(problem("not_decided", f"case {case}"))
    return int(found["id"])


def _object(written: str) -> dict[str, object]:
    try:
        found = json.loads(written)
    except ValueError as error:
        raise InputError(problem("file_json", "--fields", detail=str(error))) from error
    if not isinstance(found, dict):
        raise InputError(problem("file_json", "--fields", detail="not an object"))
    return found


def _give(out: Path | None, text: str) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text)


def _write(out: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = out.with_name(out.name + ".part")
    try:
        partial.write_text(text, "utf-8", "surrogatepass", newline="")
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(problem("file_unwritable", str(out), detail=str(error))) from error
